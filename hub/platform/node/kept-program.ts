// Imported into a module, each of Node's parts gets a copy of all its names, and `node:fs` loads its streams and promises
// for that: a fiftieth of a start.
const { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } =
  process.getBuiltinModule("node:fs");
const { createRequire } = process.getBuiltinModule("node:module");
const { basename, dirname, join } = process.getBuiltinModule("node:path");
const { fileURLToPath } = process.getBuiltinModule("node:url");
const { cachedDataVersionTag } = process.getBuiltinModule("node:v8");
const { Script } = process.getBuiltinModule("node:vm");

export interface KeptProgram<Exports> {
  readonly exports: Exports;
  /**
   * Keeps what V8 has compiled by now for the next process, if this one found nothing: to be called once everything has
   * run that belongs to a start. Where nothing can be written, each start compiles for itself.
   */
  readonly keep: () => void;
}

/** What a program is in: a function, so that nothing of it is global. */
type Wrapped<Exports> = (module: { exports?: Exports }, require: NodeJS.Require, file: string) => void;

/**
 * Runs a program of the bundle with what V8 compiled of it in an earlier process. Node's own compile cache would take what
 * is compiled when a file is loaded; most of a start is compiled when it first runs (docs/adr/0006-launcher-and-runtime.md).
 *
 * @param url an ASCII file that evaluates to `Wrapped`
 * @param folder where compiled code is kept; undefined: nowhere
 */
export const keptProgram = <Exports>(url: URL, folder: URL | undefined): KeptProgram<Exports> => {
  const filename = fileURLToPath(url);
  const source = readFileSync(filename);
  const seal = sumOf(source);
  const place = folder === undefined ? undefined : placeIn(fileURLToPath(folder), filename);
  const cachedData = place === undefined ? undefined : compiledAt(place, seal);
  // Latin-1: V8 then uses the letters where they lie, one byte each.
  const script = new Script(source.toString("latin1"), { filename, ...(cachedData && { cachedData }) });
  release(source);
  release(cachedData);
  const module: { exports?: Exports } = {};
  (script.runInThisContext() as Wrapped<Exports>)(module, createRequire(url), filename);
  const isKept = cachedData !== undefined && script.cachedDataRejected !== true;
  return {
    exports: module.exports as Exports,
    keep: () => {
      if (place !== undefined && !isKept) write(place, sealed(script.createCachedData(), seal));
    },
  };
};

/** At once: V8 counts these megabytes, and would collect garbage in the middle of the start. Small ones share theirs. */
const release = (bytes: Buffer<ArrayBuffer> | undefined): void => {
  if (bytes !== undefined && bytes.length > Buffer.poolSize) bytes.buffer.transfer(0);
};

/** V8 takes nothing from another version of itself or from other flags; nobody takes anything from another user. */
const placeIn = (folder: string, file: string): string =>
  join(folder, [basename(file), process.arch, cachedDataVersionTag(), process.getuid?.() ?? ""].join("-"));

const sumBytes = 4;

/** V8 looks at no more than the length of the source, and runs damaged code until it crashes. @param before of what stands before */
const sumOf = (bytes: Uint8Array, before?: number): number =>
  process.getBuiltinModule("node:zlib").crc32(bytes, before);

/** @param seal sum of the source */
const sealed = (compiled: Buffer, seal: number): Buffer => {
  const sum = Buffer.alloc(sumBytes);
  sum.writeUInt32LE(sumOf(compiled, seal));
  return Buffer.concat([compiled, sum]);
};

/** Undefined: there is none, or it is damaged, or of another source. */
const compiledAt = (place: string, seal: number): Buffer<ArrayBuffer> | undefined => {
  let kept: Buffer<ArrayBuffer>;
  try {
    kept = readFileSync(place);
  } catch {
    return undefined;
  }
  const compiled = kept.subarray(0, Math.max(0, kept.length - sumBytes));
  const isWhole = compiled.length > 0 && sumOf(compiled, seal) === kept.readUInt32LE(compiled.length);
  return isWhole ? compiled : undefined;
};

const write = (place: string, content: Uint8Array): void => {
  const fresh = `${place}.${process.pid}`;
  try {
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(fresh, content, { mode: 0o600 });
    renameSync(fresh, place);
  } catch {
    // The bundle often belongs to somebody else, and a disk may be full: there the last room is the home's.
    if (existsSync(fresh)) rmSync(fresh);
  }
};
