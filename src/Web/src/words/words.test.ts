import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { accountWords } from "~/accounts/accountWords";
import { staffWords } from "~/accounts/staffWords";
import { isRecord } from "~/api/problem";
import { deskWords } from "~/desk/words";
import { booksWords } from "~/desk/words/books";
import { nowWords } from "~/desk/words/now";
import { kitchenWords } from "~/kitchen/words";
import { bn } from "./bn";
import { en } from "./en";
import { formatsFor } from "./formats";
import { matches } from "./names";

function leaves(value: unknown, path = ""): [string, unknown][] {
  return isRecord(value)
    ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`))
    : [[path, value]];
}

const catalogues = {
  student: { en, bn },
  staff: staffWords,
  kitchen: kitchenWords,
  desk: deskWords,
  books: booksWords,
  account: accountWords,
  now: nowWords,
};

describe.each(Object.entries(catalogues))("the %s catalogue", (_, { en, bn }) => {
  it("says the same things in both languages", () => {
    const names = (of: unknown) =>
      leaves(of)
        .map(([path]) => path)
        .filter((path) => !path.startsWith(".names"));
    expect(names(bn).sort()).toEqual(names(en).sort());
  });

  it("speaks calmly: no exclamation marks, no oops", () => {
    for (const [path, text] of [...leaves(en), ...leaves(bn)]) {
      expect(String(text), path).not.toMatch(/!(?![=])|oops/i);
    }
  });

  it("writes Bangla in Bangla", () => {
    const latin = leaves(bn).filter(
      ([path, text]) => typeof text === "string" && /[a-z]/i.test(text) && !/language$/i.test(path),
    );
    expect(latin).toEqual([]);
  });
});

describe("the catalogues", () => {
  it("hold every word: no component has any of its own", () => {
    const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".tsx"));
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const text = readFileSync(`src/${file}`, "utf8").replace(/\/\/.*|\/\*[\s\S]*?\*\//g, "");
      // Text between tags, and attributes that are read out.
      expect(text.match(/>\s*[A-Z][a-z]+[^<>{}();=]*<\//g), file).toBeNull();
      expect(text.match(/(aria-label|placeholder|title|alt)="[^"]*[a-z]/g), file).toBeNull();
    }
  });
});

describe("numbers", () => {
  it("follow the language", () => {
    const price = { amount: 45000, currency: "BDT" };
    expect(formatsFor("en").money(price)).toBe("৳450");
    expect(formatsFor("bn").money(price)).toBe("৳৪৫০");
    expect(formatsFor("en").money({ amount: 45050, currency: "BDT" })).toBe("৳450.50");
    expect(formatsFor("en").money({ amount: 123456700, currency: "INR" })).toBe("₹1,234,567");
    expect(formatsFor("bn").number(47)).toBe("৪৭");
  });
});

describe("the search", () => {
  it("does not mind case or accents, in either language", () => {
    expect(matches("BIRI", "Chicken Biriyani")).toBe(true);
    expect(matches("creme", "Crème brûlée")).toBe(true);
    expect(matches("বিরিয়ানি", "Chicken Biriyani", "মুরগির বিরিয়ানি")).toBe(true);
    expect(matches("বর", "বার্গার")).toBe(false);
    expect(matches("  ", "anything")).toBe(true);
  });
});
