import { describe, expect, it } from "vitest";
import { homeOf, mayDo, safeNext } from "./places";

describe("who may do what", () => {
  it("is a ladder with waiter and kitchen beside each other", () => {
    expect(mayDo("kitchen", "kitchen")).toBe(true);
    expect(mayDo("waiter", "kitchen")).toBe(false);
    expect(mayDo("kitchen", "waiter")).toBe(false);
    expect(mayDo("manager", "kitchen")).toBe(true);
    expect(mayDo("manager", "admin")).toBe(false);
    expect(mayDo("super_admin", "admin")).toBe(true);
    expect(mayDo("student", "waiter")).toBe(false);
  });

  it("leads everybody to where they work", () => {
    expect((["student", "kitchen", "waiter", "manager", "admin"] as const).map(homeOf)).toEqual([
      "/",
      "/kitchen",
      "/kitchen/hand-over",
      "/desk",
      "/desk",
    ]);
  });
});

describe("where signing in leads back to", () => {
  it("is an address of this app", () => {
    for (const next of ["/cart", "/orders", "/kitchen", "/kitchen/main", "/kitchen/hand-over", "/desk/people"])
      expect(safeNext({ next })).toEqual({ next });
  });

  it("is nothing else", () => {
    for (const next of [
      "//evil.example",
      "https://evil.example",
      "/kitchen//evil.example",
      "/kitchen/../..//evil.example",
      "/kitchen\\evil",
      "/kitchen?next=//evil.example",
      "/kitchenette",
      "/cart/",
      "javascript:alert(1)",
      "/cart\n",
      7,
      undefined,
    ])
      expect(safeNext({ next })).toEqual({});
  });
});
