import { expect, it } from "vitest";
import { toCsv } from "./csv";

it("makes no cell a formula, and quotes what would break the table", () => {
  expect(toCsv([["=1+1", "+1", "-1", "@x", "\t=1"]])).toBe("\ufeff'=1+1,'+1,'-1,'@x,'\t=1\r\n");
  expect(toCsv([['a "b", c', "two\nlines", null, -3, "Beef = good"]])).toBe(
    '\ufeff"a ""b"", c","two\nlines",,-3,Beef = good\r\n',
  );
});
