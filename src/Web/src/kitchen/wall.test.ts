import { describe, expect, it } from "vitest";
import type { Ticket } from "~/api/types";
import {
  after,
  clock,
  justDone,
  keyOf,
  news,
  nextStep,
  readWallEvent,
  type Tickets,
  toMake,
  urgency,
  waiting,
} from "./wall";

const noon = Date.parse("2026-11-21T12:00:00Z");
const time = (seconds: number) => new Date(noon + seconds * 1000).toISOString();

function ticket(orderId: string, more: Partial<Ticket> = {}): Ticket {
  return {
    stationId: "main",
    orderId,
    number: `A-${orderId}`,
    lines: [{ itemId: "biriyani", name: "Chicken Biriyani", quantity: 2, note: null }],
    status: "queued",
    queuedAt: time(0),
    dueAt: time(300),
    ...more,
  };
}

const wall = (...tickets: Ticket[]): Tickets => new Map(tickets.map((each) => [keyOf(each), each]));

describe("a ticket's time", () => {
  it("is on time, soon in its last third or minute, then late by how long", () => {
    const due = { queuedAt: time(0), dueAt: time(300) };
    expect(urgency(due, noon)).toEqual({ kind: "onTime", ms: 300_000 });
    expect(urgency(due, noon + 239_000).kind).toBe("onTime");
    expect(urgency(due, noon + 240_000)).toEqual({ kind: "soon", ms: 60_000 });
    expect(urgency(due, noon + 430_000)).toEqual({ kind: "late", ms: 130_000 });
    const quick = { queuedAt: time(0), dueAt: time(9) };
    expect([5000, 6000, 9000, 9001].map((ms) => urgency(quick, noon + ms).kind)).toEqual([
      "onTime",
      "soon",
      "soon",
      "late",
    ]);
  });

  it("is written as a clock", () => {
    expect([0, 9_999, 130_000, 3_730_000, -5].map(clock)).toEqual(["0:00", "0:09", "2:10", "1:02:10", "0:00"]);
  });
});

describe("the wall", () => {
  it("shows what is to be made, oldest first, of one station or of all", () => {
    const tickets = wall(
      ticket("2", { queuedAt: time(20) }),
      ticket("1", { queuedAt: time(10), stationId: "grill" }),
      ticket("0", { status: "done" }),
    );
    expect(waiting(tickets, null).map(({ orderId }) => orderId)).toEqual(["1", "2"]);
    expect(waiting(tickets, "grill").map(({ orderId }) => orderId)).toEqual(["1"]);
  });

  it("counts each dish over all tickets, the most first", () => {
    const tickets = [
      ticket("1"),
      ticket("2", {
        lines: [
          { itemId: "kebab", name: "Beef Kebab", quantity: 12, note: null },
          { itemId: "biriyani", name: "Chicken Biriyani", quantity: 1, note: "hot" },
        ],
      }),
    ];
    expect(toMake(tickets).map(({ itemId, count }) => [itemId, count])).toEqual([
      ["kebab", 12],
      ["biriyani", 3],
    ]);
  });

  it("takes changes in, and the last that was done is the first to be recalled", () => {
    let tickets = wall(ticket("1"), ticket("2"));
    tickets = after(tickets, { kind: "ticket", ticket: ticket("2", { status: "done" }) });
    tickets = after(tickets, { kind: "ticket", ticket: ticket("1", { status: "done" }) });
    tickets = after(tickets, { kind: "ticket", ticket: ticket("2", { status: "done", dueAt: time(301) }) });
    expect(justDone(tickets, null, 5).map(({ orderId }) => orderId)).toEqual(["1", "2"]);
    tickets = after(tickets, { kind: "removed", stationId: "main", orderId: "1" });
    expect(justDone(tickets, "main", 5).map(({ orderId }) => orderId)).toEqual(["2"]);
    expect(after(tickets, { kind: "snapshot", tickets: [ticket("9")] })).toEqual(wall(ticket("9")));
  });

  it("reads the stream's frames and passes over what it cannot read", () => {
    const frame = (event: string, data: unknown) => ({ event, data: JSON.stringify(data), id: null });
    expect(readWallEvent(frame("snapshot", { tickets: [] }))).toEqual({ kind: "snapshot", tickets: [] });
    expect(readWallEvent(frame("ticket", ticket("1")))).toEqual({ kind: "ticket", ticket: ticket("1") });
    expect(readWallEvent(frame("removed", { stationId: "main", orderId: "1" }))?.kind).toBe("removed");
    expect(readWallEvent(frame("ticket", { orderId: "1" }))).toBeNull();
    expect(readWallEvent({ event: "snapshot", data: "not json", id: null })).toBeNull();
  });

  it("goes from start to done, and no further", () => {
    expect((["queued", "cooking", "done"] as const).map((status) => nextStep({ status }))).toEqual([
      "start",
      "done",
      null,
    ]);
  });

  it("has news of tickets nobody has seen, and of those that have just become late", () => {
    const [old, late, fresh] = [ticket("1"), ticket("2", { dueAt: time(5) }), ticket("3")];
    const before = { known: new Set([keyOf(old), keyOf(late)]), late: new Set<string>() };
    const { arrived, overdue } = news(before, [old, late, fresh], noon + 6000);
    expect([arrived, overdue]).toEqual([[fresh], [late]]);
    const later = { known: before.known, late: new Set([keyOf(late)]) };
    expect(news(later, [old, late], noon + 7000)).toEqual({ arrived: [], overdue: [] });
  });
});
