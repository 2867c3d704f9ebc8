import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Order, OrderEvent } from "~/api/types";
import { sooner } from "~/app/pause";
import { orderQuery, ordersQuery } from "~/orders/queries";
import { apply } from "./apply";
import { type FollowPorts, follow } from "./follow";
import { opening } from "./opening";
import type { Connection } from "./stream";

export interface Tracked {
  readonly connection: Connection;
  /** How many orders wait before this one; null when it does not wait, or when nobody can tell. */
  readonly ahead: number | null;
}

/** Keeps one order's copy true as long as the component is there. */
export function useTrackedOrder(id: string, onStatus: (event: OrderEvent) => void): Tracked {
  const queries = useQueryClient();
  const [connection, setConnection] = useState<Connection>("connecting");
  const [ahead, setAhead] = useState<number | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const { queryKey } = orderQuery(id);
    const refetch = () => void queries.invalidateQueries({ queryKey });
    const ports: FollowPorts = {
      open: opening(`/api/v1/orders/${encodeURIComponent(id)}/events`),
      connection: (state) => {
        setConnection(state);
        // A new connection tells the place anew; until then it is not known.
        if (state !== "live") setAhead(null);
      },
      ahead: setAhead,
      resync: refetch,
      pause: sooner,
      event: (event) => {
        const known = queries.getQueryData<Order>(queryKey);
        // Without a copy yet, the one that is on its way may be older than this event.
        if (!known) return refetch();
        const after = apply(known, event);
        if (!after) return;
        queries.setQueryData(queryKey, after.order);
        if (after.gap) refetch();
        onStatus(event);
        void queries.invalidateQueries({ queryKey: ordersQuery.queryKey });
      },
    };
    void follow(ports, stop.signal).then((ending) => {
      if (ending === "final") refetch();
    });
    return () => stop.abort();
  }, [id, queries, onStatus]);
  return { connection, ahead };
}

/** Keeps the list of orders true, from one stream of all of them. */
export function useTrackedOrders(enabled: boolean, onStatus: (event: OrderEvent) => void): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!enabled) return;
    const stop = new AbortController();
    const seen = new Map<string, number>();
    let pending: ReturnType<typeof setTimeout> | undefined;
    // A burst of events is one reading of the list.
    const refetch = () => {
      pending ??= setTimeout(() => {
        pending = undefined;
        void queries.invalidateQueries({ queryKey: ordersQuery.queryKey });
      }, 200);
    };
    const ports: FollowPorts = {
      open: opening("/api/v1/orders/events"),
      connection: () => {},
      resync: refetch,
      pause: sooner,
      event: (event, kind) => {
        if (event.version <= (seen.get(event.orderId) ?? 0)) return;
        const news = seen.has(event.orderId) || kind === "status";
        seen.set(event.orderId, event.version);
        const { queryKey } = orderQuery(event.orderId);
        const known = queries.getQueryData<Order>(queryKey);
        const after = known && apply(known, event);
        if (after) queries.setQueryData(queryKey, after.order);
        refetch();
        if (news) onStatus(event);
      },
    };
    void follow(ports, stop.signal, false);
    return () => {
      clearTimeout(pending);
      stop.abort();
    };
  }, [enabled, queries, onStatus]);
}
