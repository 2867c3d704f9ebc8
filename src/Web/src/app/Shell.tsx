import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { useCallback, useEffect } from "react";
import { currentUser } from "~/accounts/current";
import { tenant } from "~/api/tenant";
import type { OrderEvent } from "~/api/types";
import { announce } from "~/look/announce";
import { PersonIcon, ReceiptIcon } from "~/look/icons";
import { useBackAgain } from "~/menu/useBackAgain";
import { BottomBar } from "~/orders/BottomBar";
import { cart, placing } from "~/orders/current";
import { allOrders, ordersQuery } from "~/orders/queries";
import { isFinal } from "~/tracking/follow";
import { ring } from "~/tracking/ready";
import { useTrackedOrders } from "~/tracking/useTracking";
import { currentSpeech, useSpeech } from "~/words/language";
import { Preferences } from "./Preferences";
import { useSignal } from "./signal";

export function Shell() {
  const { words } = useSpeech();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const tracking = /^\/orders\/./.test(path);
  useAccepted();
  useOrdersOfOtherTabs();
  // An order that has just been accepted is about to have its own page.
  const accepted = useSignal(placing.view).phase === "accepted";
  useOpenOrders(!tracking && !accepted);
  useBackAgain();
  const name = words.cafeterias[tenant] ?? tenant;
  useEffect(() => {
    document.title = name;
  }, [name]);

  return (
    <>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:bg-surface focus:p-3"
      >
        {words.skip}
      </a>
      <Header name={name} />
      <main id="content" className="mx-auto max-w-6xl px-4">
        <Outlet />
      </main>
      {(path === "/" || path === "/orders" || path === "/cart") && <BottomBar cartHidden={path === "/cart"} />}
    </>
  );
}

function Header({ name }: { name: string }) {
  const { words } = useSpeech();
  const user = useSignal(currentUser);
  const icon = "inline-flex size-12 shrink-0 items-center justify-center rounded-control hover:bg-raised";
  return (
    <header className="no-print mx-auto flex max-w-6xl items-center justify-between gap-2 pt-2 pr-1 pl-4">
      <Link to="/" className="flex min-h-12 min-w-0 items-center font-bold leading-tight sm:text-large">
        {name}
      </Link>
      <div className="flex">
        <Preferences />
        {user && (
          <Link to="/orders" aria-label={words.orders.title} title={words.orders.title} className={icon}>
            <ReceiptIcon />
          </Link>
        )}
        <Link
          to={user ? "/account" : "/sign-in"}
          aria-label={user ? words.account : words.signIn}
          title={user ? words.account : words.signIn}
          className={icon}
        >
          <PersonIcon />
        </Link>
      </div>
    </header>
  );
}

/** From "accepted" to the order itself, wherever the answer found the student. */
function useAccepted(): void {
  const view = useSignal(placing.view);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const order = view.phase === "accepted" ? view.order : null;
  useEffect(() => {
    if (!order) return;
    announce(currentSpeech.get().words.placing.accepted(order.number), false);
    void queries.invalidateQueries({ queryKey: ordersQuery.queryKey });
    const timer = setTimeout(() => {
      placing.dismiss();
      void navigate({ to: "/orders/$id", params: { id: order.id } });
    }, 700);
    return () => clearTimeout(timer);
  }, [order, navigate, queries]);
}

/** What another tab placed is this tab's order as well. */
function useOrdersOfOtherTabs(): void {
  const underWay = useSignal(cart).attempt !== null;
  const queries = useQueryClient();
  useEffect(() => {
    if (underWay) return () => void queries.invalidateQueries({ queryKey: ordersQuery.queryKey });
  }, [underWay, queries]);
}

/** While orders are open and no tracker follows one of them, one stream follows them all. */
function useOpenOrders(wanted: boolean): void {
  const user = useSignal(currentUser);
  const queries = useQueryClient();
  const { data } = useInfiniteQuery({ ...ordersQuery, enabled: user !== null });
  const open = user !== null && allOrders(data).some((order) => !isFinal(order.status));
  const onStatus = useCallback(
    ({ orderId, status }: OrderEvent) => {
      const { words } = currentSpeech.get();
      const order = allOrders(queries.getQueryData(ordersQuery.queryKey)).find(({ id }) => id === orderId);
      if (!order) return;
      announce(words.tracker.said(order.number, words.status[status]));
      if (status === "ready") ring(orderId, order.number);
    },
    [queries],
  );
  useTrackedOrders(wanted && open, onStatus);
}
