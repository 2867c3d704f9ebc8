import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = process.env.CAFETERIA_URL ?? "http://localhost:8080";

// What the silo answers with; here too, so that a breach is seen while developing what is built.
const contentSecurityPolicy =
  "default-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:";

export default defineConfig({
  plugins: [react(), tailwind()],
  resolve: { alias: { "~": new URL("./src", import.meta.url).pathname } },
  build: {
    target: "es2023",
    // The polyfill is an inline script, and small assets would become data: URLs: a strict CSP refuses both.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    manifest: true,
  },
  server: { proxy: { "/api": server, "/openapi": server, "/readyz": server } },
  preview: { proxy: { "/api": server }, headers: { "Content-Security-Policy": contentSecurityPolicy } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
