import type { PlacedOrder } from "~/api/types";
import { isFinal } from "~/tracking/follow";
import { useSpeech } from "~/words/language";

export function Receipt({ order }: { order: PlacedOrder }) {
  const { words, formats, name } = useSpeech();
  // Whoever gets nothing has nothing to pay.
  const payment =
    order.paymentStatus === "paid" ? words.tracker.paid : isFinal(order.status) ? null : words.tracker.paidAtCounter;
  return (
    <section className="card space-y-2 p-4">
      <ul className="space-y-1">
        {order.lines.map((line) => (
          <li key={line.itemId} className="flex items-baseline justify-between gap-3">
            <span className="min-w-0 wrap-break-word">
              {formats.number(Number(line.quantity))} × {name(line.name)}
              {line.note && <span className="block text-muted text-small">{line.note}</span>}
            </span>
            <span className="shrink-0">{formats.money(line.lineTotal)}</span>
          </li>
        ))}
      </ul>
      <div className="flex items-baseline justify-between border-line border-t pt-2 font-semibold">
        <span>{words.cart.total}</span>
        <span>{formats.money(order.total)}</span>
      </div>
      <p className="text-muted text-small">
        {formats.day(order.placedAt)} {formats.time(order.placedAt)}
        {payment && ` · ${payment}`}
      </p>
    </section>
  );
}
