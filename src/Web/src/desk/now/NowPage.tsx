import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { currentUser, session } from "~/accounts/current";
import { mayDo } from "~/accounts/places";
import { serverNow } from "~/api/client";
import { useSignal } from "~/app/signal";
import { announce } from "~/look/announce";
import { PageTitle } from "~/look/parts";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { deskWords } from "../words";
import { nowWords } from "../words/now";
import { Figures } from "./Figures";
import { judge, type Now } from "./fold";
import { HealthGrid, saying } from "./HealthGrid";
import { LatencyChart } from "./LatencyChart";
import { StatesBar } from "./StatesBar";
import { Stations } from "./Stations";
import { countdown, duration } from "./units";
import { useNow } from "./useNow";

/** Is it up, is it fast, are we selling. */
export function NowPage() {
  const { rail } = useWords(deskWords);
  const { now, live } = useNow();
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4">
        <PageTitle>{rail.now}</PageTitle>
        {now?.dashboard && <Dashboard to={now.dashboard} />}
      </div>
      {now ? <Desk now={now} live={live} /> : <Waiting lost={!live} />}
    </>
  );
}

function Desk({ now, live }: { now: Now; live: boolean }) {
  return (
    <div className="space-y-2">
      <Verdict now={now} live={live} />
      <div className={`space-y-2 ${live ? "" : "opacity-60"}`}>
        <Figures now={now} />
        <div className="grid gap-2 xl:grid-cols-[minmax(0,1fr)_22rem]">
          <LatencyChart points={now.latency} requests={now.frame.requests} />
          <HealthGrid parts={now.frame.parts} />
        </div>
        <div className="grid gap-2 xl:grid-cols-[minmax(0,1fr)_22rem]">
          <StatesBar states={now.frame.states} />
          <Stations stations={now.frame.stations} />
        </div>
      </div>
    </div>
  );
}

const tones = {
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad text-bg",
};

/** The answer in one sentence; whoever cannot see it change is told when it does. */
function Verdict({ now, live }: { now: Now; live: boolean }) {
  const words = useWords(nowWords);
  const { formats } = useSpeech();
  const user = useSignal(currentUser);
  const { tone, slow, broken, onPurpose } = judge(now.frame);
  const stale = isStale(now);
  const average = duration(now.frame.requests.average, formats, words);
  const said = !live
    ? words.lost(formats.exactTime(now.frame.at))
    : slow
      ? words.slow(average)
      : broken.length > 0
        ? words.broken(broken.map((part) => `${words.parts[part.part]}: ${saying(part, words)}`))
        : onPurpose.length > 0
          ? words.brokenOnPurpose(onPurpose.map((part) => words.parts[part.part]))
          : tone === "warn"
            ? words.someSlow
            : words.well;
  // The average moves every second; only a change of the answer is news.
  const answer = live ? `${tone} ${broken.map((part) => part.part)} ${onPurpose.map((part) => part.part)}` : "lost";
  const told = useRef(answer);
  useEffect(() => {
    if (told.current !== answer) announce(said, false);
    told.current = answer;
  }, [answer, said]);

  return (
    <div
      data-verdict={live ? tone : "lost"}
      className={`flex min-h-12 flex-wrap items-center gap-x-4 rounded-card px-4 py-2 text-small ${live ? tones[tone] : "bg-bad text-bg"}`}
    >
      <p className="mr-auto font-semibold">{said}</p>
      {live && onPurpose.length > 0 && (
        <p className="flex flex-wrap items-center gap-x-3">
          {words.healsIn(countdown(Math.max(...onPurpose.map(endOf)) - serverNow(), formats))}
          {user && mayDo(user.role, "admin") && (
            <Link to="/desk/failures" className="inline-flex min-h-8 items-center font-semibold underline">
              {words.seeFailures}
            </Link>
          )}
        </p>
      )}
      {live && stale && <p>{words.staleBooks(now.frame.booksAt ? formats.exactTime(now.frame.booksAt) : null)}</p>}
    </div>
  );
}

const endOf = (part: Now["frame"]["parts"][number]) => Date.parse(part.onPurpose?.endsAt ?? "");

function isStale({ frame }: Now): boolean {
  return frame.booksAt === null || Date.parse(frame.at) - Date.parse(frame.booksAt) > 15_000;
}

/** The true layout, empty, until the first second is there. */
function Waiting({ lost }: { lost: boolean }) {
  const words = useWords(nowWords);
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 1500);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="space-y-2">
      <p
        role="status"
        className={`flex min-h-12 items-center rounded-card px-4 text-small ${lost ? "bg-bad-soft text-bad" : "bg-raised"}`}
      >
        {lost ? words.notReached : slow ? words.waiting : ""}
      </p>
      <div aria-hidden="true" className="grid grid-cols-2 gap-2 sm:grid-cols-3 xl:grid-cols-6">
        {["1", "2", "3", "4", "5", "6"].map((key) => (
          <div key={key} className="card h-28" />
        ))}
      </div>
      <div aria-hidden="true" className="grid gap-2 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="card h-64" />
        <div className="card h-64" />
      </div>
    </div>
  );
}

/** The grain host's own pages take the token in their address, once. */
function Dashboard({ to }: { to: string }) {
  const words = useWords(nowWords);
  const user = useSignal(currentUser);
  if (!user || !mayDo(user.role, "admin")) return null;
  const open = async () => {
    const token = await session.token();
    if (token) location.assign(`${to}?access_token=${encodeURIComponent(token)}`);
  };
  return (
    <button
      type="button"
      onClick={() => void open().catch(() => announce(words.notReached))}
      className="inline-flex min-h-12 items-center font-semibold text-accent text-small underline"
    >
      {words.dashboard}
    </button>
  );
}
