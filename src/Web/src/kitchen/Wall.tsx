import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { client, serverNow, unwrap } from "~/api/client";
import { useSignal } from "~/app/signal";
import { announce } from "~/look/announce";
import { BackAgainIcon, BellIcon } from "~/look/icons";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { KeysSheet } from "./KeysSheet";
import { KitchenBar } from "./KitchenBar";
import { commandOf, isElsewhere } from "./keys";
import { kitchenItemsQuery, StockSheet } from "./StockSheet";
import { soundState, turnSound } from "./sounds";
import { TicketCard } from "./TicketCard";
import { useNews } from "./useNews";
import { useSeconds } from "./useStream";
import { useWall } from "./useWall";
import { justDone, keyOf, toMake, waiting } from "./wall";
import { kitchenWords } from "./words";

export const stationsQuery = queryOptions({
  queryKey: ["kitchen", "stations"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/v1/kitchen/stations", { signal })),
  refetchInterval: 5000,
});

const chip =
  "inline-flex min-h-12 items-center gap-2 rounded-control border px-4 font-semibold text-large disabled:border-line disabled:text-muted";

const button = "inline-flex min-h-12 items-center gap-2 rounded-control px-3 text-base hover:bg-raised";

export function Wall({ station }: { station: string | null }) {
  const words = useWords(kitchenWords);
  const { formats, name } = useSpeech();
  const queries = useQueryClient();
  const changed = useCallback(
    () => void queries.invalidateQueries({ queryKey: kitchenItemsQuery.queryKey }),
    [queries],
  );
  const { tickets, live, busy, press, recall, setSoldOut, undo, undoable } = useWall(changed);
  const stations = useQuery(stationsQuery).data?.items ?? [];
  const now = useSeconds(serverNow);
  const [sheet, setSheet] = useState<"stock" | "keys" | null>(null);
  const sound = useSignal(soundState);

  const shown = useMemo(() => waiting(tickets, station), [tickets, station]);
  const done = useMemo(() => justDone(tickets, station, 6), [tickets, station]);
  const counts = useMemo(() => toMake(shown), [shown]);
  const isLive = live.ready && live.lostSince === null;
  const auto = new Set(stations.filter(({ mode }) => mode === "auto").map(({ id }) => id));
  const stationName = (id: string) => stations.find((each) => each.id === id)?.name ?? id;
  useNews(tickets, shown, isLive, now);

  const pressAt = (index: number) => {
    const ticket = shown[index];
    if (!ticket || busy.has(keyOf(ticket))) return;
    if (auto.has(ticket.stationId)) announce(words.wall.itself);
    else press(ticket);
  };
  const recallLast = () => {
    const last = done[0];
    if (last) recall(last);
    else announce(words.wall.nothingToRecall);
  };
  useKeys((event) => {
    const command = commandOf(event);
    if (!command) return;
    event.preventDefault();
    if (command.kind === "keys" || command.kind === "stock") return setSheet(command.kind);
    if (command.kind === "sound") return void turnSound(sound !== "on");
    // What is not known to be true is not acted upon.
    if (!isLive) return announce(words.lost);
    if (command.kind === "ticket") pressAt(command.index);
    else if (command.kind === "recall") recallLast();
    else undo();
  });

  const from = live.lostSince === null ? "" : formats.exactTime(new Date(live.lostSince));
  return (
    <div className="flex min-h-dvh flex-col" data-live={isLive}>
      <KitchenBar lostFor={live.lostSince === null ? null : Date.now() - live.lostSince} from={from}>
        <SoundButton />
        <button type="button" className={button} onClick={() => setSheet("stock")}>
          {words.wall.stock}
        </button>
        <button type="button" className={button} onClick={() => setSheet("keys")}>
          {words.wall.keys}
        </button>
      </KitchenBar>

      <main className="grow">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 pt-3">
          <h1 className="font-bold text-title">{station === null ? words.allStations : stationName(station)}</h1>
          <p className="text-large text-muted">
            {isLive && words.wall.count(shown.length, formats.number(shown.length))}
            {station !== null && auto.has(station) && ` · ${words.wall.itself}`}
          </p>
          {stations.length > 1 && (
            <nav aria-label={words.stations} className="ml-auto flex flex-wrap gap-1">
              <Link to="/kitchen" activeOptions={{ exact: true }} className={`${button} aria-[current=page]:bg-raised`}>
                {words.allStations}
              </Link>
              {stations.map(({ id, name }) => (
                <Link
                  key={id}
                  to="/kitchen/$station"
                  params={{ station: id }}
                  className={`${button} aria-[current=page]:bg-raised aria-[current=page]:font-semibold`}
                >
                  {name}
                </Link>
              ))}
            </nav>
          )}
        </div>
        <div className="flex flex-col gap-4 p-4 xl:flex-row-reverse xl:items-start">
          <aside
            aria-label={words.wall.toMake}
            className="card flex flex-wrap items-baseline gap-x-6 gap-y-1 px-5 py-3 xl:sticky xl:top-20 xl:w-80 xl:flex-col"
          >
            <h2 className="text-large text-muted">{words.wall.toMake}</h2>
            <ul className={`contents xl:block xl:space-y-2 ${isLive ? "" : "text-muted"}`}>
              {counts.map(({ itemId, name: dish, count }) => (
                <li key={itemId} data-count={itemId} className="text-large leading-tight xl:text-title">
                  <span className="font-bold">{formats.number(count)}</span> {name(dish)}
                </li>
              ))}
            </ul>
            {counts.length === 0 && <p className="text-large">{words.wall.nothingToMake}</p>}
          </aside>
          <div className="grow">
            {!live.ready && (
              <p className="py-10 text-large text-muted">
                {live.lostSince === null ? words.connecting : words.unreachable}
              </p>
            )}
            {live.ready && shown.length === 0 && <p className="py-10 text-large text-muted">{words.wall.empty}</p>}
            <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,22.5rem),1fr))] items-start gap-4">
              {shown.map((ticket, index) => (
                <TicketCard
                  key={keyOf(ticket)}
                  ticket={ticket}
                  place={index < 9 ? index + 1 : null}
                  now={now}
                  live={isLive}
                  busy={busy.has(keyOf(ticket))}
                  auto={auto.has(ticket.stationId)}
                  station={station === null && stations.length > 1 ? stationName(ticket.stationId) : null}
                  onPress={press}
                />
              ))}
            </ul>
          </div>
        </div>
      </main>

      {(done.length > 0 || undoable) && (
        <footer className="no-print sticky bottom-0 flex items-center gap-3 border-line border-t bg-surface px-4 py-2">
          {undoable && (
            <button
              type="button"
              disabled={!isLive}
              aria-label={words.wall.undoOf(undoable)}
              onClick={undo}
              className={`${chip} shrink-0 border-accent bg-accent-soft text-accent`}
            >
              <BackAgainIcon />
              {words.undo}
            </button>
          )}
          {done.length > 0 && <p className="hidden shrink-0 text-base text-muted sm:block">{words.wall.justDone}</p>}
          <div className="flex min-w-0 flex-wrap gap-2">
            {done.map((ticket) => (
              <button
                key={keyOf(ticket)}
                type="button"
                data-done={ticket.orderId}
                disabled={!isLive || auto.has(ticket.stationId)}
                aria-label={words.wall.recallOf(ticket.number)}
                title={words.wall.recallOf(ticket.number)}
                onClick={() => recall(ticket)}
                className={`${chip} border-edge max-sm:nth-[n+3]:hidden`}
              >
                {!auto.has(ticket.stationId) && <BackAgainIcon />}
                {ticket.number}
              </button>
            ))}
          </div>
        </footer>
      )}
      {sheet === "stock" && <StockSheet station={station} setSoldOut={setSoldOut} onClose={() => setSheet(null)} />}
      {sheet === "keys" && <KeysSheet onClose={() => setSheet(null)} />}
    </div>
  );
}

function SoundButton() {
  const words = useWords(kitchenWords).wall;
  const sound = useSignal(soundState);
  // Wanted since another day: the first touch or key of this one switches it on.
  useEffect(() => {
    if (sound !== "wanted") return;
    const wake = () => void turnSound(true);
    window.addEventListener("pointerdown", wake, { once: true });
    window.addEventListener("keydown", wake, { once: true });
    return () => {
      window.removeEventListener("pointerdown", wake);
      window.removeEventListener("keydown", wake);
    };
  }, [sound]);
  const on = sound === "on";
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={() => void turnSound(!on)}
      className={`${button} ${on ? "" : "bg-accent-soft font-semibold text-accent"}`}
    >
      <BellIcon />
      {on ? words.soundOn : words.turnSoundOn}
    </button>
  );
}

function useKeys(onKey: (event: KeyboardEvent) => void): void {
  const handle = useRef(onKey);
  handle.current = onKey;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (!isElsewhere(event.target)) handle.current(event);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
}
