import { useEffect, useState } from "react";
import { begin, follow, type Now } from "./fold";
import { listen } from "./listen";
import type { NowFrame, NowSnapshot } from "./types";

export interface Watching {
  /** Null until the first event. */
  readonly now: Now | null;
  /** False while nothing arrives: what is known is of before. */
  readonly live: boolean;
}

/** The desk's stream, for as long as the page is open. */
export function useNow(): Watching {
  const [watching, setWatching] = useState<Watching>({ now: null, live: true });
  useEffect(() => {
    const stop = new AbortController();
    void listen(
      "/api/v1/admin/now/events",
      {
        live: (live) => setWatching((before) => (before.live === live ? before : { ...before, live })),
        event: (type, data) => {
          if (type === "snapshot") {
            const now = begin(JSON.parse(data) as NowSnapshot);
            setWatching({ now, live: true });
          } else if (type === "now") {
            const frame = JSON.parse(data) as NowFrame;
            setWatching(({ now }) => ({ now: now && follow(now, frame), live: true }));
          }
        },
      },
      stop.signal,
    );
    return () => stop.abort();
  }, []);
  return watching;
}
