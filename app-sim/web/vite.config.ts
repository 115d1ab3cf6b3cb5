import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** The companion app: one page, no plugin, nothing from anywhere but the hub that serves it. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: fileURLToPath(new URL("../../dist/app", import.meta.url)),
    emptyOutDir: true,
    target: "es2023",
    // A data: URL would need a wider content security policy than `default-src 'self'`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  // The hub answers beside the page; in development it stands elsewhere.
  server: { proxy: { "/api": process.env["LAMPKEEPER_URL"] ?? "http://127.0.0.1:8080" } },
});
