import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client, unwrap } from "~/api/client";
import { Problem } from "~/api/problem";
import type { Order } from "~/api/types";
import { announce } from "~/look/announce";
import { StatusBadge } from "~/orders/StatusBadge";
import { isFinal } from "~/tracking/follow";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { AuditList } from "../books/AuditList";
import { useAct } from "../books/acting";
import { Details, Filter, ListState, TypedConfirm } from "../table/parts";
import { booksWords } from "../words/books";

/** One order's whole history, and what can be done for the student. */
export function OrderDetails({ id, close }: { id: string; close: () => void }) {
  const words = useWords(booksWords);
  const { data, error, isLoading } = useQuery({
    queryKey: ["desk-order", id],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/orders/{id}", { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data && isFinal(state.data.status) ? false : 3000),
  });
  if (data) return <Whole order={data} close={close} />;
  const gone = error instanceof Problem && error.status === 404;
  return (
    <Details title={words.order.number} close={close}>
      <ListState loading={isLoading} failed={error !== null && !gone} empty={gone ? words.order.notFound : null} />
    </Details>
  );
}

function Whole({ order, close }: { order: Order; close: () => void }) {
  const { formats, name } = useSpeech();
  return (
    <Details title={order.number} close={close}>
      <div className="flex flex-wrap items-center gap-3 text-small">
        <StatusBadge status={order.status} />
        <span className="font-semibold">{formats.money(order.total)}</span>
        <span className="wrap-break-word text-muted">
          {order.studentName} · {order.student}
        </span>
      </div>
      <ul className="space-y-1 text-small">
        {order.lines.map((line) => (
          <li key={line.itemId} className="flex justify-between gap-3">
            <span>
              {formats.number(line.quantity)} × {name(line.name)}
              {line.note && <span className="block text-muted text-tiny">{line.note}</span>}
            </span>
            <span className="tabular-nums">{formats.money(line.lineTotal)}</span>
          </li>
        ))}
      </ul>
      <History order={order} />
      {!isFinal(order.status) && <ForTheStudent order={order} />}
      <AuditList about={`orders/${order.id}`} />
    </Details>
  );
}

function History({ order }: { order: Order }) {
  const words = useWords(booksWords);
  const { words: common, formats } = useSpeech();
  return (
    <section>
      <h3 className="pb-2 font-semibold">{words.order.history}</h3>
      <ol className="space-y-2 text-small">
        {order.history.map((step) => (
          <li key={`${step.at}${step.status}`}>
            <span className="font-medium">{common.status[step.status]}</span>
            <span className="block text-muted text-tiny">
              <time dateTime={step.at}>{`${formats.day(step.at)} ${formats.exactTime(step.at)}`}</time> ·{" "}
              {step.by === "system" ? words.system : step.by}
              {step.reason && ` · ${common.tracker.reasons[step.reason] ?? step.reason}`}
            </span>
          </li>
        ))}
      </ol>
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 pt-3 text-muted text-tiny">
        {order.readyAt && (
          <>
            <dt>{words.order.ready}</dt>
            <dd>{formats.exactTime(order.readyAt)}</dd>
          </>
        )}
        {order.tickets.length > 0 && (
          <>
            <dt>{words.order.station}</dt>
            <dd>{order.tickets.map((ticket) => ticket.stationId).join(", ")}</dd>
          </>
        )}
        {order.traceId && (
          <>
            <dt>{words.order.trace}</dt>
            <dd className="break-all font-mono select-all">{order.traceId}</dd>
          </>
        )}
      </dl>
    </section>
  );
}

function ForTheStudent({ order }: { order: Order }) {
  const words = useWords(booksWords);
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const params = { path: { id: order.id } };
  const after = () =>
    Promise.all(
      [["desk-order", order.id], ["desk-orders"], ["audit", `orders/${order.id}`]].map((queryKey) =>
        queries.invalidateQueries({ queryKey }),
      ),
    );
  const cancel = useAct(
    async () => {
      await unwrap(client.POST("/api/v1/orders/{id}/cancel", { params, body: { reason: reason.trim() || null } }));
      announce(words.order.didCancel(order.number));
    },
    after,
    { too_late: words.order.tooLate },
  );
  const complete = useAct(
    async () => {
      await unwrap(client.POST("/api/v1/orders/{id}/complete", { params }));
      announce(words.order.didComplete(order.number));
    },
    after,
    { not_ready: words.order.notReady },
  );
  return (
    <section className="space-y-3">
      {order.status === "ready" && (
        <TypedConfirm
          name={order.number}
          kind="plain"
          action={words.order.complete}
          busy={complete.isPending}
          confirm={() => complete.mutate()}
        />
      )}
      <Filter
        label={words.order.cancelReason}
        value={reason}
        maxLength={200}
        onChange={(event) => setReason(event.target.value)}
      />
      <TypedConfirm
        name={order.number}
        action={words.order.cancel}
        busy={cancel.isPending}
        confirm={() => cancel.mutate()}
      />
    </section>
  );
}
