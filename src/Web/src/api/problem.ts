import type { Shortage } from "./types";

/** What the server said instead of yes. <code>code</code> is stable; <code>network</code> means that nobody answered. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly shortages: readonly Shortage[];
  readonly retryAfterSeconds: number | null;

  constructor(
    status: number,
    code: string,
    details: {
      detail?: string;
      fields?: Readonly<Record<string, readonly string[]>>;
      shortages?: readonly Shortage[];
      retryAfterSeconds?: number | null;
    } = {},
  ) {
    super(details.detail ?? code);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.fields = details.fields ?? {};
    this.shortages = details.shortages ?? [];
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
  }

  /** The server has answered, and its answer is no: nothing was recorded, and asking again will not help. */
  get isRefusal(): boolean {
    return this.status >= 400 && this.status < 500 && ![401, 408, 425, 429].includes(this.status);
  }

  static from(response: Response, body: unknown): Problem {
    const problem = isRecord(body) ? body : {};
    const retryAfter = Number(response.headers.get("Retry-After") ?? Number.NaN);
    return new Problem(response.status, text(problem.code) ?? fallbackCode(response.status), {
      detail: text(problem.detail) ?? text(problem.title) ?? "",
      fields: fields(problem.errors),
      shortages: shortages(problem.items),
      retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : null,
    });
  }

  static network(cause: unknown): Problem {
    return new Problem(0, "network", { detail: String(cause) });
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function fallbackCode(status: number): string {
  return status === 401 ? "unauthorized" : status >= 500 ? "unavailable" : "invalid_request";
}

// Validators differ in how they spell a member (StudentId, studentId): compared without case.
function fields(value: unknown): Record<string, readonly string[]> {
  if (!isRecord(value)) return {};
  const entries = Object.entries(value).map(([name, messages]) => {
    const list = Array.isArray(messages) ? messages.map(String) : [String(messages)];
    return [name.toLowerCase(), list] as const;
  });
  return Object.fromEntries(entries);
}

function shortages(value: unknown): Shortage[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((item) => ({
    itemId: String(item.itemId),
    requested: Number(item.requested),
    available: Number(item.available),
  }));
}
