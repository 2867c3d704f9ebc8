import { describe, expect, it } from "vitest";
import { commandOf } from "./keys";

const press = (key: string, code = "", more = {}) =>
  commandOf({ key, code, ctrlKey: false, altKey: false, metaKey: false, repeat: false, ...more });

describe("the wall's keys", () => {
  it("act on the ticket with that number", () => {
    expect(press("1", "Digit1")).toEqual({ kind: "ticket", index: 0 });
    expect(press("9", "Numpad9")).toEqual({ kind: "ticket", index: 8 });
    expect(press("0", "Digit0")).toBeNull();
  });

  it("recall, undo, open the stock and the keys", () => {
    expect(["r", "U", "s", "m", "?"].map((key) => press(key)?.kind)).toEqual([
      "recall",
      "undo",
      "stock",
      "sound",
      "keys",
    ]);
  });

  it("work on a keyboard that is set to Bangla", () => {
    expect(press("৩", "Digit3")).toEqual({ kind: "ticket", index: 2 });
    expect(press("র", "KeyR")?.kind).toBe("recall");
  });

  it("leave the browser its own, and do not repeat: the next ticket would go too", () => {
    expect(press("r", "KeyR", { ctrlKey: true })).toBeNull();
    expect(press("1", "Digit1", { repeat: true })).toBeNull();
    expect(press("x", "KeyX")).toBeNull();
    expect(press("Shift")).toBeNull();
  });
});
