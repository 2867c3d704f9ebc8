import { describe, expect, it } from "vitest";
import type { Menu, MenuItem } from "~/api/types";
import { availability, backAgain, lineProblem, similar } from "./stock";

const dish = (id: string, price: number, onHand: number, categoryId = "main") =>
  ({
    id,
    name: id,
    description: "",
    categoryId,
    price: { amount: price, currency: "BDT" },
    available: true,
    stock: { onHand, level: onHand === 0 ? "sold_out" : onHand < 10 ? "low" : "plenty" },
    prepSeconds: 5,
    imageUrl: null,
  }) as MenuItem;

const menuOf = (...items: MenuItem[]): Menu => ({ version: 1, categories: [], items });

const menu = menuOf(
  dish("biriyani", 45000, 0),
  dish("kebab", 35000, 80),
  dish("haleem", 30000, 3),
  dish("korma", 44000, 0),
  dish("juice", 45000, 50, "beverage"),
  dish("bhuna", 60000, 20),
);

describe("a dish's stock", () => {
  it("is said as plenty, a number, sold out or not today", () => {
    expect(availability(dish("a", 1, 80))).toEqual({ kind: "plenty" });
    expect(availability(dish("a", 1, 3))).toEqual({ kind: "left", count: 3 });
    expect(availability(dish("a", 1, 0))).toEqual({ kind: "soldOut" });
    expect(availability({ ...dish("a", 1, 80), available: false })).toEqual({ kind: "notToday" });
  });
});

describe("what is close to a sold-out dish", () => {
  it("is of its category, can be had, and is near in price", () => {
    expect(similar(menu, "biriyani").map(({ id }) => id)).toEqual(["kebab", "haleem"]);
  });

  it("is not what is in the cart already", () => {
    expect(similar(menu, "biriyani", new Set(["kebab"])).map(({ id }) => id)).toEqual(["haleem", "bhuna"]);
  });
});

describe("a line of the cart", () => {
  it("is told that its dish is gone, sold out, or down to a few", () => {
    expect(lineProblem({ itemId: "pasta", quantity: 1 }, menu, [])).toEqual({ kind: "gone" });
    expect(lineProblem({ itemId: "biriyani", quantity: 1 }, menu, [])).toEqual({ kind: "soldOut" });
    expect(lineProblem({ itemId: "haleem", quantity: 4 }, menu, [])).toEqual({ kind: "onlyLeft", count: 3 });
    expect(lineProblem({ itemId: "haleem", quantity: 3 }, menu, [])).toBeNull();
  });

  it("believes the server's refusal before the menu", () => {
    const shortages = [{ itemId: "kebab", requested: 4, available: 2 }];
    expect(lineProblem({ itemId: "kebab", quantity: 4 }, menu, shortages)).toEqual({ kind: "onlyLeft", count: 2 });
    expect(lineProblem({ itemId: "kebab", quantity: 3 }, menu, shortages)).toEqual({ kind: "onlyLeft", count: 2 });
    expect(lineProblem({ itemId: "kebab", quantity: 2 }, menu, shortages)).toBeNull();
    expect(
      lineProblem({ itemId: "kebab", quantity: 4 }, menu, [{ itemId: "kebab", requested: 4, available: 0 }]),
    ).toEqual({
      kind: "soldOut",
    });
  });
});

describe("a watched dish", () => {
  it("is told of when it comes back, once", () => {
    const after = menuOf(dish("biriyani", 45000, 5), dish("korma", 44000, 9));
    expect(backAgain(menu, after, new Set(["biriyani"])).map(({ id }) => id)).toEqual(["biriyani"]);
    expect(backAgain(after, after, new Set(["biriyani"]))).toEqual([]);
  });
});
