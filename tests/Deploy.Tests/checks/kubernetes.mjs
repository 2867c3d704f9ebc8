// Are the manifests on standard input valid by Kubernetes' own schemas? One line a fault, or one a resource that no schema is
// known of; exit code 1 if there is any fault.
import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";

const faults = [];
for (const document of parseAllDocuments(readFileSync(0, "utf8"))) {
  const it = document.toJS();
  const name = `${it.kind}/${it.metadata?.name}`;
  const Model = await modelOf(it.apiVersion, it.kind);
  if (!Model) {
    console.log(`unchecked ${it.apiVersion} ${it.kind}`);
    continue;
  }
  const asked = new Set();
  try {
    // Not "new Model(it)": that copies, and reads everything.
    Model.prototype.validate.call(watched(it, "", asked));
  } catch (error) {
    faults.push(`${name}: ${error.message}`);
  }
  // A validator asks for every field it knows; one it never asked for is misspelt, or of another version.
  for (const path of paths(it)) if (!asked.has(path) && (parent(path) === "" || asked.has(parent(path)))) faults.push(`${name}: ${path} is no field of it`);
}
for (const fault of faults) console.log(fault);
process.exit(faults.length ? 1 : 0);

async function modelOf(apiVersion, kind) {
  const home = apiVersion.startsWith("monitoring.coreos.com") ? "@kubernetes-models/prometheus-operator" : "kubernetes-models";
  try {
    return (await import(`${home}/${apiVersion}/${kind}`))[kind];
  } catch {
    return undefined;
  }
}

/** The same value, and every path that somebody reads in it is remembered. */
function watched(value, path, asked) {
  if (value === null || typeof value !== "object") return value;
  return new Proxy(value, {
    get(target, key, receiver) {
      const got = Reflect.get(target, key, receiver);
      if (typeof key !== "string" || !Object.hasOwn(target, key)) return got;
      asked.add(`${path}/${key}`);
      return watched(got, `${path}/${key}`, asked);
    },
  });
}

function* paths(value, path = "") {
  if (value === null || typeof value !== "object") return;
  for (const [key, inner] of Object.entries(value)) {
    yield `${path}/${key}`;
    yield* paths(inner, `${path}/${key}`);
  }
}

function parent(path) {
  return path.slice(0, path.lastIndexOf("/"));
}
