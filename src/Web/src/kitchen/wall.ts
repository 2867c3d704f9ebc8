import { isRecord } from "~/api/problem";
import type { Ticket } from "~/api/types";
import type { Frame } from "~/tracking/frames";

/** By station and order; tickets that are done stay a while, the latest of them last. */
export type Tickets = ReadonlyMap<string, Ticket>;

export type WallEvent =
  | { readonly kind: "snapshot"; readonly tickets: readonly Ticket[] }
  | { readonly kind: "ticket"; readonly ticket: Ticket }
  | { readonly kind: "removed"; readonly stationId: string; readonly orderId: string };

export const keyOf = ({ stationId, orderId }: Pick<Ticket, "stationId" | "orderId">) => `${stationId}/${orderId}`;

export function readWallEvent({ event, data }: Frame): WallEvent | null {
  try {
    const value: unknown = JSON.parse(data);
    if (!isRecord(value)) return null;
    if (event === "snapshot" && Array.isArray(value.tickets)) return { kind: "snapshot", tickets: value.tickets };
    if (typeof value.stationId !== "string" || typeof value.orderId !== "string") return null;
    if (event === "ticket") return { kind: "ticket", ticket: value as unknown as Ticket };
    return event === "removed" ? { kind: "removed", stationId: value.stationId, orderId: value.orderId } : null;
  } catch {
    return null;
  }
}

export function after(tickets: Tickets, event: WallEvent): Tickets {
  if (event.kind === "snapshot") return new Map(event.tickets.map((ticket) => [keyOf(ticket), ticket]));
  const next = new Map(tickets);
  const key = keyOf(event.kind === "ticket" ? event.ticket : event);
  const before = next.get(key);
  // Taken out and put in again when it has just been done, so that the latest are last.
  if (event.kind === "removed" || (event.ticket.status === "done" && before?.status !== "done")) next.delete(key);
  if (event.kind === "ticket") next.set(key, event.ticket);
  return next;
}

const at = (station: string | null) => (ticket: Ticket) => station === null || ticket.stationId === station;

/** What is still to be made, oldest first; of one station, or of all. */
export function waiting(tickets: Tickets, station: string | null): Ticket[] {
  return [...tickets.values()]
    .filter((ticket) => ticket.status !== "done")
    .filter(at(station))
    .sort((one, other) => one.queuedAt.localeCompare(other.queuedAt) || one.orderId.localeCompare(other.orderId));
}

/** The latest that were done, newest first. */
export function justDone(tickets: Tickets, station: string | null, most: number): Ticket[] {
  return [...tickets.values()]
    .filter((ticket) => ticket.status === "done")
    .filter(at(station))
    .reverse()
    .slice(0, most);
}

export interface ToMake {
  readonly itemId: string;
  readonly name: string;
  readonly count: number;
}

/** All-day counts: how many of each dish the tickets ask for, the most first. */
export function toMake(tickets: readonly Ticket[]): ToMake[] {
  const counts = new Map<string, ToMake>();
  for (const { itemId, name, quantity } of tickets.flatMap((ticket) => ticket.lines)) {
    const count = (counts.get(itemId)?.count ?? 0) + Number(quantity);
    counts.set(itemId, { itemId, name, count });
  }
  return [...counts.values()].sort((one, other) => other.count - one.count || one.name.localeCompare(other.name));
}

export interface Urgency {
  readonly kind: "onTime" | "soon" | "late";
  /** How long until it is due, or how long it has been: never negative. */
  readonly ms: number;
}

/** Soon is the last third of a ticket's time, but at most its last minute. */
export function urgency({ queuedAt, dueAt }: Pick<Ticket, "queuedAt" | "dueAt">, now: number): Urgency {
  const due = Date.parse(dueAt);
  const left = due - now;
  if (left < 0) return { kind: "late", ms: -left };
  const whole = Math.max(0, due - Date.parse(queuedAt));
  return { kind: left <= Math.min(60_000, whole / 3) ? "soon" : "onTime", ms: left };
}

/** 2:10, and 1:02:10 when it has come to that. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
}

/** What the next press does; a station that cooks by itself needs none. */
export function nextStep(ticket: Pick<Ticket, "status">): "start" | "done" | null {
  return ticket.status === "queued" ? "start" : ticket.status === "cooking" ? "done" : null;
}

/** What deserves a sound: tickets nobody has seen before, and those that have just become late. */
export function news(
  before: { readonly known: ReadonlySet<string>; readonly late: ReadonlySet<string> },
  shown: readonly Ticket[],
  now: number,
): { readonly arrived: readonly Ticket[]; readonly overdue: readonly Ticket[] } {
  return {
    arrived: shown.filter((ticket) => !before.known.has(keyOf(ticket))),
    overdue: shown.filter((ticket) => !before.late.has(keyOf(ticket)) && urgency(ticket, now).kind === "late"),
  };
}
