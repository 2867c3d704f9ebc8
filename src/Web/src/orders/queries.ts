import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "~/api/client";
import { Problem } from "~/api/problem";
import type { Order, OrderSummary } from "~/api/types";

// Who asked too often may ask again, later; anything else that is said of the request itself stays true.
const keepTrying = (failures: number, error: Error) =>
  error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429
    ? false
    : failures < 1_000_000;
const retryDelay = (failures: number, error: Error) =>
  Math.max(Math.min(500 * 2 ** failures, 8000), error instanceof Problem ? (error.retryAfterSeconds ?? 0) * 1000 : 0);

const ordersOf = <Key extends readonly string[]>(queryKey: Key, status?: string) =>
  infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET("/api/v1/orders", {
          params: { query: { limit: 20, ...(status && { status }), ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    staleTime: 10_000,
    retry: keepTrying,
    retryDelay,
  });

export const ordersQuery = ordersOf(["orders"]);

/** Those of some states alone; whatever makes the list of all stale makes this one stale as well. */
export const filteredOrdersQuery = (status: string) => ordersOf(["orders", status], status);

export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: ["order", id],
    queryFn: async ({ signal, client: queries }): Promise<Order> => {
      const read: Order = await unwrap(client.GET("/api/v1/orders/{id}", { params: { path: { id } }, signal }));
      // An event that came while the answer was on its way is newer than the answer.
      const known = queries.getQueryData<Order>(["order", id]);
      return known && known.version > read.version ? known : read;
    },
    // The stream keeps it true.
    staleTime: 30_000,
    retry: keepTrying,
    retryDelay,
  });

export function allOrders(data: { pages: { items: OrderSummary[] }[] } | undefined): OrderSummary[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}
