import { describe, expect, it } from "vitest";
import { Problem } from "~/api/problem";
import type { MenuItem } from "~/api/types";
import { before, changed } from "../books/seen";
import { type DishPorts, saveOver } from "./saving";

const soup: MenuItem = {
  id: "soup",
  name: "Soup",
  description: "",
  categoryId: "sides",
  price: { amount: 15_000, currency: "BDT" },
  available: true,
  stock: { onHand: 5, level: "low" },
  prepSeconds: 240,
  imageUrl: null,
  station: "main",
  version: "1",
};

/** A server on which somebody else has made this of the dish. */
function serverWith(theirs: Partial<MenuItem>) {
  let dish: MenuItem = { ...soup, ...theirs, version: Object.keys(theirs).length > 0 ? "3" : "1" };
  const ports: DishPorts = {
    read: () => Promise.resolve(dish),
    replace: (_, version, request) => {
      if (version !== dish.version) return Promise.reject(new Problem(412, "changed_meanwhile"));
      dish = { ...dish, ...(request as Partial<MenuItem>), version: `${Number(dish.version) + 1}` };
      return Promise.resolve(dish);
    },
  };
  return { ports, dish: () => dish };
}

const dearer = { price: { amount: 18_000, currency: "BDT" } };

describe("an edit of a dish", () => {
  it("is saved when nobody else has touched it", async () => {
    const server = serverWith({});
    expect(await saveOver(server.ports, soup, dearer)).toMatchObject(dearer);
  });

  it("keeps what somebody else has made of other fields", async () => {
    const server = serverWith({ available: false, name: "Soup of the day" });
    await saveOver(server.ports, soup, dearer);
    expect(server.dish()).toMatchObject({ ...dearer, available: false, name: "Soup of the day" });
  });

  it("does not overwrite what somebody else has made of the same field", async () => {
    const server = serverWith({ price: { amount: 20_000, currency: "BDT" } });
    await expect(saveOver(server.ports, soup, dearer)).rejects.toMatchObject({ code: "changed_meanwhile" });
    expect(server.dish().price.amount).toBe(20_000);
  });

  it("is done when somebody else has made the same of it", async () => {
    const server = serverWith(dearer);
    expect(await saveOver(server.ports, soup, dearer)).toMatchObject({ version: "3" });
  });

  it("is not undone over somebody else's edit of it, and is undone beside one", async () => {
    const saved = { ...soup, ...dearer, version: "2" };
    const later = serverWith({ price: { amount: 20_000, currency: "BDT" } });
    await expect(saveOver(later.ports, saved, before<Partial<MenuItem>>(soup, dearer))).rejects.toMatchObject({
      status: 412,
    });
    const beside = serverWith({ ...dearer, name: "Soup of the day" });
    await saveOver(beside.ports, saved, before<Partial<MenuItem>>(soup, dearer));
    expect(beside.dish()).toMatchObject({ name: "Soup of the day", price: soup.price });
  });
});

describe("an edit of what is read first", () => {
  const cook = { fullName: "Rahim", role: "kitchen", disabled: false };

  it("keeps what somebody else has changed beside it", () => {
    const now = { ...cook, fullName: "Abdur Rahim" };
    expect(changed(now, cook, { disabled: true })).toEqual({ ...now, disabled: true });
  });

  it("does not overwrite what somebody else has changed of it", () => {
    expect(() => changed({ ...cook, role: "manager" }, cook, { role: "waiter" })).toThrow("changed_meanwhile");
    expect(changed({ ...cook, role: "waiter" }, cook, { role: "waiter" }).role).toBe("waiter");
  });
});
