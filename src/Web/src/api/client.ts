import createClient from "openapi-fetch";
import { currentUser, session } from "~/accounts/current";
import { Problem } from "./problem";
import type { paths } from "./schema";
import { tenant } from "./tenant";

/** How far the server's clock is ahead of this device's, in ms: what "in 3 min" must be counted from. */
let clockOffset = 0;

export function serverNow(): number {
  return Date.now() + clockOffset;
}

function readClock(response: Response): void {
  const date = Date.parse(response.headers.get("Date") ?? "");
  // The header counts whole seconds, so a small difference says nothing.
  if (Number.isFinite(date)) clockOffset = Math.abs(date - Date.now()) > 3000 ? date - Date.now() : 0;
}

/** As fetch, with who is asking; a token that has gone stale is renewed once. Throws a Problem when nobody answers. */
export async function authorizedFetch(request: Request): Promise<Response> {
  const again = request.clone();
  const send = async (outgoing: Request, spent?: string) => {
    const token = currentUser.get() ? await session.token(spent) : null;
    if (token) outgoing.headers.set("Authorization", `Bearer ${token}`);
    else outgoing.headers.set("X-Tenant-ID", tenant);
    try {
      const response = await fetch(outgoing);
      readClock(response);
      return { response, token };
    } catch (error) {
      throw Problem.network(error);
    }
  };
  const first = await send(request);
  return first.response.status === 401 && first.token ? (await send(again, first.token)).response : first.response;
}

export const client = createClient<paths>({ baseUrl: location.origin, fetch: authorizedFetch });

/** The body of a good answer; anything else is thrown as a Problem. */
export async function unwrap<T>(
  answer: Promise<{ data?: T | undefined; error?: unknown; response: Response }>,
): Promise<NonNullable<T>> {
  const { data, error, response } = await answer;
  if (!response.ok) throw Problem.from(response, error);
  if (data === undefined || data === null) throw new Problem(response.status, "unavailable");
  return data;
}
