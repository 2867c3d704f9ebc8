import { isRecord } from "~/api/problem";
import type { OrderEvent } from "~/api/types";
import { FrameReader } from "./frames";

export type Connection = "connecting" | "live" | "lost";

export interface FollowPorts {
  /** Opens the stream; the answer's status decides what happens next. Throws when nobody answers. */
  open(lastEventId: string | null, signal: AbortSignal): Promise<Response>;
  event(event: OrderEvent, kind: "snapshot" | "status"): void;
  connection(state: Connection): void;
  /** After every new connection: what was missed is fetched. */
  resync(): void;
  pause(ms: number): Promise<void>;
}

/** The server pings every 15 s: two missed and a bit, and the line is dead, whatever the socket believes. */
const silence = 35_000;
const backOff = [250, 500, 1000, 2000, 5000, 10_000];

export type Ending = "final" | "gone" | "signedOut" | "stopped";

const finalStatuses: ReadonlySet<string> = new Set(["completed", "rejected", "cancelled", "failed"]);

export function isFinal(status: string): boolean {
  return finalStatuses.has(status);
}

/**
 * Follows one stream until it has nothing more to say, over as many connections as that takes. <code>single</code>: the
 * stream is one order's, so its end is the order's.
 */
export async function follow(ports: FollowPorts, signal: AbortSignal, single = true): Promise<Ending> {
  let lastEventId: string | null = null;
  let ended = false;
  for (let failures = 0; !signal.aborted; failures++) {
    if (failures > 0) {
      ports.connection("lost");
      const base = backOff[Math.min(failures - 1, backOff.length - 1)] ?? 10_000;
      // Everybody lost the same server at the same moment: they shall not all come back at the same one.
      await ports.pause(base * (0.5 + Math.random() / 2));
      if (signal.aborted) break;
    } else ports.connection("connecting");

    const attempt = new AbortController();
    const abort = () => attempt.abort();
    signal.addEventListener("abort", abort);
    let watchdog = setTimeout(abort, silence);
    try {
      const response = await ports.open(lastEventId, attempt.signal);
      if (response.status === 204) return "final";
      if (response.status === 404) return "gone";
      if (response.status === 401) return "signedOut";
      if (!response.ok || !response.body) continue;

      ports.connection("live");
      if (failures > 0) ports.resync();
      const frames = new FrameReader();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        clearTimeout(watchdog);
        watchdog = setTimeout(abort, silence);
        for (const frame of frames.read(value)) {
          if (frame.id !== null) lastEventId = frame.id;
          const event = frame.event === "snapshot" || frame.event === "status" ? parse(frame.data) : null;
          if (!event) continue;
          failures = 0;
          ports.event(event, frame.event as "snapshot" | "status");
          if (single && isFinal(event.status)) ended = true;
        }
      }
      if (ended) return "final";
    } catch {
      // Nobody answered, or the line broke: the next round finds out which.
    } finally {
      clearTimeout(watchdog);
      signal.removeEventListener("abort", abort);
      attempt.abort();
    }
  }
  return "stopped";
}

function parse(data: string): OrderEvent | null {
  try {
    const value: unknown = JSON.parse(data);
    if (!isRecord(value) || typeof value.orderId !== "string" || typeof value.version !== "number") return null;
    return value as unknown as OrderEvent;
  } catch {
    return null;
  }
}
