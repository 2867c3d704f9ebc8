import type { Menu, MenuItem, Shortage } from "~/api/types";

export type Availability =
  | { readonly kind: "plenty" }
  | { readonly kind: "left"; readonly count: number }
  | { readonly kind: "soldOut" }
  | { readonly kind: "notToday" };

export function availability(item: MenuItem): Availability {
  if (!item.available) return { kind: "notToday" };
  if (item.stock.level === "sold_out" || Number(item.stock.onHand) <= 0) return { kind: "soldOut" };
  return item.stock.level === "low" ? { kind: "left", count: Number(item.stock.onHand) } : { kind: "plenty" };
}

export function canOrder(item: MenuItem): boolean {
  const { kind } = availability(item);
  return kind === "plenty" || kind === "left";
}

/** What else would do: two dishes of the same category that can be had, nearest in price first. */
export function similar(menu: Menu, itemId: string, except: ReadonlySet<string> = new Set()): MenuItem[] {
  const item = menu.items.find((candidate) => candidate.id === itemId);
  if (!item) return [];
  const away = (candidate: MenuItem) => Math.abs(Number(candidate.price.amount) - Number(item.price.amount));
  return menu.items
    .filter((candidate) => candidate.id !== itemId && candidate.categoryId === item.categoryId)
    .filter((candidate) => canOrder(candidate) && !except.has(candidate.id))
    .sort((one, other) => away(one) - away(other))
    .slice(0, 2);
}

/** Which of the watched dishes can be had again. */
export function backAgain(before: Menu, after: Menu, watched: ReadonlySet<string>): MenuItem[] {
  const gone = new Set(before.items.filter((item) => !canOrder(item)).map((item) => item.id));
  return after.items.filter((item) => watched.has(item.id) && gone.has(item.id) && canOrder(item));
}

export type LineProblem =
  | { readonly kind: "gone" }
  | { readonly kind: "soldOut" }
  | { readonly kind: "onlyLeft"; readonly count: number };

/** What stands in a line's way: what the server has just said of it, else what the live menu says. */
export function lineProblem(
  line: { readonly itemId: string; readonly quantity: number },
  menu: Menu,
  shortages: readonly Shortage[],
): LineProblem | null {
  const item = menu.items.find((candidate) => candidate.id === line.itemId);
  if (!item) return { kind: "gone" };
  if (!canOrder(item)) return { kind: "soldOut" };
  const shortage = shortages.find((candidate) => candidate.itemId === line.itemId);
  const left = Math.min(Number(item.stock.onHand), shortage?.available ?? Number.POSITIVE_INFINITY);
  if (line.quantity <= left) return null;
  return left <= 0 ? { kind: "soldOut" } : { kind: "onlyLeft", count: left };
}
