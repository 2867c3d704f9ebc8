import { isRecord } from "~/api/problem";
import type { OrderEvent } from "~/api/types";
import { type Ending, followStream, type StreamPorts } from "./stream";

export interface FollowPorts extends Omit<StreamPorts, "frame"> {
  event(event: OrderEvent, kind: "snapshot" | "status"): void;
  /** How many orders wait before the one that is followed; null when it does not wait. */
  ahead?(orders: number | null): void;
}

/** The server pings every 15 s: two missed and a bit. */
const silence = 35_000;

const finalStatuses: ReadonlySet<string> = new Set(["completed", "rejected", "cancelled", "failed"]);

export function isFinal(status: string): boolean {
  return finalStatuses.has(status);
}

/** Follows orders. <code>single</code>: the stream is one order's, so its end is the order's. */
export async function follow(ports: FollowPorts, signal: AbortSignal, single = true): Promise<Ending> {
  let ended = false;
  const { event: tell, ahead, ...rest } = ports;
  const frame: StreamPorts["frame"] = (frame) => {
    if (frame.event === "queue") {
      ahead?.(aheadIn(frame.data));
      return true;
    }
    const event = frame.event === "snapshot" || frame.event === "status" ? parse(frame.data) : null;
    if (!event) return false;
    tell(event, frame.event as "snapshot" | "status");
    if (single && isFinal(event.status)) ended = true;
    return true;
  };
  return followStream({ ...rest, frame }, signal, { silence, isOver: () => ended });
}

function parse(data: string): OrderEvent | null {
  const value = json(data);
  if (!isRecord(value) || typeof value.orderId !== "string" || typeof value.version !== "number") return null;
  return value as unknown as OrderEvent;
}

function aheadIn(data: string): number | null {
  const value = json(data);
  return isRecord(value) && typeof value.ahead === "number" ? value.ahead : null;
}

function json(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
