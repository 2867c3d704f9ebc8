import { describe, expect, it } from "vitest";
import type { OrderEvent } from "~/api/types";
import { type FollowPorts, follow } from "./follow";
import type { Connection } from "./stream";

const frame = (version: number, status: string, event = "status") =>
  `event: ${event}\nid: ${version}\ndata: ${JSON.stringify({ orderId: "o1", status, version, at: "2026-11-21T11:46:02Z" })}\n\n`;

const stream = (...texts: string[]) => new Response(texts.join(""), { status: 200 });

function server(answers: (() => Response)[]) {
  const asked: (string | null)[] = [];
  const seen: number[] = [];
  const states: Connection[] = [];
  const places: (number | null)[] = [];
  let resyncs = 0;
  const ports: FollowPorts = {
    open: async (lastEventId) => {
      asked.push(lastEventId);
      const next = answers.shift();
      if (!next) throw new Error("more connections than the script has answers");
      return next();
    },
    event: (event: OrderEvent) => seen.push(event.version),
    ahead: (orders) => places.push(orders),
    connection: (state) => states.push(state),
    resync: () => {
      resyncs++;
    },
    pause: () => Promise.resolve(),
  };
  return { ports, asked, seen, states, places, resyncs: () => resyncs };
}

const down = () => {
  throw new TypeError("Failed to fetch");
};

describe("following an order", () => {
  it("ends with the order", async () => {
    const { ports, seen, asked } = server([
      () => stream(frame(2, "stock_verified", "snapshot"), frame(3, "completed")),
    ]);
    expect(await follow(ports, new AbortController().signal)).toBe("final");
    expect(seen).toEqual([2, 3]);
    expect(asked).toEqual([null]);
  });

  it("comes back by itself, from where it was, and fetches what it missed", async () => {
    const { ports, asked, seen, states, resyncs } = server([
      () => stream(frame(2, "stock_verified", "snapshot"), frame(3, "in_kitchen")),
      down,
      () => new Response(null, { status: 503 }),
      () => stream(frame(4, "ready"), frame(5, "completed")),
    ]);
    expect(await follow(ports, new AbortController().signal)).toBe("final");
    expect(asked).toEqual([null, "3", "3", "3"]);
    expect(seen).toEqual([2, 3, 4, 5]);
    expect(states).toEqual(["connecting", "live", "lost", "lost", "lost", "live"]);
    expect(resyncs()).toBe(1);
  });

  it("stops when there is nothing more to come, no such order, or nobody signed in", async () => {
    for (const [status, ending] of [
      [204, "final"],
      [404, "gone"],
      [401, "signedOut"],
    ] as const) {
      const { ports } = server([() => new Response(null, { status })]);
      expect(await follow(ports, new AbortController().signal)).toBe(ending);
    }
  });

  it("does not end with one order when it follows them all", async () => {
    const stop = new AbortController();
    const { ports, seen } = server([
      () => stream(frame(5, "completed", "snapshot")),
      () => {
        stop.abort();
        throw new TypeError("stopped");
      },
    ]);
    expect(await follow(ports, stop.signal, false)).toBe("stopped");
    expect(seen).toEqual([5]);
  });

  it("hears how many wait before it, and that it does not wait any more", async () => {
    const place = (ahead: number | null) => `event: queue\ndata: ${JSON.stringify({ orderId: "o1", ahead })}\n\n`;
    const { ports, places } = server([() => stream(place(4), place(0), place(null), frame(5, "completed"))]);
    await follow(ports, new AbortController().signal);
    expect(places).toEqual([4, 0, null]);
  });

  it("passes over pings and what it cannot read", async () => {
    const { ports, seen } = server([
      () => stream("event: ping\ndata: {}\n\n", "event: status\ndata: not json\n\n", frame(2, "rejected")),
    ]);
    await follow(ports, new AbortController().signal);
    expect(seen).toEqual([2]);
  });
});
