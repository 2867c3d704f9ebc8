import type { Order, OrderEvent } from "~/api/types";

/**
 * The order after an event. <code>null</code>: the event is old news. <code>gap</code>: a version is missing between, so
 * the order must be read again.
 */
export function apply(order: Order, event: OrderEvent): { readonly order: Order; readonly gap: boolean } | null {
  if (event.orderId !== order.id || event.version <= order.version) return null;
  const gap = event.version > order.version + 1;
  const step = { status: event.status, at: event.at, by: "", reason: event.reason ?? null };
  return {
    gap,
    order: {
      ...order,
      status: event.status,
      version: event.version,
      readyAt: event.readyAt ?? order.readyAt ?? null,
      history: gap ? order.history : [...order.history, step],
    },
  };
}
