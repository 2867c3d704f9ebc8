import { currentUser, session } from "~/accounts/current";
import { client, unwrap } from "~/api/client";
import { Problem } from "~/api/problem";
import { tenant } from "~/api/tenant";
import { sooner } from "~/app/pause";
import { randomKey } from "~/app/random";
import { type Cell, Signal } from "~/app/signal";
import { readJson, write } from "~/app/storage";
import { type Attempt, type Cart, emptyCart, isCart, merged } from "./cart";
import { Placing } from "./placing";

// A cart belongs to somebody: a key is good for one student, and what one chose is no business of the next.
const keyOf = (of: string) => `cafeteria.cart:${tenant}:${of}`;
const load = (of: string): Cart => readJson(keyOf(of), isCart) ?? emptyCart;

let owner = currentUser.get()?.id ?? "guest";
const shown = new Signal<Cart>(load(owner));

function belongTo(somebody: string): void {
  owner = somebody;
  shown.set(load(owner));
}

export const cart: Cell<Cart> = {
  get: shown.get,
  subscribe: shown.subscribe,
  set: (value) => {
    const empty = value.lines.length === 0 && !value.attempt;
    const kept = empty || value.attempt ? value : { ...value, key: randomKey() };
    write(keyOf(owner), empty ? null : JSON.stringify(kept));
    shown.set(kept);
  },
};

async function send({ key, lines }: Attempt) {
  return unwrap(
    client.POST("/api/v1/orders", {
      params: { header: { "Idempotency-Key": key } },
      body: {
        lines: lines.map(({ itemId, quantity, note }) => ({
          itemId,
          quantity,
          ...(note.trim() && { note: note.trim() }),
        })),
        fulfilment: "pickup",
        payment: "cash",
      },
      signal: AbortSignal.timeout(10_000),
    }),
  );
}

async function cancel(orderId: string): Promise<boolean> {
  try {
    await unwrap(client.POST("/api/v1/orders/{id}/cancel", { params: { path: { id: orderId } }, body: {} }));
    return true;
  } catch (error) {
    if (error instanceof Problem && error.status === 409) return false;
    throw error;
  }
}

// A machine without a network may still reach a server on itself, so "offline" is believed only when nobody answers.
async function online(): Promise<boolean> {
  if (navigator.onLine) return true;
  return fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(2000) }).then(
    (response) => response.ok,
    () => false,
  );
}

export const placing = new Placing({
  cart,
  send,
  cancel,
  online,
  drawKey: randomKey,
  pause: sooner,
  exclusively: async (work) => {
    if (navigator.locks) await navigator.locks.request("cafeteria.placing", work);
    else await work();
  },
  slowAfter: (ms, tell) => {
    const timer = setTimeout(tell, ms);
    return () => clearTimeout(timer);
  },
});

currentUser.subscribe(() => {
  const user = currentUser.get();
  if (!user) {
    // Signed out without wishing it: what was chosen stays in view. Who signed out in another tab has left nothing.
    if (load(owner) === emptyCart) belongTo("guest");
    return;
  }
  if (user.id !== owner) {
    // As it is stored, not as it is shown: another tab may have signed in, and have taken the guest's along already.
    const guest = owner === "guest" ? load("guest") : emptyCart;
    belongTo(user.id);
    if (guest.lines.length > 0) {
      write(keyOf("guest"), null);
      cart.set(merged(cart.get(), guest));
    }
  }
  void placing.resume();
});

window.addEventListener("storage", (event) => {
  if (event.key !== keyOf(owner)) return;
  shown.set(load(owner));
  // Who pressed goes first, and shows the answer; should they be gone, this tab sees it through.
  setTimeout(() => void placing.resume(), 1000);
});

/** Signs out on every device; throws when nobody answers, for then the others are signed in still. */
export async function signOutEverywhere(): Promise<void> {
  const { response, error } = await client.POST("/api/v1/auth/logout-everywhere", {
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok && response.status !== 401) throw Problem.from(response, error);
  forget();
}

/** Signs out and forgets what was chosen; an order that is still under way stays, for its owner. */
export async function signOut(): Promise<void> {
  // The server's answer is not waited for longer than a moment: whoever wants to be signed out is.
  await client.POST("/api/v1/auth/logout", { signal: AbortSignal.timeout(3000) }).catch(() => null);
  forget();
}

function forget(): void {
  if (!cart.get().attempt) cart.set(emptyCart);
  belongTo("guest");
  placing.dismiss();
  session.forget();
}
