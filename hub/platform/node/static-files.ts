import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".png": "image/png",
  ".json": "application/json",
  ".txt": "text/plain; charset=utf-8",
};

/** What lies beside a file: what the build has compressed, and itself; the first that a browser takes is sent. */
const packings = [
  { encoding: "br", suffix: ".br" },
  { encoding: "gzip", suffix: ".gz" },
  { suffix: "" },
] as const;

/** One form of one file, ready to be sent. */
export interface StaticFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Media type, with its charset where it has one. */
  readonly type: string;
  /** Strong validator of exactly these bytes, quoted [RFC 9110 8.8.3]. */
  readonly etag: string;
  /** Its name changes with its content, so browsers may keep it for ever. */
  readonly immutable: boolean;
  /** How `bytes` are packed; absent: not. */
  readonly encoding?: "br" | "gzip";
}

const isPacked = (file: string): boolean =>
  packings.some(({ suffix }) => suffix !== "" && file.endsWith(suffix));

const etagOf = (bytes: Uint8Array): string =>
  `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;

/** Vite puts a hash of the content into every name under `assets/`. */
const isImmutable = (path: string): boolean => path.startsWith("/assets/");

/** Every form of a file that is there, the smallest first, the plain one last. */
const formsOf = (file: string, path: string): readonly StaticFile[] => {
  const fixed = { type: types[extname(file)] ?? "application/octet-stream", immutable: isImmutable(path) };
  return packings
    .filter(({ suffix }) => existsSync(file + suffix))
    .map(({ suffix, ...packing }) => {
      const bytes = new Uint8Array(readFileSync(file + suffix));
      return { ...fixed, ...packing, bytes, etag: etagOf(bytes) };
    });
};

/** The encodings an `Accept-Encoding` names, without those it refuses by `q=0`. */
const takenBy = (acceptEncoding: string): ReadonlySet<string> =>
  new Set(
    acceptEncoding
      .split(",")
      .filter((part) => !/;\s*q=0(?:\.0*)?\s*$/.test(part))
      .map((part) => part.split(";")[0]?.trim().toLowerCase() ?? ""),
  );

/**
 * The built app: a fixed table of paths, made once. A path that is not in it has no answer, so nothing outside the folder
 * can be asked for, however it is spelled. Bytes are read into memory when a path is first asked for, but for the page: it
 * names the others, and belongs to the table.
 */
export class StaticFiles {
  /** File of each path. */
  readonly #paths: ReadonlyMap<string, string>;
  readonly #read = new Map<string, readonly StaticFile[]>();

  private constructor(paths: ReadonlyMap<string, string>) {
    this.#paths = paths;
    this.#formsOf("/");
  }

  /** Lists `folder`. Is it not there, the table is empty: a hub without its app still serves its API. */
  static from(folder: string): StaticFiles {
    const paths = new Map<string, string>();
    for (const entry of existsSync(folder)
      ? readdirSync(folder, { withFileTypes: true, recursive: true })
      : []) {
      const file = join(entry.parentPath, entry.name);
      if (!entry.isFile() || isPacked(file)) continue;
      const path = `/${relative(folder, file).split(sep).join("/")}`;
      paths.set(path === "/index.html" ? "/" : path, file);
    }
    return new StaticFiles(paths);
  }

  /** How many paths have an answer. */
  get size(): number {
    return this.#paths.size;
  }

  /**
   * @param path of the URL, as it came: `/` or `/assets/index-abc.js`
   * @param acceptEncoding the browser's header; without one the plain form is given
   * @returns undefined for a path that is no file of the app
   */
  file(path: string, acceptEncoding = ""): StaticFile | undefined {
    const takes = takenBy(acceptEncoding);
    return this.#formsOf(path).find(({ encoding }) => encoding === undefined || takes.has(encoding));
  }

  #formsOf(path: string): readonly StaticFile[] {
    const file = this.#paths.get(path);
    if (file === undefined) return [];
    const forms = this.#read.get(path) ?? formsOf(file, path);
    this.#read.set(path, forms);
    return forms;
  }
}
