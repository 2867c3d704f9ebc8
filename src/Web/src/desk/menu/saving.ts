import { Problem } from "~/api/problem";
import type { MenuItem } from "~/api/types";
import { agree } from "../books/seen";
import type { DishRequest } from "../books/types";

/** What an edit needs of the server. */
export interface DishPorts {
  /** Throws a Problem of the code <code>changed_meanwhile</code> when the dish is of another version by now. */
  replace(id: string, version: string, dish: DishRequest): Promise<MenuItem>;
  read(id: string): Promise<MenuItem>;
}

/**
 * Changes some fields of a dish as it was seen. What somebody else has changed meanwhile stays theirs: other fields are
 * kept as they made them, and when it is one of these, nothing is saved and the Problem is thrown.
 */
export async function saveOver(
  server: DishPorts,
  seen: MenuItem,
  change: Partial<DishRequest>,
  tries = 3,
): Promise<MenuItem> {
  try {
    // A replacement leaves out nothing: what is left out takes its default.
    const { stock: _, version, ...dish } = seen;
    return await server.replace(seen.id, version, { ...dish, ...change });
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "changed_meanwhile" || tries === 1) throw error;
    const now = await server.read(seen.id);
    if (agree(now, change, change)) return now;
    if (!agree(now, seen, change)) throw error;
    return saveOver(server, now, change, tries - 1);
  }
}
