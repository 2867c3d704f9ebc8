import { useState } from "react";
import { serverNow } from "~/api/client";
import type { Menu, MenuItem, Money, Shortage } from "~/api/types";
import { useSignal } from "~/app/signal";
import { Banner, Button } from "~/look/parts";
import { DishPicture } from "~/menu/dishes";
import { Stepper } from "~/menu/Stepper";
import { lineProblem, similar } from "~/menu/stock";
import { useSpeech } from "~/words/language";
import { type CartLine, maximumNote, withNote, withQuantity } from "./cart";
import { cart, placing } from "./current";
import { Receipt } from "./Receipt";

export function totalOf(lines: readonly CartLine[], menu: Menu): Money {
  const prices = new Map(menu.items.map((item) => [item.id, item.price]));
  const amount = lines.reduce((sum, line) => sum + Number(prices.get(line.itemId)?.amount ?? 0) * line.quantity, 0);
  return { amount, currency: menu.items[0]?.price.currency ?? "BDT" };
}

/** The lines, what stands in their way, and the total: the whole order but for the button that places it. */
export function CartContents({ menu }: { menu: Menu }) {
  const { words, formats } = useSpeech();
  const { lines } = useSignal(cart);
  const view = useSignal(placing.view);
  const refusal = view.phase === "refused" ? view.problem : null;
  const shortages = refusal?.shortages ?? [];
  if (view.phase === "accepted") return <Receipt order={view.order} />;
  const prep = Math.max(0, ...lines.map((line) => prepOf(menu, line.itemId)));
  const readyAt = formats.time(new Date(serverNow() + prep * 1000));

  return (
    <div className="space-y-3">
      {refusal && (
        <Banner tone="bad" alert>
          <strong>{words.cart.nothingOrdered}</strong>{" "}
          {refusal.code === "out_of_stock" ? null : (words.problems[refusal.code] ?? words.problems.other)}
        </Banner>
      )}
      {view.phase === "takenBack" && (
        <Banner tone={view.outcome === "cancelled" ? "good" : "warn"} alert>
          {view.outcome === "cancelled" ? words.placing.tookBack : words.placing.tooLateToTakeBack}
        </Banner>
      )}
      <ul className="divide-y divide-line">
        {lines.map((line) => (
          <Line key={line.itemId} line={line} menu={menu} shortages={shortages} />
        ))}
      </ul>
      <div className="space-y-1 border-line border-t pt-3">
        <p className="flex items-baseline justify-between font-semibold text-large">
          <span>{words.cart.total}</span>
          <span>{formats.money(totalOf(lines, menu))}</span>
        </p>
        <p className="text-muted text-small">
          {words.cart.pickup} · {words.cart.ready(words.minutes.about(readyAt))}
        </p>
        <p className="text-muted text-small">{words.cart.payment}</p>
      </div>
    </div>
  );
}

function prepOf(menu: Menu, itemId: string): number {
  return Number(menu.items.find((item) => item.id === itemId)?.prepSeconds ?? 0);
}

function Line({ line, menu, shortages }: { line: CartLine; menu: Menu; shortages: readonly Shortage[] }) {
  const { formats, name } = useSpeech();
  const item = menu.items.find((candidate) => candidate.id === line.itemId);
  const dish = item ? name(item.name) : line.itemId;
  const problem = lineProblem(line, menu, shortages);
  return (
    <li className="space-y-2 py-3" data-line={line.itemId}>
      <div className="flex items-start gap-3">
        <DishPicture itemId={line.itemId} categoryId={item?.categoryId ?? ""} imageUrl={item?.imageUrl} size={48} />
        <div className="min-w-0 grow">
          <div className="flex items-baseline justify-between gap-2">
            <span className="font-semibold leading-snug wrap-break-word">{dish}</span>
            {item && (
              <span className="shrink-0">
                {formats.money({ ...item.price, amount: Number(item.price.amount) * line.quantity })}
              </span>
            )}
          </div>
          <div className="flex flex-wrap items-center justify-between gap-2 pt-1">
            <Note line={line} dish={dish} />
            <span className="ml-auto">
              <Stepper itemId={line.itemId} dish={dish} most={item ? Number(item.stock.onHand) : 0} />
            </span>
          </div>
        </div>
      </div>
      {problem && <LineProblemNote line={line} dish={dish} item={item} problem={problem} menu={menu} />}
    </li>
  );
}

function LineProblemNote({
  line,
  dish,
  item,
  problem,
  menu,
}: {
  line: CartLine;
  dish: string;
  item: MenuItem | undefined;
  problem: NonNullable<ReturnType<typeof lineProblem>>;
  menu: Menu;
}) {
  const { words, formats, name } = useSpeech();
  const { lines } = useSignal(cart);
  const others = item ? similar(menu, item.id, new Set(lines.map((other) => other.itemId))) : [];
  const set = (quantity: number) => {
    placing.dismiss();
    cart.set(withQuantity(cart.get(), line.itemId, quantity));
  };
  const text =
    problem.kind === "gone"
      ? words.cart.gone(dish)
      : problem.kind === "soldOut"
        ? words.cart.justSoldOut(dish)
        : words.cart.onlyLeft(dish, formats.number(problem.count));
  return (
    <div role="alert" className="space-y-2 rounded-card bg-bad-soft p-3 text-small">
      <p className="font-medium text-bad">{text}</p>
      {problem.kind !== "onlyLeft" && others.length > 0 && (
        <p className="text-ink">{words.cart.similar(others.map((other) => name(other.name)))}</p>
      )}
      <div className="flex flex-wrap gap-2">
        {problem.kind === "onlyLeft" && (
          <Button onClick={() => set(problem.count)}>{words.cart.takeWhatIsLeft(formats.number(problem.count))}</Button>
        )}
        <Button onClick={() => set(0)}>{words.cart.remove}</Button>
      </div>
    </div>
  );
}

function Note({ line, dish }: { line: CartLine; dish: string }) {
  const { words } = useSpeech();
  const frozen = useSignal(cart).attempt !== null;
  const [open, setOpen] = useState(line.note !== "");
  if (!open) {
    return (
      <button
        type="button"
        disabled={frozen}
        onClick={() => setOpen(true)}
        className="-ml-1 min-h-12 rounded-control px-1 text-left text-muted text-small underline decoration-line underline-offset-4"
      >
        {words.cart.addNote}
      </button>
    );
  }
  return (
    <input
      type="text"
      aria-label={words.cart.note(dish)}
      placeholder={words.cart.notePlaceholder}
      value={line.note}
      maxLength={maximumNote}
      disabled={frozen}
      // biome-ignore lint/a11y/noAutofocus: it opens because somebody asked for it
      autoFocus={line.note === ""}
      onChange={(event) => cart.set(withNote(cart.get(), line.itemId, event.target.value))}
      onBlur={() => setOpen(line.note !== "")}
      className="order-last h-12 w-full rounded-control border border-edge bg-surface px-3 text-small"
    />
  );
}
