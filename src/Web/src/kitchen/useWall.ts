import { useCallback, useRef, useState } from "react";
import { client, unwrap } from "~/api/client";
import { Problem } from "~/api/problem";
import type { KitchenItem, Ticket } from "~/api/types";
import { announce } from "~/look/announce";
import { currentSpeech } from "~/words/language";
import { type Live, useStream } from "./useStream";
import { after, keyOf, nextStep, readWallEvent, type Tickets } from "./wall";
import { kitchenWords } from "./words";

export type Step = "start" | "done" | "recall" | "put-back";

/** What takes a step back. */
const opposite: Readonly<Record<Step, Step>> = {
  start: "put-back",
  done: "recall",
  recall: "done",
  "put-back": "start",
};

export interface Wall {
  readonly tickets: Tickets;
  readonly live: Live;
  /** Tickets whose step is on its way. */
  readonly busy: ReadonlySet<string>;
  readonly press: (ticket: Ticket) => void;
  readonly recall: (ticket: Ticket) => void;
  readonly setSoldOut: (item: Pick<KitchenItem, "id" | "name">, soldOut: boolean) => Promise<boolean>;
  readonly undo: () => void;
  /** What the next undo takes back; null when there is nothing. */
  readonly undoable: string | null;
}

/** How many presses can be taken back, the last one first. */
const remembered = 20;

const words = () => kitchenWords[currentSpeech.get().language];

/** The wall's tickets, and what is done to them: each step is shown when the server has said yes. */
export function useWall(changed: () => void): Wall {
  const [tickets, setTickets] = useState<Tickets>(new Map());
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const [undoable, setUndoable] = useState<readonly { readonly what: string; readonly work: () => void }[]>([]);
  const live = useStream("/api/v1/kitchen/events", (frame) => {
    if (frame.event === "ping") return "part";
    const event = readWallEvent(frame);
    if (!event) return null;
    setTickets((before) => after(before, event));
    return event.kind === "snapshot" ? "whole" : "part";
  });

  const remember = useCallback((what: string, work: () => void) => {
    setUndoable((before) => [...before.slice(1 - remembered), { what, work }]);
  }, []);

  const step = useCallback(
    async (ticket: Ticket, step: Step, back = false) => {
      const key = keyOf(ticket);
      setBusy((before) => new Set(before).add(key));
      try {
        const params = { path: { id: ticket.stationId, orderId: ticket.orderId } };
        const answer = await unwrap(client.POST(`/api/v1/kitchen/stations/{id}/tickets/{orderId}/${step}`, { params }));
        setTickets((before) => after(before, { kind: "ticket", ticket: answer }));
        announce(words().wall.said[step](ticket.number));
        if (!back) remember(ticket.number, () => void run.current(answer, opposite[step], true));
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        announce(error.isRefusal ? words().wall.refused(ticket.number) : words().wall.notSaved);
      } finally {
        setBusy((before) => new Set([...before].filter((other) => other !== key)));
      }
    },
    [remember],
  );
  const run = useRef(step);
  run.current = step;

  const setSoldOut = useCallback(
    async ({ id, name }: Pick<KitchenItem, "id" | "name">, soldOut: boolean, back = false): Promise<boolean> => {
      const dish = currentSpeech.get().name(name);
      try {
        const params = { path: { id } };
        await unwrap(
          soldOut
            ? client.POST("/api/v1/kitchen/items/{id}/sold-out", { params })
            : client.POST("/api/v1/kitchen/items/{id}/back", { params }),
        );
        announce(soldOut ? words().stock.isSoldOut(dish) : words().stock.isBack(dish));
        if (!back) remember(dish, () => void mark.current({ id, name }, !soldOut, true));
        changed();
        return true;
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        announce(words().wall.notSaved);
        return false;
      }
    },
    [changed, remember],
  );
  const mark = useRef(setSoldOut);
  mark.current = setSoldOut;

  const press = useCallback((ticket: Ticket) => {
    const next = nextStep(ticket);
    if (next) void run.current(ticket, next);
  }, []);
  const recall = useCallback((ticket: Ticket) => void run.current(ticket, "recall"), []);
  const last = undoable.at(-1);
  const undo = () => {
    setUndoable((before) => before.slice(0, -1));
    if (last) last.work();
    else announce(words().wall.nothingToUndo);
  };

  return { tickets, live, busy, press, recall, setSoldOut, undo, undoable: last?.what ?? null };
}
