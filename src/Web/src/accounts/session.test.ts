import { describe, expect, it } from "vitest";
import { Problem } from "~/api/problem";
import type { TokenAnswer, User } from "~/api/types";
import { Session, type SessionPorts, type StoredSession } from "./session";

const user: User = {
  id: "u1",
  studentId: "STU-2021-001",
  fullName: "A Student",
  email: "student1@iut.edu.bd",
  role: "student",
  tenantId: "iut",
};

/** A server that rotates refresh tokens and ends the session when one is used twice. */
function world() {
  let stored: StoredSession | null = { refreshToken: "r0", user };
  let valid = "r0";
  let turn = Promise.resolve() as Promise<unknown>;
  let now = 0;
  const asked: string[] = [];
  const tabs: Session[] = [];

  const answer = (n: number): TokenAnswer => ({
    accessToken: `a${n}`,
    refreshToken: `r${n}`,
    tokenType: "Bearer",
    expiresIn: 900,
    user,
  });

  const ports = (): SessionPorts => ({
    refresh: async (token) => {
      asked.push(token);
      await Promise.resolve();
      if (token !== valid) throw new Problem(401, "unauthorized");
      valid = `r${asked.length}`;
      return answer(asked.length);
    },
    load: () => stored,
    save: (session) => {
      stored = session;
    },
    exclusively: (work) => {
      const next = turn.then(work);
      turn = next.catch(() => null);
      return next;
    },
    share: (access) => {
      for (const tab of tabs) tab.receive(access);
    },
    now: () => now,
    changed: () => {},
  });

  const open = () => {
    const tab = new Session(ports());
    tabs.push(tab);
    return tab;
  };
  return {
    open,
    asked,
    pass: (ms: number) => {
      now += ms;
    },
    stored: () => stored,
    invalidate: () => {
      valid = "none";
    },
  };
}

describe("a session", () => {
  it("asks once for all that wait in one tab, and for all tabs", async () => {
    const { open, asked } = world();
    const [one, other] = [open(), open()];
    const tokens = await Promise.all([one.token(), one.token(), other.token()]);
    expect(tokens).toEqual(["a1", "a1", "a1"]);
    expect(asked).toEqual(["r0"]);
  });

  it("goes on after a reload with the token it had: a renewal that a reload cuts off would end it", async () => {
    const { open, asked } = world();
    await open().token();
    expect(await open().token()).toBe("a1");
    expect(asked).toEqual(["r0"]);
  });

  it("renews a token before it runs out", async () => {
    const { open, asked, pass } = world();
    const tab = open();
    await tab.token();
    pass(880_000);
    expect(await tab.token()).toBe("a1");
    pass(10_000);
    expect(await tab.token()).toBe("a2");
    expect(asked).toEqual(["r0", "r1"]);
  });

  it("renews a token that the server has refused, but not one that somebody else has renewed since", async () => {
    const { open, asked } = world();
    const tab = open();
    const first = await tab.token();
    expect(await tab.token(first ?? "")).toBe("a2");
    expect(await tab.token(first ?? "")).toBe("a2");
    expect(asked).toEqual(["r0", "r1"]);
  });

  it("ends when its refresh token is refused, and only then", async () => {
    const { open, invalidate, stored } = world();
    const tab = open();
    invalidate();
    expect(await tab.token()).toBeNull();
    expect(stored()).toBeNull();
  });

  it("stays when nobody answers", async () => {
    let stored: StoredSession | null = { refreshToken: "r0", user };
    const tab = new Session({
      refresh: async () => {
        throw Problem.network("down");
      },
      load: () => stored,
      save: (session) => {
        stored = session;
      },
      exclusively: (work) => work(),
      share: () => {},
      now: () => 0,
      changed: () => {},
    });
    await expect(tab.token()).rejects.toMatchObject({ code: "network" });
    expect(stored?.refreshToken).toBe("r0");
  });
});
