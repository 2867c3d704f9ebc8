import { isRecord } from "~/api/problem";

export interface CartLine {
  readonly itemId: string;
  readonly quantity: number;
  readonly note: string;
}

/** A wish to order that has left, or is to leave, this device: its key makes sure that it is placed once. */
export interface Attempt {
  readonly key: string;
  readonly lines: readonly CartLine[];
  /** Whether it may have reached the server: from then on only the server knows what became of it. */
  readonly sent: boolean;
  readonly takeBack: boolean;
}

/** Stored as one value, so that no crash can part the key from what it was drawn for. */
export interface Cart {
  readonly lines: readonly CartLine[];
  readonly attempt: Attempt | null;
  /** The key of the next press. It belongs to these very lines, so two tabs that show the same cart place it once. */
  readonly key?: string;
}

export const maximumLines = 50;
export const maximumQuantity = 100;
export const maximumNote = 200;

export const emptyCart: Cart = { lines: [], attempt: null };

export function quantityOf(cart: Cart, itemId: string): number {
  return cart.lines.find((line) => line.itemId === itemId)?.quantity ?? 0;
}

export function count(lines: readonly CartLine[]): number {
  return lines.reduce((sum, line) => sum + line.quantity, 0);
}

/** Zero takes the line out. A cart whose order is under way does not change. */
export function withQuantity(cart: Cart, itemId: string, quantity: number): Cart {
  if (cart.attempt) return cart;
  const wanted = Math.min(Math.max(Math.trunc(quantity), 0), maximumQuantity);
  const known = cart.lines.some((line) => line.itemId === itemId);
  if (!known && (wanted === 0 || cart.lines.length >= maximumLines)) return cart;
  const lines = known
    ? cart.lines.map((line) => (line.itemId === itemId ? { ...line, quantity: wanted } : line))
    : [...cart.lines, { itemId, quantity: wanted, note: "" }];
  return { ...cart, lines: lines.filter((line) => line.quantity > 0) };
}

export function withNote(cart: Cart, itemId: string, note: string): Cart {
  if (cart.attempt) return cart;
  const short = note.replaceAll("\0", "").slice(0, maximumNote);
  return { ...cart, lines: cart.lines.map((line) => (line.itemId === itemId ? { ...line, note: short } : line)) };
}

/** What an earlier order had, in place of what is here. */
export function refilled(
  cart: Cart,
  lines: readonly { itemId: string; quantity: number; note?: string | null }[],
): Cart {
  if (cart.attempt) return cart;
  return lines.reduce<Cart>((filling, { itemId, quantity, note }) => {
    const added = withQuantity(filling, itemId, quantityOf(filling, itemId) + quantity);
    return note ? withNote(added, itemId, note) : added;
  }, emptyCart);
}

/** What a guest chose goes to who has just signed in, on top of what they had. */
export function merged(cart: Cart, guest: Cart): Cart {
  if (cart.attempt || guest.lines.length === 0) return cart;
  return guest.lines.reduce((filling, line) => {
    const more = withQuantity(filling, line.itemId, quantityOf(filling, line.itemId) + line.quantity);
    return line.note ? withNote(more, line.itemId, line.note) : more;
  }, cart);
}

export function isCart(value: unknown): value is Cart {
  if (!isRecord(value) || !Array.isArray(value.lines) || !value.lines.every(isLine)) return false;
  if (value.key !== undefined && typeof value.key !== "string") return false;
  const attempt = value.attempt;
  if (attempt === null) return true;
  return (
    isRecord(attempt) &&
    typeof attempt.key === "string" &&
    typeof attempt.sent === "boolean" &&
    typeof attempt.takeBack === "boolean" &&
    Array.isArray(attempt.lines) &&
    attempt.lines.every(isLine)
  );
}

function isLine(value: unknown): value is CartLine {
  return (
    isRecord(value) &&
    typeof value.itemId === "string" &&
    Number.isInteger(value.quantity) &&
    typeof value.note === "string"
  );
}
