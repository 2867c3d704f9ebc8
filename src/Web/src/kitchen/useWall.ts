import { useCallback, useRef, useState } from "react";
import { client, unwrap } from "~/api/client";
import { Problem } from "~/api/problem";
import type { KitchenItem, Ticket } from "~/api/types";
import { announce } from "~/look/announce";
import { currentSpeech } from "~/words/language";
import { type Live, useStream } from "./useStream";
import { after, keyOf, nextStep, readWallEvent, type Tickets } from "./wall";
import { kitchenWords } from "./words";

export type Step = "start" | "done" | "recall";

export interface Wall {
  readonly tickets: Tickets;
  readonly live: Live;
  /** Tickets whose step is on its way. */
  readonly busy: ReadonlySet<string>;
  readonly press: (ticket: Ticket) => void;
  readonly recall: (ticket: Ticket) => void;
  readonly setSoldOut: (item: Pick<KitchenItem, "id" | "name">, soldOut: boolean) => Promise<boolean>;
  readonly undo: () => void;
}

/** How many presses can be taken back, the last one first. */
const remembered = 20;

const words = () => kitchenWords[currentSpeech.get().language];

/** The wall's tickets, and what is done to them: each step is shown when the server has said yes. */
export function useWall(changed: () => void): Wall {
  const [tickets, setTickets] = useState<Tickets>(new Map());
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const undoable = useRef<(() => void)[]>([]);
  const live = useStream("/api/v1/kitchen/events", (frame) => {
    if (frame.event === "ping") return "part";
    const event = readWallEvent(frame);
    if (!event) return null;
    setTickets((before) => after(before, event));
    return event.kind === "snapshot" ? "whole" : "part";
  });

  const remember = useCallback((work: () => void) => {
    undoable.current = [...undoable.current.slice(1 - remembered), work];
  }, []);

  const step = useCallback(
    async (ticket: Ticket, step: Step, back = false) => {
      const key = keyOf(ticket);
      setBusy((before) => new Set(before).add(key));
      try {
        const params = { path: { id: ticket.stationId, orderId: ticket.orderId } };
        const answer = await unwrap(
          step === "start"
            ? client.POST("/api/v1/kitchen/stations/{id}/tickets/{orderId}/start", { params })
            : step === "done"
              ? client.POST("/api/v1/kitchen/stations/{id}/tickets/{orderId}/done", { params })
              : client.POST("/api/v1/kitchen/stations/{id}/tickets/{orderId}/recall", { params }),
        );
        setTickets((before) => after(before, { kind: "ticket", ticket: answer }));
        const { started, finished, recalled } = words().wall;
        announce((step === "start" ? started : step === "done" ? finished : recalled)(ticket.number));
        // A cook who has begun has begun; the other two are each other's opposite.
        if (step === "done" && !back) remember(() => void run.current(answer, "recall", true));
        if (step === "recall" && !back) remember(() => void run.current(answer, "done", true));
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
        if (!back) remember(() => void mark.current({ id, name }, !soldOut, true));
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
  const undo = useCallback(() => {
    const last = undoable.current.at(-1);
    undoable.current = undoable.current.slice(0, -1);
    if (last) last();
    else announce(words().wall.nothingToUndo);
  }, []);

  return { tickets, live, busy, press, recall, setSoldOut, undo };
}
