import { useEffect, useRef, useState } from "react";
import { sooner } from "~/app/pause";
import type { Frame } from "~/tracking/frames";
import { opening } from "~/tracking/opening";
import { followStream } from "~/tracking/stream";

/** The server speaks every 5 s at least, and only when it knows that what it said is true. */
const silence = 12_000;

/** The end of a token ends a stream, and the next one is there in a moment: that is no loss. */
const grace = 1500;

export interface Live {
  /** Since when what is shown may not be true any more (ms, this device's clock); null while it is live. */
  readonly lostSince: number | null;
  /** Whether there has ever been anything to show. */
  readonly ready: boolean;
}

/**
 * Follows a stream that begins with the whole truth. What is shown counts as live from that first frame on, until
 * nothing has been heard for a while; after a loss, not before the whole truth has come again.
 */
export function useStream(url: string, onFrame: (frame: Frame) => "whole" | "part" | null): Live {
  const [live, setLive] = useState<Live>({ lostSince: null, ready: false });
  const [turn, setTurn] = useState(0);
  const take = useRef(onFrame);
  take.current = onFrame;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn is another connection, from the start.
  useEffect(() => {
    const stop = new AbortController();
    let heardAt = Date.now();
    let whole = false;
    let doubt: ReturnType<typeof setTimeout> | undefined;
    const lose = () => setLive((before) => ({ ...before, lostSince: before.lostSince ?? heardAt }));
    const begin = Date.now();
    doubt = setTimeout(lose, grace + 1500);

    const ports = {
      open: opening(url),
      connection: (state: string) => {
        if (state === "live") return;
        whole = false;
        if (state === "lost") doubt ??= setTimeout(lose, grace);
      },
      resync: () => {},
      pause: sooner,
      frame: (frame: Frame) => {
        const said = take.current(frame);
        whole ||= said === "whole";
        if (!whole) return false;
        heardAt = Date.now();
        if (said === "whole") {
          clearTimeout(doubt);
          doubt = undefined;
          setLive({ lostSince: null, ready: true });
        }
        return true;
      },
    };
    void followStream(ports, stop.signal, { silence, isOver: () => false });

    // A device that slept, or that knows itself that the network is gone, does not wait for the silence.
    let tick = begin;
    const again = () => {
      lose();
      setTurn((before) => before + 1);
    };
    const watch = setInterval(() => {
      const slept = Date.now() - tick > 6000 && document.visibilityState === "visible";
      tick = Date.now();
      if (slept) again();
    }, 1000);
    window.addEventListener("offline", again);
    return () => {
      clearTimeout(doubt);
      clearInterval(watch);
      window.removeEventListener("offline", again);
      stop.abort();
    };
  }, [url, turn]);
  return live;
}

/** The time, every second; as the server has it, if this device's clock is far off. */
export function useSeconds(clock: () => number): number {
  const [now, setNow] = useState(clock);
  const read = useRef(clock);
  read.current = clock;
  useEffect(() => {
    const timer = setInterval(() => setNow(read.current()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
