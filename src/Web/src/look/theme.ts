import { Signal, useSignal } from "~/app/signal";
import { read, write } from "~/app/storage";

export type Theme = "light" | "dark";

const key = "cafeteria.theme";
const media = matchMedia("(prefers-color-scheme: dark)");

function chosen(): Theme {
  const known = read(key);
  if (known === "light" || known === "dark") return known;
  return media.matches ? "dark" : "light";
}

const current = new Signal<Theme>(chosen());

function show(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", theme === "dark" ? "#15120E" : "#FBF8F3");
  current.set(theme);
}

show(chosen());
media.addEventListener("change", () => show(chosen()));

export function setTheme(theme: Theme): void {
  write(key, theme);
  show(theme);
}

export function useTheme(): Theme {
  return useSignal(current);
}
