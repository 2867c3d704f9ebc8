import { describe, expect, it } from "vitest";
import type { Order, OrderEvent, OrderStatus } from "~/api/types";
import { apply } from "./apply";
import { minutesUntil } from "./remaining";
import { canCancel, reasonOf, stepsOf } from "./steps";

const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 11, 46, second)).toISOString();

const order = {
  id: "o1",
  number: "A-047",
  status: "stock_verified",
  version: 2,
  lines: [],
  total: { amount: 98000, currency: "BDT" },
  placedAt: at(2),
  readyAt: at(30),
  trackUrl: "",
  history: [
    { status: "pending", at: at(2), by: "STU-2021-001", reason: null },
    { status: "stock_verified", at: at(3), by: "system", reason: null },
  ],
} as unknown as Order;

const event = (version: number, status: OrderStatus, reason: string | null = null): OrderEvent => ({
  orderId: "o1",
  status,
  version,
  at: at(10 + version),
  readyAt: null,
  reason,
});

describe("an order's events", () => {
  it("carry it forward and are written into its history", () => {
    const after = apply(order, event(3, "in_kitchen"));
    expect(after).toMatchObject({ gap: false, order: { status: "in_kitchen", version: 3, readyAt: at(30) } });
    expect(after?.order.history.at(-1)).toMatchObject({ status: "in_kitchen", at: at(13) });
  });

  it("are dropped when they are old, repeated or another's", () => {
    expect(apply(order, event(2, "in_kitchen"))).toBeNull();
    expect(apply(order, event(1, "pending"))).toBeNull();
    expect(apply(order, { ...event(3, "ready"), orderId: "o2" })).toBeNull();
  });

  it("show at once when one between is missing, and ask for the whole order", () => {
    const after = apply(order, event(5, "completed"));
    expect(after).toMatchObject({ gap: true, order: { status: "completed", version: 5 } });
    expect(after?.order.history).toHaveLength(2);
  });
});

describe("the steps of an order", () => {
  it("are behind it, under it and ahead of it", () => {
    expect(stepsOf(order).map(({ status, state }) => `${status}:${state}`)).toEqual([
      "pending:done",
      "stock_verified:now",
      "in_kitchen:ahead",
      "ready:ahead",
      "completed:ahead",
    ]);
    expect(stepsOf(order)[0]?.at).toBe(at(2));
  });

  it("end where it ended", () => {
    const after = apply(order, event(3, "cancelled", "changed my mind"))?.order;
    expect(after && stepsOf(after).map(({ status }) => status)).toEqual(["pending", "stock_verified", "cancelled"]);
    expect(after && reasonOf(after)).toBe("changed my mind");
  });

  it("can be undone until the kitchen has begun", () => {
    expect(canCancel("stock_verified")).toBe(true);
    expect(canCancel("in_kitchen")).toBe(false);
  });
});

describe("the time left", () => {
  it("is counted as a person says it", () => {
    const now = Date.parse(at(0));
    expect(minutesUntil(new Date(now + 3 * 60_000 + 20_000), now)).toBe(3);
    expect(minutesUntil(new Date(now + 59_000), now)).toBe(0);
    expect(minutesUntil(new Date(now - 1), now)).toBe(-1);
  });
});
