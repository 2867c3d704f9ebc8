import { Problem } from "~/api/problem";
import type { PlacedOrder } from "~/api/types";
import { type Cell, Signal } from "~/app/signal";
import type { Attempt, Cart } from "./cart";

export type PlacingView =
  | { readonly phase: "idle" }
  | { readonly phase: "sending" | "slow" | "offline" | "signIn"; readonly takingBack: boolean }
  | { readonly phase: "accepted"; readonly order: PlacedOrder }
  | { readonly phase: "refused"; readonly problem: Problem }
  | { readonly phase: "takenBack"; readonly outcome: "cancelled" | "tooLate"; readonly orderId: string };

export interface PlacingPorts {
  cart: Cell<Cart>;
  /** Sends the attempt under its key; throws a Problem. */
  send(attempt: Attempt): Promise<PlacedOrder>;
  /** Cancels what was placed; false when it is too late. Throws a Problem. */
  cancel(orderId: string): Promise<boolean>;
  drawKey(): string;
  online(): Promise<boolean>;
  /** Runs the work while no other tab runs its own. */
  exclusively(work: () => Promise<void>): Promise<void>;
  /** Resolves after the time, or sooner when there is a reason to try again at once. */
  pause(ms: number): Promise<void>;
  slowAfter(ms: number, tell: () => void): () => void;
}

const backOff = [500, 1000, 2000, 4000, 8000];

/** Some time in the second after the one that was named: everybody who was told the same would be back at the same moment. */
const comeBack = (seconds: number | null) => (seconds ? (seconds + Math.random()) * 1000 : 0);

/**
 * Sends a cart until an answer is known. The attempt stands in storage before the first byte leaves and is taken away
 * only by an answer, so whatever dies in between (the page, the network, the server), the same key is sent again: the
 * order is placed once, or it was refused.
 */
export class Placing {
  readonly view = new Signal<PlacingView>({ phase: "idle" });
  readonly #ports: PlacingPorts;
  #running = false;
  #wake: () => void = () => {};

  constructor(ports: PlacingPorts) {
    this.#ports = ports;
  }

  place(): Promise<void> {
    const { cart, drawKey } = this.#ports;
    const { lines, attempt, key = drawKey() } = cart.get();
    if (!attempt) {
      if (lines.length === 0) return Promise.resolve();
      cart.set({ lines, attempt: { key, lines, sent: false, takeBack: false } });
    }
    this.#wake();
    return this.resume();
  }

  /** Goes on with what is stored: after a reload, a sign-in, or because another tab began it. */
  async resume(): Promise<void> {
    if (this.#running || !this.#ports.cart.get().attempt) return;
    this.#running = true;
    this.#show("sending");
    const stopTelling = this.#ports.slowAfter(2000, () => {
      if (this.view.get().phase === "sending") this.#show("slow");
    });
    try {
      await this.#ports.exclusively(() => this.#untilAnswered());
    } finally {
      stopTelling();
      this.#running = false;
    }
  }

  /** What never left is taken back at once; what may have arrived is cancelled as soon as its answer is known. */
  takeBack(): void {
    const { cart } = this.#ports;
    const { lines, attempt } = cart.get();
    if (!attempt) return;
    if (attempt.sent) {
      cart.set({ lines, attempt: { ...attempt, takeBack: true } });
      const { phase } = this.view.get();
      if (phase === "sending" || phase === "slow" || phase === "offline" || phase === "signIn") this.#show(phase);
    } else {
      cart.set({ lines, attempt: null });
      this.view.set({ phase: "idle" });
      this.#wake();
    }
  }

  /** The answer has been read. */
  dismiss(): void {
    if (!this.#running) this.view.set({ phase: "idle" });
  }

  async #untilAnswered(): Promise<void> {
    const { cart, send, online } = this.#ports;
    for (let tries = 0; ; tries++) {
      const reachable = await online();
      const { lines, attempt } = cart.get();
      // Taken back, or answered in another tab.
      if (!attempt) return this.view.set({ phase: "idle" });
      const before = this.view.get().phase;
      if (!reachable) this.#show("offline");
      else {
        if (before !== "slow" && before !== "sending") this.#show(tries === 0 ? "sending" : "slow");
        if (!attempt.sent) cart.set({ lines, attempt: { ...attempt, sent: true } });
        try {
          const order = await send(attempt);
          return await this.#accepted(attempt, order);
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          if (error.isRefusal) return this.#refused(attempt, error);
          if (error.status === 401) return this.#show("signIn");
          this.#show(error.code === "network" && !(await online()) ? "offline" : "slow");
          await this.#pause(
            Math.max(comeBack(error.retryAfterSeconds), backOff[Math.min(tries, backOff.length - 1)] ?? 0),
          );
          continue;
        }
      }
      await this.#pause(30_000);
    }
  }

  async #accepted(attempt: Attempt, order: PlacedOrder): Promise<void> {
    const { cart } = this.#ports;
    if (cart.get().attempt?.key !== attempt.key) return this.view.set({ phase: "idle" });
    if (!cart.get().attempt?.takeBack) {
      cart.set({ lines: [], attempt: null });
      return this.view.set({ phase: "accepted", order });
    }
    const cancelled = await this.#cancelUntilAnswered(order.id);
    // Taken back means: as it was before the press. The cart keeps its lines.
    cart.set({ lines: cancelled ? cart.get().lines : [], attempt: null });
    this.view.set({ phase: "takenBack", outcome: cancelled ? "cancelled" : "tooLate", orderId: order.id });
  }

  async #cancelUntilAnswered(orderId: string): Promise<boolean> {
    for (let tries = 0; ; tries++) {
      try {
        return await this.#ports.cancel(orderId);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (error.isRefusal) return false;
        await this.#ports.pause(backOff[Math.min(tries, backOff.length - 1)] ?? 0);
      }
    }
  }

  #pause(ms: number): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    return Promise.race([this.#ports.pause(ms), woken]);
  }

  #refused(attempt: Attempt, problem: Problem): void {
    const { cart } = this.#ports;
    const { lines, attempt: standing } = cart.get();
    if (standing?.key !== attempt.key) {
      this.view.set({ phase: "idle" });
      return;
    }
    // A refusal records nothing, so the next press draws a new key.
    cart.set({ lines, attempt: null });
    this.view.set({ phase: "refused", problem });
  }

  #show(phase: "sending" | "slow" | "offline" | "signIn"): void {
    this.view.set({ phase, takingBack: this.#ports.cart.get().attempt?.takeBack ?? false });
  }
}
