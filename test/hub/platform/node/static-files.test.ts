import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { StaticFiles } from "../../../../hub/platform/node/static-files.ts";

const script = "export const lamps = 20;\n";
const scriptPath = "/assets/index-abc123.js";
let root: string;
let files: StaticFiles;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  const web = join(root, "web");
  mkdirSync(join(web, "assets"), { recursive: true });
  writeFileSync(join(root, "secret.txt"), "not for the browser");
  writeFileSync(join(web, "index.html"), "<!doctype html><title>Lampkeeper</title>");
  writeFileSync(join(web, scriptPath), script);
  writeFileSync(join(web, `${scriptPath}.br`), brotliCompressSync(script));
  writeFileSync(join(web, `${scriptPath}.gz`), gzipSync(script));
  files = StaticFiles.from(web);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

test("the root is the page, asked anew each time; a name with a hash may be kept for ever", () => {
  const page = files.file("/");
  expect(textOf(page?.bytes)).toContain("Lampkeeper");
  expect(page).toMatchObject({ type: "text/html; charset=utf-8", immutable: false });
  expect(files.file(scriptPath)).toMatchObject({ type: "text/javascript; charset=utf-8", immutable: true });
});

test("the smallest form a browser takes is sent", () => {
  const brotli = files.file(scriptPath, "gzip, deflate, br");
  expect(brotli?.encoding).toBe("br");
  expect(brotliDecompressSync(brotli?.bytes ?? "").toString()).toBe(script);
  expect(files.file(scriptPath, "gzip;q=0.5, br;q=0")?.encoding).toBe("gzip");
  expect(files.file(scriptPath)?.encoding).toBeUndefined();
  expect(textOf(files.file(scriptPath)?.bytes)).toBe(script);
});

test("each form has its own validator", () => {
  const etags = ["br", "gzip", ""].map((encoding) => files.file(scriptPath, encoding)?.etag);
  expect(new Set(etags).size).toBe(3);
  for (const etag of etags) expect(etag).toMatch(/^"[\w-]{22}"$/);
});

test("only the root falls back to the page, and the compressed neighbours have no path of their own", () => {
  expect(files.size).toBe(2);
  for (const path of ["/index.html", "/nowhere", "/assets/", `${scriptPath}.br`, ""]) {
    expect(files.file(path)).toBeUndefined();
  }
});

test("no spelling of a path leaves the folder", () => {
  const step = fc.constantFrom("..", ".", "%2e%2e", "..%2f", "\\", "/", "secret.txt", "assets", "\0", "web");
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
      expect(textOf(files.file(`/${steps.join("/")}`)?.bytes)).not.toContain("not for the browser");
    }),
  );
  expect(files.file("/../secret.txt")).toBeUndefined();
});

test("the page stays with the table it belongs to; what it names is read when it is first asked for, and kept", () => {
  const folder = join(root, "rebuilt");
  mkdirSync(join(folder, "assets"), { recursive: true });
  const write = (text: string) =>
    ["index.html", "assets/read.js", "assets/new.js"].forEach((file) => {
      writeFileSync(join(folder, file), text);
    });
  write("one");
  const built = StaticFiles.from(folder);
  built.file("/assets/read.js");
  write("two");
  const shown = ["/", "/assets/read.js", "/assets/new.js"].map((path) => textOf(built.file(path)?.bytes));
  expect(shown).toEqual(["one", "one", "two"]);
});

test("a file that has gone since has no answer", () => {
  const folder = join(root, "emptied");
  mkdirSync(join(folder, "assets"), { recursive: true });
  writeFileSync(join(folder, "assets", "gone.js"), script);
  const emptied = StaticFiles.from(folder);
  rmSync(folder, { recursive: true });
  expect(emptied.file("/assets/gone.js", "br")).toBeUndefined();
});

test("a hub without its built app has no files, and says so by their number", () => {
  expect(StaticFiles.from(join(root, "missing")).size).toBe(0);
});
