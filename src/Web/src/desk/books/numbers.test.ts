import { expect, it } from "vitest";
import { amount, fromMinor, toMinor, whole } from "./numbers";

it("reads amounts as they are typed, in either language, to the last paisa", () => {
  expect(["450", "450.5", " 0.07 ", "৪৫০.৫০"].map((text) => amount(text))).toEqual([
    "450.00",
    "450.50",
    "0.07",
    "450.50",
  ]);
  expect(["", "-1", "1,5", "1.234", "abc", "1e3", "12345678"].map((text) => amount(text))).toEqual(Array(7).fill(null));
  expect([toMinor("450.50"), toMinor("0.07"), fromMinor(45050), fromMinor(7), fromMinor(0)]).toEqual([
    45050,
    7,
    "450.50",
    "0.07",
    "0.00",
  ]);
});

it("reads whole numbers within their bounds", () => {
  expect([
    whole("12", 1, 100),
    whole("৭", 1, 100),
    whole("0", 1, 100),
    whole("101", 1, 100),
    whole("1.5", 1, 100),
  ]).toEqual(["12", "7", null, null, null]);
});
