import { type Frame, FrameReader } from "./frames";

export type Connection = "connecting" | "live" | "lost";

export interface StreamPorts {
  /** Opens the stream; the answer's status decides what happens next. Throws when nobody answers. */
  open(lastEventId: string | null, signal: AbortSignal): Promise<Response>;
  /** What came, pings too; true when it was something, so that the next loss counts as the first. */
  frame(frame: Frame): boolean;
  connection(state: Connection): void;
  /** After every new connection: what was missed is fetched. */
  resync(): void;
  pause(ms: number): Promise<void>;
}

export interface StreamOptions {
  /** Nothing heard for this long, and the line is dead, whatever the socket believes. Above what lies between two pings. */
  readonly silence: number;
  /** Asked when the server has ended the stream: whether it has said all there is. */
  readonly isOver: () => boolean;
}

export type Ending = "final" | "gone" | "signedOut" | "stopped";

const backOff = [250, 500, 1000, 2000, 5000, 10_000];

/** Follows one stream until it has nothing more to say, over as many connections as that takes. */
export async function followStream(ports: StreamPorts, signal: AbortSignal, options: StreamOptions): Promise<Ending> {
  let lastEventId: string | null = null;
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
    let watchdog = setTimeout(abort, options.silence);
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
        watchdog = setTimeout(abort, options.silence);
        for (const frame of frames.read(value)) {
          if (frame.id !== null) lastEventId = frame.id;
          if (ports.frame(frame)) failures = 0;
        }
      }
      if (options.isOver()) return "final";
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
