import type { OrderStatus } from "~/api/types";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { nowWords } from "../words/now";
import type { NowFrame } from "./types";

const fills: Record<OrderStatus, string> = {
  pending: "bg-warn",
  stock_verified: "bg-info",
  awaiting_payment: "bg-info-soft border border-info",
  in_kitchen: "bg-accent",
  ready: "bg-good",
  out_for_delivery: "bg-good-soft border border-good",
  completed: "bg-edge",
  rejected: "bg-bad",
  cancelled: "bg-raised border border-edge",
  failed: "bg-bad-soft border border-bad",
};

/** Today's orders as one bar, cut by their state. */
export function StatesBar({ states }: { states: NowFrame["states"] }) {
  const words = useWords(nowWords);
  const { words: common, formats } = useSpeech();
  const all = states.reduce((sum, { count }) => sum + Number(count), 0);
  return (
    <section aria-labelledby="states" className="card p-3">
      <h2 id="states" className="font-semibold text-small">
        {words.today(formats.number(all))}
      </h2>
      {all === 0 ? (
        <p className="py-2 text-muted text-small">{words.noOrders}</p>
      ) : (
        <>
          <div aria-hidden="true" className="mt-2 flex h-7 gap-0.5 overflow-hidden rounded-control">
            {states.map(({ status, count }) => (
              <div key={status} className={`min-w-1 ${fills[status]}`} style={{ flexGrow: Number(count) }} />
            ))}
          </div>
          <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-small">
            {states.map(({ status, count }) => (
              <li key={status} data-state={status} className="flex items-center gap-1.5">
                <span aria-hidden="true" className={`size-3 rounded-sm ${fills[status]}`} />
                {common.status[status]} <span className="font-semibold">{formats.number(Number(count))}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
