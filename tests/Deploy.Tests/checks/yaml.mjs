// YAML files as JSON, for tests that read them: { "file": [document, …], … }. "--env NAME=VALUE" fills in ${NAME}, as Compose does.
import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";

const env = {};
const files = [];
for (let i = 2; i < process.argv.length; i++) {
  if (process.argv[i] === "--env") {
    const [name, ...value] = process.argv[++i].split("=");
    env[name] = value.join("=");
  } else files.push(process.argv[i]);
}

export function fill(text, values) {
  return text.replace(/\$\$|\$\{([A-Za-z_]\w*)(?:(:?[-?])((?:[^{}])*))?\}/g, (all, name, kind, other) => {
    if (all === "$$") return "$";
    if (values[name]) return values[name];
    if (kind?.endsWith("?")) throw new Error(`${name}: ${other}`);
    return other ?? "";
  });
}

const answer = {};
for (const file of files) {
  let text = readFileSync(file === "-" ? 0 : file, "utf8");
  if (Object.keys(env).length > 0) text = fill(text, env);
  answer[file] = parseAllDocuments(text, { merge: true }).map((document) => {
    if (document.errors.length > 0) throw new Error(`${file}: ${document.errors[0].message}`);
    return document.toJS();
  });
}
process.stdout.write(JSON.stringify(answer));
