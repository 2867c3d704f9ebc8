import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { currentUser } from "~/accounts/current";
import type { OrderSummary } from "~/api/types";
import { useSignal } from "~/app/signal";
import { Banner, Button, buttonClass, Empty, PageTitle } from "~/look/parts";
import { isFinal } from "~/tracking/follow";
import { useSpeech } from "~/words/language";
import { allOrders, filteredOrdersQuery, ordersQuery } from "./queries";
import { StatusBadge } from "./StatusBadge";
import { shown } from "./shown";

export function OrdersPage() {
  const { words } = useSpeech();
  const user = useSignal(currentUser);
  const { show } = useSearch({ from: "/student/orders" });
  const { data, failureCount, isLoading, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    ...(show ? filteredOrdersQuery(shown[show]) : ordersQuery),
    enabled: user !== null,
  });
  if (!user) {
    return (
      <div className="mx-auto max-w-2xl">
        <PageTitle back>{words.orders.title}</PageTitle>
        <Empty
          action={
            <Link to="/sign-in" search={{ next: "/orders" }} className={buttonClass("primary")}>
              {words.signIn}
            </Link>
          }
        >
          {words.orders.signInFirst}
        </Empty>
      </div>
    );
  }
  const orders = allOrders(data);
  const open = orders.filter((order) => !isFinal(order.status));
  const past = orders.filter((order) => isFinal(order.status));
  return (
    <div className="mx-auto max-w-2xl space-y-6 pb-36">
      <PageTitle back>{words.orders.title}</PageTitle>
      {(show || orders.length > 0) && <Choices />}
      {failureCount > 0 && (
        <Banner tone="warn" alert>
          {words.orders.failed}
        </Banner>
      )}
      {isLoading && failureCount === 0 && (
        <div aria-hidden="true" className="h-60 animate-breathe rounded-card bg-raised" />
      )}
      {data && orders.length === 0 && (
        <Empty
          action={
            <Link to="/" className={buttonClass("primary")}>
              {words.cart.toMenu}
            </Link>
          }
        >
          {show ? words.orders.none : words.orders.empty}
        </Empty>
      )}
      <Group title={words.orders.open} orders={open} />
      <Group title={words.orders.past} orders={past} />
      {hasNextPage && (
        <Button className="w-full" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {words.orders.more}
        </Button>
      )}
    </div>
  );
}

function Choices() {
  const { words } = useSpeech();
  const choices = { open: words.orders.open, served: words.status.completed, ended: words.orders.ended };
  const chip =
    "flex h-12 shrink-0 items-center rounded-full border border-line bg-surface px-3 text-small aria-[current=page]:border-accent aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent";
  return (
    <nav aria-label={words.orders.show} className="no-scrollbar -mx-4 flex gap-1.5 overflow-x-auto px-4 py-1">
      {([undefined, "open", "served", "ended"] as const).map((each) => (
        <Link
          key={each ?? "all"}
          to="/orders"
          search={each ? { show: each } : {}}
          replace
          activeOptions={{ exact: true }}
          className={chip}
        >
          {each ? choices[each] : words.orders.all}
        </Link>
      ))}
    </nav>
  );
}

function Group({ title, orders }: { title: string; orders: readonly OrderSummary[] }) {
  const { formats, name } = useSpeech();
  if (orders.length === 0) return null;
  return (
    <section>
      <h2 className="pb-2 font-semibold text-large">{title}</h2>
      <ul className="space-y-3">
        {orders.map((order) => (
          <li key={order.id}>
            <Link to="/orders/$id" params={{ id: order.id }} className="card block space-y-1 p-4">
              <span className="flex items-center justify-between gap-3">
                <span className="font-semibold text-large">{order.number}</span>
                <StatusBadge status={order.status} />
              </span>
              <span className="line-clamp-2 block text-small">
                {order.lines.map((line) => `${formats.number(Number(line.quantity))} × ${name(line.name)}`).join(" · ")}
              </span>
              <span className="flex justify-between text-muted text-small">
                <span>
                  {formats.day(order.placedAt)} {formats.time(order.placedAt)}
                </span>
                <span>{formats.money(order.total)}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
