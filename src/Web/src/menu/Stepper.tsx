import { useSignal } from "~/app/signal";
import { MinusIcon, PlusIcon } from "~/look/icons";
import { Rolling } from "~/look/parts";
import { maximumQuantity, quantityOf, withQuantity } from "~/orders/cart";
import { cart } from "~/orders/current";
import { useSpeech } from "~/words/language";

interface Props {
  readonly itemId: string;
  readonly dish: string;
  /** No more than this can be had; fewer always can. */
  readonly most: number;
}

export function Stepper({ itemId, dish, most }: Props) {
  const { words, formats } = useSpeech();
  const chosen = useSignal(cart);
  const quantity = quantityOf(chosen, itemId);
  const set = (next: number) => cart.set(withQuantity(cart.get(), itemId, next));
  const frozen = chosen.attempt !== null;
  const full = quantity >= Math.min(most, maximumQuantity);
  const control = "inline-flex size-12 items-center justify-center rounded-control border disabled:opacity-40";

  if (quantity === 0) {
    return (
      <button
        type="button"
        aria-label={words.menu.add(dish)}
        disabled={frozen || most <= 0}
        onClick={() => set(1)}
        className={`${control} border-accent bg-accent-soft text-accent`}
      >
        <PlusIcon />
      </button>
    );
  }
  return (
    <div className="inline-flex items-center">
      <button
        type="button"
        aria-label={words.menu.fewer(dish)}
        disabled={frozen}
        onClick={() => set(quantity - 1)}
        className={`${control} border-edge`}
      >
        <MinusIcon />
      </button>
      <span className="w-9 text-center font-semibold" aria-live="polite">
        <Rolling>{formats.number(quantity)}</Rolling>
      </span>
      <button
        type="button"
        aria-label={words.menu.more(dish)}
        disabled={frozen || full}
        onClick={() => set(quantity + 1)}
        className={`${control} border-accent bg-accent-soft text-accent`}
      >
        <PlusIcon />
      </button>
    </div>
  );
}
