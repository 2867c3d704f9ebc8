import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { client, unwrap } from "~/api/client";
import { Problem } from "~/api/problem";
import type { Order } from "~/api/types";
import { Button } from "~/look/parts";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { kitchenWords } from "./words";

/** One order as the counter needs it: its number, whether it may go out, what is in it and what to take for it. */
export function FoundOrder({ order: found, onNext }: { order: Order; onNext: () => void }) {
  const { words: common, formats, name } = useSpeech();
  const words = useWords(kitchenWords).handOver;
  const queries = useQueryClient();
  const [given, setGiven] = useState<Order | null>(null);
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");
  const order = given ?? found;
  const ready = order.status === "ready";
  const button = useRef<HTMLButtonElement>(null);
  const next = useRef<HTMLButtonElement>(null);

  // Enter is then all that is left to do.
  useEffect(() => {
    if (ready) button.current?.focus();
  }, [ready]);
  useEffect(() => {
    if (given) next.current?.focus();
  }, [given]);

  async function complete() {
    setState("busy");
    try {
      setGiven(await unwrap(client.POST("/api/v1/orders/{id}/complete", { params: { path: { id: order.id } } })));
      setState("idle");
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setState(error.isRefusal ? "idle" : "failed");
      // It is not as this page thought: it says how it is.
      if (error.isRefusal) void queries.invalidateQueries({ queryKey: ["kitchen", "hand-over"] });
    }
  }

  const today = new Date(order.placedAt).toDateString() === new Date().toDateString();
  return (
    <section
      data-found={order.status}
      aria-label={order.number}
      className={`card space-y-4 border-2 p-5 ${ready || given ? "border-good" : ""}`}
    >
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1">
        <p className="font-bold text-call leading-none">{order.number}</p>
        <p className="text-large text-muted wrap-break-word">{order.studentName}</p>
      </div>
      <Said order={order} given={given !== null} />
      {!today && <p className="text-large text-warn">{words.placedOn(formats.day(order.placedAt))}</p>}
      <ul className="space-y-1 text-large">
        {order.lines.map((line) => (
          <li key={line.itemId} className="wrap-break-word">
            <span className="font-semibold">{formats.number(Number(line.quantity))} ×</span> {name(line.name)}
            {line.note && <span className="text-muted"> · {line.note}</span>}
          </li>
        ))}
      </ul>
      {(ready || given) && (
        <p className="font-bold text-title">
          {order.paymentStatus === "paid" ? words.paid : words.pay(formats.money(order.total))}
        </p>
      )}
      {state === "failed" && (
        <p role="alert" className="text-bad text-large">
          {words.failed}
        </p>
      )}
      {ready && !given && (
        <Button
          ref={button}
          kind="primary"
          disabled={state === "busy"}
          onClick={() => void complete()}
          className="min-h-16 w-full text-title"
        >
          {state === "busy" ? words.completing : words.complete}
        </Button>
      )}
      {(given || !ready) && (
        <Button ref={next} onClick={onNext} className="min-h-14">
          {words.next}
        </Button>
      )}
      <span className="sr-only">{common.status[order.status]}</span>
    </section>
  );
}

/** What may be done with it, or what became of it. */
function Said({ order, given }: { order: Order; given: boolean }) {
  const { words: common, formats } = useSpeech();
  const words = useWords(kitchenWords).handOver;
  const end = order.history.findLast(({ status }) => status === "completed");
  switch (order.status) {
    case "ready":
      return <p className="font-bold text-good text-title">{words.ready}</p>;
    case "completed":
      return given || !end ? (
        <div className="rounded-card bg-good-soft px-4 py-3 text-good">
          <p className="font-bold text-title">{words.done(order.number)}</p>
          <p className="text-large">{words.final}</p>
        </div>
      ) : (
        <p className="rounded-card bg-warn-soft px-4 py-3 font-semibold text-large text-warn">
          {words.already(order.number, formats.exactTime(end.at), end.by)}
        </p>
      );
    case "rejected":
    case "cancelled":
    case "failed":
      return (
        <p className="rounded-card bg-bad-soft px-4 py-3 font-semibold text-bad text-large">
          {words.ended(order.number, common.status[order.status])}
        </p>
      );
    default:
      return (
        <div className="rounded-card bg-warn-soft px-4 py-3 text-warn">
          <p className="font-bold text-title">{words.notReady(order.number)}</p>
          <p className="text-large">
            {order.readyAt && `${words.readyAbout(formats.time(order.readyAt))}. `}
            {words.waits}
          </p>
        </div>
      );
  }
}
