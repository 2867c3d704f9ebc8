import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Problem } from "./problem";

it("has types that were made from the committed contract", () => {
  const hash = createHash("sha256").update(readFileSync("openapi.json")).digest("hex");
  expect(readFileSync("src/api/schema.d.ts", "utf8").split("\n")[0], "run npm run api").toContain(hash);
});

it("reads a problem whatever it is made of", () => {
  const response = new Response(null, { status: 422, headers: { "Retry-After": "7" } });
  const problem = Problem.from(response, {
    code: "out_of_stock",
    errors: { StudentId: ["taken"] },
    items: [{ itemId: "special", requested: 2, available: 0 }],
  });
  expect(problem).toMatchObject({ code: "out_of_stock", isRefusal: true, retryAfterSeconds: 7 });
  expect(problem.fields).toEqual({ studentid: ["taken"] });
  expect(problem.shortages).toEqual([{ itemId: "special", requested: 2, available: 0 }]);
  expect(Problem.from(new Response(null, { status: 503 }), null)).toMatchObject({
    code: "unavailable",
    isRefusal: false,
  });
});
