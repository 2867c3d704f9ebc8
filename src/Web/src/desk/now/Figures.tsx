import type { ReactNode } from "react";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { nowWords } from "../words/now";
import type { Now } from "./fold";
import { Spark } from "./Spark";
import type { NowMinute } from "./types";
import { duration } from "./units";

/** Six numbers, each with its last hour. */
export function Figures({ now }: { now: Now }) {
  const words = useWords(nowWords);
  const { formats } = useSpeech();
  const { frame, minutes } = now;
  const { orders, requests, trackers } = frame;
  const of = (value: (minute: NowMinute) => number | null) => minutes.map(value);
  const takings = {
    ...orders.takings,
    amount: minutes.reduce((sum, minute) => sum + Number(minute.takings.amount), 0),
  };
  const time = (seconds: number | null) => duration(seconds, formats, words);

  return (
    <dl className="grid grid-cols-2 gap-2 sm:grid-cols-3 xl:grid-cols-6">
      <Figure name="accepted" title={words.accepted} hint={words.lastMinute} line={of((minute) => minute.accepted)}>
        {formats.number(orders.accepted)}
      </Figure>
      <Figure
        name="turned-away"
        title={words.turnedAway}
        hint={words.turnedAwayHint}
        line={of((minute) => minute.refused + minute.rejected)}
      >
        {formats.number(orders.refused + orders.rejected)}
      </Figure>
      <Figure
        name="failed"
        title={words.failed}
        hint={words.errors(formats.number(Number(requests.errors)))}
        line={of((minute) => minute.failed)}
        bad={orders.failed > 0}
      >
        {formats.number(orders.failed)}
      </Figure>
      <Figure
        name="takings"
        title={words.takings}
        hint={words.lastHour}
        line={of((minute) => Number(minute.takings.amount))}
      >
        {formats.money(takings)}
      </Figure>
      <Figure
        name="average"
        title={words.answerTime}
        hint={words.ninetyFive(time(requests.p95))}
        line={of((minute) => minute.average)}
        bad={(requests.average ?? 0) > 1}
      >
        {time(requests.average)}
      </Figure>
      <Figure name="trackers" title={words.trackers} hint={words.trackersHint} line={of((minute) => minute.trackers)}>
        {formats.number(trackers)}
      </Figure>
    </dl>
  );
}

interface FigureProps {
  name: string;
  title: string;
  hint: string;
  line: readonly (number | null)[];
  bad?: boolean;
  children: ReactNode;
}

function Figure({ name, title, hint, line, bad = false, children }: FigureProps) {
  return (
    <div data-figure={name} className="card min-w-0 px-3 pt-2 pb-1">
      <dt className="truncate text-muted text-tiny" title={title}>
        {title}
      </dt>
      <dd>
        <span data-value className={`block truncate font-semibold text-title leading-tight ${bad ? "text-bad" : ""}`}>
          {children}
        </span>
        <span className="block truncate text-muted text-tiny" title={hint}>
          {hint}
        </span>
        <Spark values={line} />
      </dd>
    </div>
  );
}
