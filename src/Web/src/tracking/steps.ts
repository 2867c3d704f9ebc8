import type { Order, OrderStatus } from "~/api/types";

export interface Step {
  readonly status: OrderStatus;
  readonly state: "done" | "now" | "ahead";
  readonly at: string | null;
}

const way: readonly OrderStatus[] = ["pending", "stock_verified", "in_kitchen", "ready", "completed"];

/** The way of an order with the times so far; an order that ended otherwise shows what happened, and its end. */
export function stepsOf(order: Pick<Order, "status" | "placedAt" | "history">): Step[] {
  const times = new Map<OrderStatus, string>([["pending", order.placedAt]]);
  for (const { status, at } of order.history) times.set(status, at);
  const current = way.indexOf(order.status);
  if (current >= 0) {
    return way.map((status, index) => ({
      status,
      state: index < current || order.status === "completed" ? "done" : index === current ? "now" : "ahead",
      at: index <= current ? (times.get(status) ?? null) : null,
    }));
  }
  const seen = way.filter((status) => times.has(status));
  const extra = seen.includes(order.status) ? [] : [order.status];
  return [...seen, ...extra].map((status) => ({
    status,
    state: status === order.status ? "now" : "done",
    at: times.get(status) ?? null,
  }));
}

export function canCancel(status: OrderStatus): boolean {
  return status === "pending" || status === "stock_verified" || status === "awaiting_payment";
}

/** Why it ended, in the order's own words. */
export function reasonOf(order: Pick<Order, "status" | "history">): string | null {
  const last = order.history.findLast((entry) => entry.status === order.status);
  return last?.reason ?? null;
}
