import { tenant } from "~/api/tenant";
import { Signal } from "~/app/signal";
import { read, write } from "~/app/storage";

const key = `cafeteria.watched:${tenant}`;

/** Sold-out dishes that somebody here wants to hear of again. */
export const watched = new Signal<ReadonlySet<string>>(new Set(read(key)?.split(" ").filter(Boolean)));

export function watch(itemId: string, wanted: boolean): void {
  const next = new Set(watched.get());
  if (wanted) next.add(itemId);
  else next.delete(itemId);
  write(key, next.size > 0 ? [...next].join(" ") : null);
  watched.set(next);
}
