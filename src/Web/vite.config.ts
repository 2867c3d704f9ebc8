import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin, Rolldown } from "vite";
import { defineConfig } from "vitest/config";

const server = process.env.CAFETERIA_URL ?? "http://localhost:8080";

// What the silo answers with; here too, so that a breach is seen while developing what is built.
const contentSecurityPolicy =
  "default-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:";

/** Names the file of what the entry imports, and what that imports, without a lazy step between. */
function firstLoad(id: string, context: Rolldown.ChunkingContext): string | null {
  const seen = new Set<string>();
  const leadsHere = (module: string): boolean => {
    if (seen.has(module)) return false;
    seen.add(module);
    const info = context.getModuleInfo(module);
    return info !== null && (info.isEntry || info.importers.some(leadsHere));
  };
  return leadsHere(id) ? "app" : null;
}

/** The faces of those who work here: a student's phone does not keep them. */
const staff = /\/src\/(kitchen|desk)\//;

/** What the student's face is made of: all that the entry leads to, but not through the door of another face. */
function studentFiles(bundle: Rolldown.OutputBundle): Set<string> {
  const found = new Set<string>();
  const gather = (name: string) => {
    const chunk = bundle[name];
    if (chunk?.type !== "chunk" || found.has(name) || staff.test(chunk.facadeModuleId ?? "")) return;
    found.add(name);
    for (const next of [...chunk.imports, ...chunk.dynamicImports]) gather(next);
  };
  for (const chunk of Object.values(bundle)) if (chunk.type === "chunk" && chunk.isEntry) gather(chunk.fileName);
  return found;
}

/** sw.js, with the list of what this build is made of. */
function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    generateBundle(_, bundle) {
      const assets = Object.keys(bundle).filter((file) => bundle[file]?.type === "asset");
      const files = [...assets, ...studentFiles(bundle), ...readdirSync("public")]
        .filter((file) => !/\.html$|\.vite|latin-ext/.test(file))
        .map((file) => `/${file}`)
        .sort();
      // Vite's names say what is in a file; those of public/ and the page itself do not.
      const unnamed = ["index.html", ...readdirSync("public").map((file) => `public/${file}`)];
      const hash = createHash("sha256").update(files.join());
      for (const file of unnamed) hash.update(readFileSync(file));
      const version = hash.digest("hex").slice(0, 12);
      const head = `const VERSION = ${JSON.stringify(version)};\nconst FILES = ${JSON.stringify(files)};\n`;
      this.emitFile({
        type: "asset",
        fileName: "sw.js",
        source: head + readFileSync("scripts/serviceWorker.js", "utf8"),
      });
    },
  };
}

export default defineConfig({
  plugins: [react(), tailwind(), serviceWorker()],
  resolve: { alias: { "~": new URL("./src", import.meta.url).pathname } },
  build: {
    target: "es2023",
    // The polyfill is an inline script, and small assets would become data: URLs: a strict CSP refuses both.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    manifest: true,
    // All of the first load in one file: what pages share with it would else be cut out of it, and compress worse.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: firstLoad }] } } },
  },
  server: { proxy: { "/api": server, "/openapi": server, "/readyz": server } },
  preview: { proxy: { "/api": server }, headers: { "Content-Security-Policy": contentSecurityPolicy } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
