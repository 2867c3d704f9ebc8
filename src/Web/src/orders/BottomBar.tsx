import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { currentUser } from "~/accounts/current";
import { useSignal } from "~/app/signal";
import { ForwardIcon } from "~/look/icons";
import { Rolling } from "~/look/parts";
import { useMenu } from "~/menu/menuQuery";
import { isFinal } from "~/tracking/follow";
import { useSpeech } from "~/words/language";
import { totalOf } from "./CartContents";
import { count } from "./cart";
import { cart, placing } from "./current";
import { allOrders, ordersQuery } from "./queries";

/** The thumb's place: the cart, or the order that is under way. */
export function BottomBar({ cartHidden }: { cartHidden: boolean }) {
  const { words, formats } = useSpeech();
  const { menu } = useMenu();
  const user = useSignal(currentUser);
  const { lines, attempt } = useSignal(cart);
  const { phase } = useSignal(placing.view);
  const { data } = useInfiniteQuery({ ...ordersQuery, enabled: user !== null });
  const open = user ? allOrders(data).filter((order) => !isFinal(order.status)) : [];
  // A meal that waits on the counter comes before anything else.
  const first = open.find((order) => order.status === "ready") ?? open[0];
  const filled = menu !== null && lines.length > 0;
  // The cart's own page has its own bar, unless there is nothing in the cart.
  if ((cartHidden && (filled || phase === "accepted")) || (!filled && !first)) return null;

  const bar = "flex min-h-14 items-center justify-between gap-3 rounded-control px-5 font-semibold";
  return (
    <nav
      aria-label={words.orders.underWay}
      className={`no-print pointer-events-none fixed inset-x-0 bottom-0 z-30 ${first ? "" : "lg:hidden"}`}
    >
      <div className="pointer-events-auto mx-auto max-w-2xl space-y-2 border-line border-t bg-bg px-4 pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] md:mb-4 md:rounded-card md:border md:shadow-float">
        {first && (
          <Link
            to="/orders/$id"
            params={{ id: first.id }}
            className={`${bar} ${first.status === "ready" ? "bg-good text-bg" : "bg-good-soft text-good"}`}
          >
            <span>
              {first.status === "ready"
                ? words.orders.readyBar(first.number)
                : `${first.number} · ${words.status[first.status]}`}
            </span>
            <span className="flex items-center gap-2">
              {first.readyAt && first.status !== "ready" && words.minutes.about(formats.time(first.readyAt))}
              <ForwardIcon />
            </span>
          </Link>
        )}
        {filled && (
          <Link to="/cart" className={`${bar} bg-accent text-on-accent lg:hidden`}>
            <span>
              {attempt
                ? phase === "offline" || phase === "signIn"
                  ? words.placing[phase]
                  : words.placing.sending
                : words.cart.summary(count(lines), formats.number(count(lines)))}
              {!attempt && " · "}
              {!attempt && <Rolling>{formats.money(totalOf(lines, menu))}</Rolling>}
            </span>
            <span className="flex shrink-0 items-center gap-2">
              {words.cart.view} <ForwardIcon />
            </span>
          </Link>
        )}
      </div>
    </nav>
  );
}
