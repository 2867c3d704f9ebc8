import { useInfiniteQuery } from "@tanstack/react-query";
import { currentUser } from "~/accounts/current";
import type { Menu } from "~/api/types";
import { useSignal } from "~/app/signal";
import { AgainIcon } from "~/look/icons";
import { cart } from "~/orders/current";
import { allOrders, ordersQuery } from "~/orders/queries";
import { useOrderAgain } from "~/orders/useOrderAgain";
import { useSpeech } from "~/words/language";
import { canOrder } from "./stock";

/** First on the menu for who has ordered before: one tap puts the last order in the cart, the next places it. */
export function OrderAgain({ menu }: { menu: Menu | null }) {
  const { words, formats, name } = useSpeech();
  const user = useSignal(currentUser);
  const { data, isPending } = useInfiniteQuery({ ...ordersQuery, enabled: user !== null });
  const orderAgain = useOrderAgain();
  const { lines, attempt } = useSignal(cart);
  const last = user ? allOrders(data)[0] : undefined;
  if (attempt || lines.length > 0) return null;
  // Its place is kept while the orders are on their way, so that the menu does not jump from under the thumb.
  if (user && isPending) return <div aria-hidden="true" className="min-h-16" />;
  if (!menu || !last) return null;
  const open = new Set(menu.items.filter(canOrder).map((item) => item.id));
  const possible = last.lines.filter((line) => open.has(line.itemId));
  if (possible.length === 0) return null;
  return (
    <button
      type="button"
      onClick={() => orderAgain(possible)}
      className="flex min-h-16 w-full items-center gap-3 rounded-card bg-accent-soft p-3 text-left"
    >
      <span className="text-accent">
        <AgainIcon />
      </span>
      <span className="min-w-0">
        <span className="block font-semibold text-accent">{words.menu.again}</span>
        <span className="line-clamp-2 text-small">
          {possible.map((line) => `${formats.number(Number(line.quantity))} × ${name(line.name)}`).join(" · ")}
        </span>
      </span>
    </button>
  );
}
