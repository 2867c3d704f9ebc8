import type { LatencyPoint, NowFrame, NowMinute, NowSnapshot } from "./types";

/** What the desk knows: the hour by minutes, ten minutes of latency, and the last second. */
export interface Now {
  readonly minutes: readonly NowMinute[];
  readonly latency: readonly LatencyPoint[];
  readonly frame: NowFrame;
  readonly dashboard: string | null;
}

const hour = 60;
const tenMinutes = 600_000;

export function begin({ minutes, latency, now, dashboard }: NowSnapshot): Now {
  return { minutes, latency, frame: now, dashboard };
}

/** One second later: the newest minutes replace what was known of them, and what is too old goes. */
export function follow(before: Now, frame: NowFrame): Now {
  const news = new Map(frame.minutes.map((minute) => [minute.at, minute]));
  const kept = before.minutes.filter(({ at }) => !news.has(at));
  const { average, p50, p95, p99 } = frame.requests;
  const oldest = Date.parse(frame.at) - tenMinutes;
  return {
    ...before,
    frame,
    minutes: [...kept, ...frame.minutes].slice(-hour),
    latency: [...before.latency, { at: frame.at, average, p50, p95, p99 }].filter(({ at }) => Date.parse(at) >= oldest),
  };
}

export interface Verdict {
  readonly tone: "good" | "warn" | "bad";
  readonly slow: boolean;
  readonly broken: readonly NowFrame["parts"][number][];
  readonly onPurpose: readonly NowFrame["parts"][number][];
}

/** The average that nobody should have to wait for, in seconds. */
export const limit = 1;

/** Is it up, and is it fast: red when requests take over a second, or when a part fails that nobody told to. */
export function judge({ requests, parts }: NowFrame): Verdict {
  const slow = (requests.average ?? 0) > limit;
  const onPurpose = parts.filter((part) => part.onPurpose);
  const broken = parts.filter((part) => !part.onPurpose && part.state !== "ok" && part.state !== "slow");
  const lame = parts.some((part) => part.state === "slow" && part.part !== "gateway");
  const tone = slow || broken.length > 0 ? "bad" : onPurpose.length > 0 || lame ? "warn" : "good";
  return { tone, slow, broken, onPurpose };
}
