import { describe, expect, it } from "vitest";
import { readScan } from "./scan";

const id = "abcdefghijklmnopqrstuvwx27";

describe("what is typed or scanned at the counter", () => {
  it("is a number as it is called, however it is written", () => {
    for (const text of ["A-047", "a47", " A 047 ", "47", "047", "A-০৪৭"])
      expect(readScan(text), text).toEqual({ kind: "number", number: "A-047" });
    expect(readScan("ab-9")).toEqual({ kind: "number", number: "AB-009" });
  });

  it("is the code on a phone, or an address that ends in it", () => {
    expect(readScan(id)).toEqual({ kind: "id", id });
    expect(readScan(`HTTPS://CAFE.EXAMPLE/ORDERS/${id.toUpperCase()}`)).toEqual({ kind: "id", id });
  });

  it("is nothing else", () => {
    for (const text of ["", "A", "A-0000", "0", "A-1234", `${id}x`, "biriyani", "../../orders"])
      expect(readScan(text), text).toBeNull();
  });
});
