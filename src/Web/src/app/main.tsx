import "~/look/look.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { currentUser } from "~/accounts/current";
import { announce } from "~/look/announce";
import { placing } from "~/orders/current";
import { loadLanguage } from "~/words/language";
import { router } from "./router";

// "online" would keep every query waiting where the browser believes there is no network, also when the server is near.
const queries = new QueryClient({
  defaultOptions: { queries: { networkMode: "always" }, mutations: { networkMode: "always" } },
});

// Nothing that one person read stays in memory for the next; the menu is everybody's. Before any page hears of it.
currentUser.subscribe(() => {
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "menu" });
  announce("", false);
});

// An order that was on its way when the page went away goes on.
void placing.resume();

// A secure context alone has one: over plain http the app works, and is not kept for later.
if (import.meta.env.PROD) void navigator.serviceWorker?.register("/sw.js").catch(() => {});

const element = document.getElementById("root");
if (element) {
  void loadLanguage().then(() =>
    createRoot(element).render(
      <StrictMode>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </StrictMode>,
    ),
  );
}
