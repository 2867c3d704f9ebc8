import { queryOptions, useQuery } from "@tanstack/react-query";
import { authorizedFetch } from "~/api/client";
import { isRecord, Problem } from "~/api/problem";
import { tenant } from "~/api/tenant";
import type { Menu } from "~/api/types";
import { readJson, write } from "~/app/storage";

export interface MenuCopy {
  readonly menu: Menu;
  readonly etag: string | null;
  /** When the server last said that this is the menu, in ms. */
  readonly at: number;
}

const key = `cafeteria.menu:${tenant}`;

const known = readJson(key, (value): value is MenuCopy => {
  return (
    isRecord(value) &&
    typeof value.at === "number" &&
    isRecord(value.menu) &&
    Array.isArray(value.menu.items) &&
    Array.isArray(value.menu.categories)
  );
});

let newest: MenuCopy | null = null;

async function read(signal: AbortSignal): Promise<MenuCopy> {
  const headers: Record<string, string> = newest?.etag ? { "If-None-Match": newest.etag } : {};
  const limit = AbortSignal.any([signal, AbortSignal.timeout(8000)]);
  // no-store: the conditional request is ours, so that an unchanged menu costs no parsing.
  const response = await authorizedFetch(
    new Request(`${location.origin}/api/v1/menu`, { headers, cache: "no-store", signal: limit }),
  );
  if (response.status === 304 && newest) {
    newest = { ...newest, at: Date.now() };
    return newest;
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw Problem.from(response, body);
  newest = { menu: body as Menu, etag: response.headers.get("ETag"), at: Date.now() };
  write(key, JSON.stringify(newest));
  return newest;
}

const menuQuery = queryOptions({
  queryKey: ["menu"],
  queryFn: ({ signal }) => read(signal),
  // Live stock, within a second of the kitchen's word; unchanged menus cost a 304.
  refetchInterval: (query) => (query.state.status === "error" ? 4000 : 900),
  refetchOnReconnect: true,
  refetchOnWindowFocus: true,
  staleTime: 500,
  retry: false,
  ...(known && { initialData: known, initialDataUpdatedAt: 0 }),
});

export interface MenuView {
  readonly menu: Menu | null;
  /** Set when the copy shown may no longer be true: since when. */
  readonly staleSince: number | null;
  readonly failed: boolean;
}

export function useMenu(): MenuView {
  const { data, isError } = useQuery(menuQuery);
  return { menu: data?.menu ?? null, staleSince: isError && data ? data.at : null, failed: isError && !data };
}
