import { client, serverNow, unwrap } from "~/api/client";
import { Problem } from "~/api/problem";
import type { Order } from "~/api/types";
import type { Scanned } from "./scan";

const day = 24 * 60 * 60 * 1000;

/** The order that was scanned or typed; null when there is none. A number is one day's: of two, the newer is meant. */
export async function findOrder(scanned: Scanned, signal: AbortSignal): Promise<Order | null> {
  const id = scanned.kind === "id" ? scanned.id : await idOf(scanned.number, signal);
  if (id === null) return null;
  try {
    return await unwrap(client.GET("/api/v1/orders/{id}", { params: { path: { id } }, signal }));
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

async function idOf(number: string, signal: AbortSignal): Promise<string | null> {
  const from = new Date(serverNow() - day).toISOString();
  const query = { number, from, limit: 1 };
  const { items } = await unwrap(client.GET("/api/v1/orders", { params: { query }, signal }));
  return items[0]?.id ?? null;
}
