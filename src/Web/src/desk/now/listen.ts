import { authorizedFetch } from "~/api/client";
import { sooner } from "~/app/pause";
import { FrameReader } from "~/tracking/frames";

export interface Listener {
  event(type: string, data: string): void;
  /** Whether events arrive. */
  live(yes: boolean): void;
}

/** A frame comes every second: after five without one the line is dead, whatever the socket believes. */
const silence = 5000;
const longestPause = 5000;

/** Listens until it is stopped, over as many connections as that takes. */
export async function listen(url: string, listener: Listener, signal: AbortSignal): Promise<void> {
  for (let pause = 250; !signal.aborted; pause = Math.min(pause * 2, longestPause)) {
    const attempt = new AbortController();
    const abort = () => attempt.abort();
    signal.addEventListener("abort", abort);
    let watchdog = setTimeout(abort, silence);
    try {
      const request = new Request(location.origin + url, {
        headers: { Accept: "text/event-stream" },
        cache: "no-store",
        signal: attempt.signal,
      });
      const response = await authorizedFetch(request);
      if (response.ok && response.body) {
        const frames = new FrameReader();
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
        for (;;) {
          const { value, done } = await reader.read();
          if (done) break;
          clearTimeout(watchdog);
          watchdog = setTimeout(abort, silence);
          for (const { event, data } of frames.read(value)) {
            pause = 250;
            listener.live(true);
            listener.event(event, data);
          }
        }
      }
    } catch {
      // Nobody answered, or the line broke: the next round finds out.
    } finally {
      clearTimeout(watchdog);
      signal.removeEventListener("abort", abort);
      attempt.abort();
    }
    if (signal.aborted) return;
    listener.live(false);
    await sooner(pause * (0.5 + Math.random() / 2));
  }
}
