import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useTheme } from "~/look/theme";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { nowWords } from "../words/now";
import { limit } from "./fold";
import type { LatencyPoint, NowFrame } from "./types";
import { duration } from "./units";

const series = [
  { key: "average", token: "--ink", width: 2.5, dash: [] },
  { key: "p50", token: "--info", width: 1.5, dash: [] },
  { key: "p95", token: "--accent", width: 1.5, dash: [6, 3] },
  { key: "p99", token: "--warn", width: 1.5, dash: [2, 3] },
] as const;

const swatches: Record<(typeof series)[number]["key"], string> = {
  average: "border-ink border-t-[3px]",
  p50: "border-info border-t-2",
  p95: "border-accent border-t-2 border-dashed",
  p99: "border-warn border-t-2 border-dotted",
};

const height = 240;

/** Ten minutes of answer times, under the line of one second that none should cross for long. */
export function LatencyChart({
  points,
  requests,
}: {
  points: readonly LatencyPoint[];
  requests: NowFrame["requests"];
}) {
  const words = useWords(nowWords);
  const { formats } = useSpeech();
  const theme = useTheme();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const data = useRef<uPlot.AlignedData>([[]]);
  data.current = columns(points);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the page, which the theme paints
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const options = optionsFor(
      element.clientWidth,
      (at) => formats.time(new Date(at * 1000)),
      (value) => words.seconds(formats.number(value)),
    );
    const made = new uPlot(options, data.current, element);
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [theme, formats, words]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: new points are new data
  useEffect(() => plot.current?.setData(data.current), [points]);

  const said = series.map(({ key }) => [key, duration(requests[key], formats, words)] as const);
  return (
    <section aria-labelledby="latency" className="card min-w-0 p-3">
      <div className="flex flex-wrap items-baseline gap-x-4">
        <h2 id="latency" className="mr-auto font-semibold text-small">
          {words.latency}
        </h2>
        <ul className="flex flex-wrap gap-x-3 text-tiny">
          {said.map(([key, value]) => (
            <li key={key} className="flex items-center gap-1.5">
              <span aria-hidden="true" className={`w-5 ${swatches[key]}`} />
              {words.series[key]} <span className="font-semibold">{value}</span>
            </li>
          ))}
          <li className="flex items-center gap-1.5 text-bad">
            <span aria-hidden="true" className="w-5 border-bad border-t-2" />
            {words.limit}
          </li>
        </ul>
      </div>
      <div ref={place} role="img" aria-label={words.chart(said[0]?.[1] ?? "")} className="mt-1 h-60" />
      <p className="text-muted text-tiny">{words.ofThisProcess}</p>
    </section>
  );
}

function columns(points: readonly LatencyPoint[]): uPlot.AlignedData {
  return [
    points.map(({ at }) => Date.parse(at) / 1000),
    ...series.map(({ key }) => points.map((point) => point[key])),
    points.map(() => limit),
  ];
}

function optionsFor(width: number, time: (at: number) => string, value: (seconds: number) => string): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (token: string) => style.getPropertyValue(token).trim();
  const axis = {
    stroke: colour("--muted"),
    font: `13px ${style.getPropertyValue("font-family") || "sans-serif"}`,
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { range: (_, __, max) => [(max ?? 0) - 600, max ?? 0] },
      y: { range: (_, __, max) => [0, Math.max(limit * 1.2, (max ?? 0) * 1.1)] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 24, values: (_, splits) => splits.map(time), space: 90 },
      { ...axis, size: 56, values: (_, splits) => splits.map(value), space: 40 },
    ],
    series: [
      {},
      ...series.map(({ token, width, dash }) => ({
        stroke: colour(token),
        width,
        dash: [...dash],
        points: { show: false },
      })),
      { stroke: colour("--bad"), width: 1.5, points: { show: false } },
    ],
  };
}
