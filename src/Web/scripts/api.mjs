// npm run api [url | file]: takes the contract from a running server (or the committed file, with --offline) and makes
// the types from it. The generator needs TypeScript 5's compiler API, which TypeScript 7 does not have, so it runs
// beside the project's own dependencies.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const offline = process.argv.includes("--offline");
const url = process.argv.slice(2).find((argument) => !argument.startsWith("--"));
const contract = "openapi.json";
const types = "src/api/schema.d.ts";

if (!offline) {
  const response = await fetch(url ?? "http://localhost:8080/openapi/v1.json");
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  writeFileSync(contract, `${JSON.stringify(await response.json(), null, 2)}\n`);
}

execFileSync(
  "npm",
  [
    "exec",
    "--yes",
    "--package=openapi-typescript@7.13.0",
    "--package=typescript@5.9.3",
    "--",
    "openapi-typescript",
    contract,
    "--output",
    types,
  ],
  { stdio: "inherit" },
);
const hash = createHash("sha256").update(readFileSync(contract)).digest("hex");
writeFileSync(types, `// Made by npm run api from openapi.json, sha256 ${hash}\n${readFileSync(types, "utf8")}`);
