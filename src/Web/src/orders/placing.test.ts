import { describe, expect, it } from "vitest";
import { Problem } from "~/api/problem";
import type { PlacedOrder } from "~/api/types";
import { Signal } from "~/app/signal";
import { type Attempt, type Cart, emptyCart, withQuantity } from "./cart";
import { Placing, type PlacingPorts } from "./placing";

const order = {
  id: "o1",
  number: "A-047",
  status: "stock_verified",
  lines: [],
  total: { amount: 45000, currency: "BDT" },
  placedAt: "2026-11-21T11:46:02Z",
  readyAt: null,
  trackUrl: "",
} as unknown as PlacedOrder;

const filled = withQuantity(emptyCart, "chicken-biriyani", 2);

function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Answers by script: one entry for each request, in order. */
function device(script: (() => PlacedOrder | Promise<PlacedOrder>)[], overrides: Partial<PlacingPorts> = {}) {
  const cart = new Signal<Cart>(filled);
  const sent: Attempt[] = [];
  const cancelled: string[] = [];
  let keys = 0;
  const ports: PlacingPorts = {
    cart,
    send: async (attempt) => {
      sent.push(attempt);
      const next = script.shift();
      if (!next) throw new Error("more requests than the script has answers");
      return next();
    },
    cancel: async (id) => {
      cancelled.push(id);
      return true;
    },
    drawKey: () => `key-${++keys}`,
    online: async () => true,
    pause: () => Promise.resolve(),
    exclusively: (work) => work(),
    slowAfter: () => () => {},
    ...overrides,
  };
  return { placing: new Placing(ports), cart, sent, cancelled, ports };
}

const lost = () => {
  throw Problem.network("gone");
};
const refuse = (status: number, code: string) => () => {
  throw new Problem(status, code);
};

