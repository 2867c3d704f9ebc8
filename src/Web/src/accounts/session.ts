import { isRecord, Problem } from "~/api/problem";
import type { TokenAnswer, User } from "~/api/types";
import { readJson, write } from "~/app/storage";

export interface StoredSession {
  readonly refreshToken: string;
  readonly user: User;
  /** Kept so that a reload need not renew: a page that goes away in mid-renewal loses the answer, and with it the session. */
  readonly access?: Access;
}

interface Access {
  readonly token: string;
  readonly expiresAt: number;
}

export interface SessionPorts {
  /** Exchanges a refresh token; throws a Problem. */
  refresh(refreshToken: string): Promise<TokenAnswer>;
  load(): StoredSession | null;
  save(session: StoredSession | null): void;
  /** Runs the work while no other tab runs its own. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** Tells the other tabs of a token, so that they need not ask for one. */
  share(access: Access): void;
  now(): number;
  changed(user: User | null): void;
}

/**
 * Who is signed in. Both tokens live in localStorage (docs/decisions: web tokens).
 * A refresh token is good once, and using it twice ends the session, so tabs take turns and share what they get.
 */
export class Session {
  readonly #ports: SessionPorts;
  #access: Access | null = null;
  #pending: Promise<string | null> | null = null;

  constructor(ports: SessionPorts) {
    this.#ports = ports;
  }

  get user(): User | null {
    return this.#ports.load()?.user ?? null;
  }

  /** A token that is good for a while yet, or null when nobody is signed in. Throws a Problem when nobody can tell. */
  async token(spent?: string): Promise<string | null> {
    this.#access ??= this.#ports.load()?.access ?? null;
    const access = this.#access;
    if (access && access.token !== spent && access.expiresAt > this.#ports.now() + 15_000) return access.token;
    this.#pending ??= this.#renew(access?.token ?? spent).finally(() => {
      this.#pending = null;
    });
    return this.#pending;
  }

  accept(answer: TokenAnswer): void {
    const access = { token: answer.accessToken, expiresAt: this.#ports.now() + answer.expiresIn * 1000 };
    this.#ports.save({ refreshToken: answer.refreshToken, user: answer.user, access });
    this.#take(access);
    this.#ports.changed(answer.user);
  }

  /** Another tab got a token. */
  receive(access: Access): void {
    this.#access = access;
  }

  forget(): void {
    this.#access = null;
    this.#ports.save(null);
    this.#ports.changed(null);
  }

  /** Another tab signed in or out. */
  reload(): void {
    this.#access = null;
    this.#ports.changed(this.user);
  }

  #take(access: Access): void {
    this.#access = access;
    this.#ports.share(access);
  }

  async #renew(old: string | undefined): Promise<string | null> {
    if (!this.#ports.load()) return null;
    return this.#ports.exclusively(async () => {
      // While this tab waited for its turn, another may have got a token and sent it.
      const access = this.#ports.load()?.access ?? this.#access;
      if (access && access.token !== old && access.expiresAt > this.#ports.now() + 15_000) {
        this.#access = access;
        return access.token;
      }
      const stored = this.#ports.load();
      if (!stored) return null;
      try {
        this.accept(await this.#ports.refresh(stored.refreshToken));
      } catch (error) {
        if (error instanceof Problem && error.status === 401) {
          this.forget();
          return null;
        }
        throw error;
      }
      return this.#access?.token ?? null;
    });
  }
}

export const sessionKey = "cafeteria.session";

export function loadSession(): StoredSession | null {
  return readJson(sessionKey, (value): value is StoredSession => {
    return (
      isRecord(value) &&
      typeof value.refreshToken === "string" &&
      isRecord(value.user) &&
      (value.access === undefined ||
        (isRecord(value.access) &&
          typeof value.access.token === "string" &&
          typeof value.access.expiresAt === "number"))
    );
  });
}

export function saveSession(session: StoredSession | null): void {
  write(sessionKey, session ? JSON.stringify(session) : null);
}
