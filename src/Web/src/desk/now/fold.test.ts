import { describe, expect, it } from "vitest";
import { formatsFor } from "~/words/formats";
import { nowEn } from "../words/nowEn";
import { begin, follow, judge } from "./fold";
import type { NowFrame, NowMinute } from "./types";
import { countdown, duration } from "./units";

const start = Date.parse("2026-03-02T11:00:00Z");
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();
const minute = (index: number, accepted = 0) => ({ at: at(index * 60), accepted }) as NowMinute;

function frame(seconds: number, change: Partial<NowFrame> = {}): NowFrame {
  const current = Math.floor(seconds / 60);
  return {
    at: at(seconds),
    requests: { perSecond: 1, errors: 0, average: 0.01, p50: 0.01, p95: 0.02, p99: 0.03 },
    parts: [],
    minutes: [minute(current - 1, 7), minute(current, 3)],
    ...change,
  } as NowFrame;
}

const hour = begin({
  minutes: Array.from({ length: 60 }, (_, index) => minute(index)),
  latency: [],
  now: frame(59 * 60),
  dashboard: null,
});

describe("a second later", () => {
  it("replaces the minutes that may still have changed, and keeps an hour", () => {
    const next = follow(hour, frame(60 * 60));
    expect(next.minutes).toHaveLength(60);
    expect(next.minutes[0]?.at).toBe(at(60));
    expect(next.minutes.at(-2)).toEqual(minute(59, 7));
    expect(next.minutes.at(-1)).toEqual(minute(60, 3));
  });

  it("keeps ten minutes of latency", () => {
    let now = hour;
    for (let second = 0; second <= 700; second += 10) now = follow(now, frame(3540 + second));
    expect(now.latency).toHaveLength(61);
    expect(now.latency[0]?.at).toBe(at(3540 + 100));
  });
});

describe("the verdict", () => {
  const parts = (change: object) =>
    [{ part: "stock", state: "ok", seconds: 0.01, onPurpose: null, ...change }] as NowFrame["parts"];

  it("is good while all is well", () => expect(judge(frame(0, { parts: parts({}) })).tone).toBe("good"));

  it("turns red over a second, not at it", () => {
    const over = (average: number) => judge(frame(0, { requests: { ...frame(0).requests, average } })).tone;
    expect([over(1), over(1.01)]).toEqual(["good", "bad"]);
  });

  it("turns red for a part that fails by itself, and warns of one that fails on purpose", () => {
    expect(judge(frame(0, { parts: parts({ state: "failing" }) })).tone).toBe("bad");
    expect(judge(frame(0, { parts: parts({ state: "failing", onPurpose: {} }) })).tone).toBe("warn");
  });
});

describe("times", () => {
  const formats = formatsFor("en");
  it("are as short as they can be said", () => {
    const said = [null, 0.0004, 0.0123, 0.0994, 0.0996, 1.44, 12].map((seconds) => duration(seconds, formats, nowEn));
    expect(said).toEqual(["–", "< 1 ms", "12 ms", "99 ms", "0.1 s", "1.4 s", "12 s"]);
  });

  it("count down as a clock does", () => {
    expect([90_000, 23_400, 100, -5].map((left) => countdown(left, formats))).toEqual(["1:30", "0:24", "0:01", "0:00"]);
    expect(countdown(65_000, formatsFor("bn"))).toBe("১:০৫");
  });
});