describe("placing an order", () => {
  it("sends under the same key until it is answered", async () => {
    const { placing, cart, sent } = device([lost, refuse(503, "unavailable"), refuse(429, "too_many"), () => order]);
    await placing.place();
    expect(new Set(sent.map(({ key }) => key))).toEqual(new Set(["key-1"]));
    expect(sent).toHaveLength(4);
    expect(placing.view.get()).toEqual({ phase: "accepted", order });
    expect(cart.get()).toEqual(emptyCart);
  });

  it("presses a cart that brings its key under that key, so that two tabs with the same cart send the same order", async () => {
    const { placing, cart, sent } = device([() => order, () => order]);
    const shown = { ...filled, key: "drawn-with-the-cart" };
    cart.set(shown);
    await placing.place();
    cart.set(shown);
    await placing.place();
    expect(sent.map(({ key }) => key)).toEqual(["drawn-with-the-cart", "drawn-with-the-cart"]);
  });

  it("comes back at some moment of the second after the one it was told, so that a crowd does not come back at once", async () => {
    const busy = () => {
      throw new Problem(503, "overloaded", { retryAfterSeconds: 7 });
    };
    const pauses: number[] = [];
    const { placing } = device([busy, busy, busy, () => order], {
      pause: async (ms) => {
        pauses.push(ms);
      },
    });
    await placing.place();
    expect(pauses).toHaveLength(3);
    for (const pause of pauses) {
      expect(pause).toBeGreaterThanOrEqual(7000);
      expect(pause).toBeLessThan(8000);
    }
    expect(new Set(pauses).size).toBeGreaterThan(1);
  });

  it("stores the key before the first byte leaves", async () => {
    let stored: Attempt | null = null;
    const { placing, cart } = device([
      () => {
        stored = cart.get().attempt;
        return order;
      },
    ]);
    await placing.place();
    expect(stored).toMatchObject({ key: "key-1", sent: true, lines: filled.lines });
  });

  it("goes on after a reload with the key that was stored", async () => {
    const before = device([() => new Promise<PlacedOrder>(() => {})]);
    void before.placing.place();
    await Promise.resolve();
    await Promise.resolve();
    const after = device([() => order]);
    after.cart.set(JSON.parse(JSON.stringify(before.cart.get())));
    await after.placing.resume();
    expect(after.sent.map(({ key }) => key)).toEqual(["key-1"]);
    expect(after.placing.view.get().phase).toBe("accepted");
  });

  it("keeps the cart after a refusal and draws a new key for the next try", async () => {
    const { placing, cart, sent } = device([refuse(422, "out_of_stock"), () => order]);
    await placing.place();
    expect(placing.view.get()).toMatchObject({ phase: "refused", problem: { code: "out_of_stock" } });
    expect(cart.get()).toEqual(filled);
    await placing.place();
    expect(sent.map(({ key }) => key)).toEqual(["key-1", "key-2"]);
  });

  it("waits for a sign-in with the order kept, and then goes on with the same key", async () => {
    const { placing, cart, sent } = device([refuse(401, "unauthorized"), () => order]);
    await placing.place();
    expect(placing.view.get().phase).toBe("signIn");
    expect(cart.get().attempt?.key).toBe("key-1");
    await placing.resume();
    expect(sent.map(({ key }) => key)).toEqual(["key-1", "key-1"]);
  });

  it("keeps its key when it is pressed again before an answer is known", async () => {
    const { placing, sent } = device([refuse(401, "unauthorized"), () => order]);
    await placing.place();
    await placing.place();
    expect(sent.map(({ key }) => key)).toEqual(["key-1", "key-1"]);
  });

  it("leaves a refusal alone that another tab has already read", async () => {
    let refuseNow: () => void = () => {};
    const { placing, cart } = device([
      () =>
        new Promise((_, reject) => {
          refuseNow = () => reject(new Problem(422, "out_of_stock"));
        }),
    ]);
    const running = placing.place();
    await new Promise((resolve) => setTimeout(resolve));
    const next: Cart = {
      ...filled,
      attempt: { key: "of-another-tab", lines: filled.lines, sent: true, takeBack: false },
    };
    cart.set(next);
    refuseNow();
    await running;
    expect(cart.get()).toEqual(next);
    expect(placing.view.get().phase).toBe("idle");
  });

  it("takes back at once what never left", async () => {
    let online = false;
    const { placing, cart, sent } = device([() => order], {
      online: async () => online,
      pause: () => new Promise(() => {}),
    });
    const running = placing.place();
    await new Promise((resolve) => setTimeout(resolve));
    expect(placing.view.get()).toEqual({ phase: "offline", takingBack: false });
    placing.takeBack();
    await running;
    expect(sent).toEqual([]);
    expect(cart.get()).toEqual(filled);
    expect(placing.view.get().phase).toBe("idle");

    online = true;
    await placing.place();
    expect(sent.map(({ key }) => key)).toEqual(["key-2"]);
  });

  it("cancels what may have arrived as soon as its answer is known", async () => {
    const answer = deferred<PlacedOrder>();
    const { placing, cart, cancelled } = device([() => answer.promise]);
    const running = placing.place();
    await new Promise((resolve) => setTimeout(resolve));
    placing.takeBack();
    expect(cart.get().attempt?.takeBack).toBe(true);
    answer.resolve(order);
    await running;
    expect(cancelled).toEqual(["o1"]);
    expect(placing.view.get()).toEqual({ phase: "takenBack", outcome: "cancelled", orderId: "o1" });
    expect(cart.get()).toEqual(filled);
  });

  it("leaves an answer alone that another tab has already read", async () => {
    const answer = deferred<PlacedOrder>();
    const { placing, cart } = device([() => answer.promise]);
    const running = placing.place();
    await new Promise((resolve) => setTimeout(resolve));
    cart.set(emptyCart);
    answer.resolve(order);
    await running;
    expect(placing.view.get().phase).toBe("idle");
  });

  it("sends once however often it is pressed", async () => {
    const answer = deferred<PlacedOrder>();
    const { placing, sent } = device([() => answer.promise]);
    const presses = [placing.place(), placing.place(), placing.resume()];
    answer.resolve(order);
    await Promise.all(presses);
    expect(sent).toHaveLength(1);
  });
});
