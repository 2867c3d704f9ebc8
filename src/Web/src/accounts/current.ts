import { Problem } from "~/api/problem";
import { tenant } from "~/api/tenant";
import type { TokenAnswer, User } from "~/api/types";
import { Signal } from "~/app/signal";
import { loadSession, Session, saveSession, sessionKey } from "./session";

export const currentUser = new Signal<User | null>(loadSession()?.user ?? null);

const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("cafeteria.access");

// Web Locks need a secure context; without one (plain http on the campus network) one tab at a time is all we can keep.
function exclusively<T>(work: () => Promise<T>): Promise<T> {
  if (!navigator.locks) return work();
  const asked = performance.now();
  return navigator.locks.request("cafeteria.refresh", async () => {
    // Browsers hand localStorage from process to process a moment later than locks: who had to wait waits for that too,
    // or it would spend the refresh token that the tab before it has just spent.
    if (performance.now() - asked > 10) await new Promise((resolve) => setTimeout(resolve, 150));
    return work();
  }) as Promise<T>;
}

async function refresh(refreshToken: string): Promise<TokenAnswer> {
  const response = await fetch("/api/v1/auth/refresh", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Tenant-ID": tenant },
    body: JSON.stringify({ refreshToken }),
    signal: AbortSignal.timeout(10_000),
  }).catch((error: unknown) => {
    throw Problem.network(error);
  });
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw Problem.from(response, body);
  return body as TokenAnswer;
}

export const session = new Session({
  refresh,
  load: loadSession,
  save: saveSession,
  exclusively,
  share: (access) => channel?.postMessage(access),
  now: () => Date.now(),
  changed: (user) => {
    const before = currentUser.get();
    if (before?.id !== user?.id || before?.role !== user?.role) currentUser.set(user);
  },
});

channel?.addEventListener("message", ({ data }) => {
  if (typeof data?.token === "string" && typeof data?.expiresAt === "number") session.receive(data);
});

window.addEventListener("storage", (event) => {
  if (event.key !== sessionKey && event.key !== null) return;
  // A renewed token of the same person is no news: whoever renewed it has shared it.
  if (loadSession()?.user.id !== currentUser.get()?.id) session.reload();
});
