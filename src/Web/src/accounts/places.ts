import type { User } from "~/api/types";

export type Role = User["role"];

const rank: Record<Role, number> = { student: 0, waiter: 1, kitchen: 1, manager: 2, admin: 3, super_admin: 4 };

/** As on the server: a ladder with waiter and kitchen beside each other; who is higher may do what is allowed below. */
export function mayDo(role: Role, needed: Role): boolean {
  return role === needed || rank[role] > rank[needed];
}

/** Where somebody works, and so where signing in leads to. */
export function homeOf(role: Role): "/" | "/kitchen" | "/kitchen/hand-over" | "/desk" {
  switch (role) {
    case "student":
      return "/";
    case "kitchen":
      return "/kitchen";
    case "waiter":
      return "/kitchen/hand-over";
    default:
      return "/desk";
  }
}

/** Only addresses of this app: a link from outside must not send who signs in somewhere else. */
export function safeNext(search: Record<string, unknown>): { next?: string } {
  const { next } = search;
  return typeof next === "string" && /^\/(cart|orders|(kitchen|desk)(\/[A-Za-z0-9_-]+)*)$/.test(next) ? { next } : {};
}
