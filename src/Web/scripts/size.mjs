// The student's first load: the entry and everything it imports statically, gzipped. Fails when over.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const limit = 130 * 1024;
const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));
const seen = new Set();

function gather(name) {
  if (seen.has(name)) return;
  seen.add(name);
  for (const next of manifest[name].imports ?? []) gather(next);
}

gather("index.html");
let total = 0;
for (const name of seen) {
  const { file } = manifest[name];
  const size = gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length;
  total += size;
  console.log(`${file}: ${(size / 1024).toFixed(1)} KB gzip`);
}
console.log(`first load: ${(total / 1024).toFixed(1)} KB of JavaScript, at most ${limit / 1024} KB`);
if (total > limit) process.exit(1);
