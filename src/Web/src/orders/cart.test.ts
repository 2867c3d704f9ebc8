import { describe, expect, it } from "vitest";
import {
  type Cart,
  emptyCart,
  isCart,
  maximumLines,
  merged,
  quantityOf,
  refilled,
  withNote,
  withQuantity,
} from "./cart";

const two = withQuantity(withQuantity(emptyCart, "haleem", 1), "samosa", 2);
const underWay: Cart = { ...two, attempt: { key: "k", lines: two.lines, sent: false, takeBack: false } };

describe("a cart", () => {
  it("holds a dish once, with its quantity", () => {
    expect(withQuantity(two, "haleem", 5).lines).toEqual([
      { itemId: "haleem", quantity: 5, note: "" },
      { itemId: "samosa", quantity: 2, note: "" },
    ]);
  });

  it("lets a dish go at zero, and never goes under it or over a hundred", () => {
    expect(withQuantity(two, "haleem", 0).lines).toHaveLength(1);
    expect(withQuantity(two, "haleem", -3).lines).toHaveLength(1);
    expect(quantityOf(withQuantity(two, "samosa", 1000), "samosa")).toBe(100);
  });

  it("takes no more lines than an order may have", () => {
    const full = Array.from({ length: maximumLines }, (_, n) => `dish-${n}`).reduce(
      (cart, id) => withQuantity(cart, id, 1),
      emptyCart,
    );
    expect(withQuantity(full, "one-more", 1).lines).toHaveLength(maximumLines);
  });

  it("does not change while its order is under way", () => {
    expect(withQuantity(underWay, "haleem", 9)).toBe(underWay);
    expect(withNote(underWay, "haleem", "hot")).toBe(underWay);
    expect(refilled(underWay, [])).toBe(underWay);
    expect(merged(underWay, two)).toBe(underWay);
  });

  it("gets what a guest chose on top of what was there", () => {
    const guest = withNote(withQuantity(emptyCart, "samosa", 3), "samosa", "no chilli");
    expect(merged(two, guest).lines).toEqual([
      { itemId: "haleem", quantity: 1, note: "" },
      { itemId: "samosa", quantity: 5, note: "no chilli" },
    ]);
  });

  it("keeps NUL characters out of notes, which the server refuses", () => {
    expect(withNote(two, "haleem", "a\0b").lines[0]?.note).toBe("ab");
  });

  it("comes back from storage only whole", () => {
    expect(isCart(JSON.parse(JSON.stringify(underWay)))).toBe(true);
    expect(isCart({ lines: [{ itemId: "a", quantity: 1.5, note: "" }], attempt: null })).toBe(false);
    expect(isCart({ lines: [], attempt: { key: 1 } })).toBe(false);
    expect(isCart(null)).toBe(false);
  });
});
