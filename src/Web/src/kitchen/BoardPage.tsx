import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { isRecord } from "~/api/problem";
import { tenant } from "~/api/tenant";
import type { HallBoard } from "~/api/types";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { useSeconds, useStream } from "./useStream";
import { kitchenWords } from "./words";

/** More than this on one side is counted: a board that scrolls is not read by anybody. */
const most = 28;

/** For a television in the hall: numbers and two words, nothing to touch, nobody's name. */
export function BoardPage() {
  const { words: common, formats } = useSpeech();
  const words = useWords(kitchenWords).board;
  const [board, setBoard] = useState<HallBoard>({ preparing: [], ready: [] });
  const live = useStream("/api/v1/kitchen/board/events", (frame) => {
    if (frame.event !== "board") return frame.event === "ping" ? "part" : null;
    const next = read(frame.data);
    if (next) setBoard(next);
    return next && "whole";
  });
  const newest = useNewest(board.ready, live.ready);
  const now = useSeconds(Date.now);
  const stale = live.lostSince !== null;
  return (
    <div className="flex min-h-dvh flex-col" data-live={live.ready && !stale}>
      <header className="flex items-center justify-between gap-4 px-6 py-3">
        <Link to="/kitchen" className="inline-flex min-h-12 items-center font-bold text-title">
          {common.cafeterias[tenant] ?? tenant}
          <span className="sr-only">: {words.toKitchen}</span>
        </Link>
        <h1 className="sr-only">{words.title}</h1>
        <p className="font-semibold text-title">{formats.time(new Date(now))}</p>
      </header>
      {stale && (
        <p role="alert" data-lost className="bg-[#c62f25] px-6 py-3 font-bold text-title text-white">
          {words.stale(formats.time(new Date(live.lostSince ?? now)))}
        </p>
      )}
      <main className="grid grow sm:grid-cols-2">
        <Column title={words.preparing} none={words.nothingPreparing} numbers={board.preparing} kind="preparing" />
        <Column
          title={words.ready}
          none={words.nothingReady}
          numbers={board.ready}
          newest={newest}
          kind={stale ? "stale" : "ready"}
        />
      </main>
    </div>
  );
}

interface ColumnProps {
  readonly title: string;
  readonly none: string;
  readonly numbers: readonly string[];
  readonly kind: "preparing" | "ready" | "stale";
  readonly newest?: string | null;
}

function Column({ title, none, numbers, kind, newest }: ColumnProps) {
  const words = useWords(kitchenWords).board;
  const { formats } = useSpeech();
  const ready = kind === "ready";
  return (
    <section
      aria-label={title}
      aria-live={ready ? "polite" : undefined}
      className={`px-6 py-4 ${ready ? "bg-good-soft" : kind === "stale" ? "bg-raised" : "border-line border-t bg-surface"}`}
    >
      <h2 className={`pb-2 font-bold text-number leading-tight ${ready ? "text-good" : "text-muted"}`}>{title}</h2>
      {numbers.length === 0 && <p className="text-large text-muted">{none}</p>}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(8rem,1fr))] gap-x-4 lg:grid-cols-[repeat(auto-fill,minmax(13.5rem,1fr))]">
        {numbers.slice(0, most).map((number) => (
          <li
            key={number}
            data-number={number}
            className={`font-bold text-number leading-tight whitespace-nowrap lg:text-call ${number === newest ? "animate-arrive" : ""} ${ready ? "text-ink" : "text-muted"}`}
          >
            {number}
          </li>
        ))}
      </ul>
      {numbers.length > most && (
        <p className="pt-2 text-large text-muted">{words.more(formats.number(numbers.length - most))}</p>
      )}
    </section>
  );
}

/** The newest number that has become ready while somebody looked: it pulses once. */
function useNewest(ready: readonly string[], live: boolean): string | null {
  const before = useRef<ReadonlySet<string> | null>(null);
  const [newest, setNewest] = useState<string | null>(null);
  useEffect(() => {
    if (!live) return;
    const known = before.current;
    before.current = new Set(ready);
    const fresh = known && ready.find((number) => !known.has(number));
    if (fresh) setNewest(fresh);
  }, [ready, live]);
  return newest;
}

function read(data: string): HallBoard | null {
  try {
    const value: unknown = JSON.parse(data);
    return isRecord(value) && Array.isArray(value.preparing) && Array.isArray(value.ready)
      ? (value as unknown as HallBoard)
      : null;
  } catch {
    return null;
  }
}
