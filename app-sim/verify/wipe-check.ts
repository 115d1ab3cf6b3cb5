import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { CanarySearch, type Hit } from "./canary-search.ts";

/** A canary that is still there. */
export interface Leftover extends Hit {
  readonly file: string;
}

export interface WipeReport {
  readonly files: number;
  readonly bytes: number;
  readonly canaries: number;
  readonly leftovers: readonly Leftover[];
}

const pieceBytes = 1 << 20;

/**
 * Searches files, devices and everything in folders for canaries; names of files count as well.
 *
 * @param canaries texts of at least six bytes @throws RangeError; what the system says of a file it cannot read
 */
export const checkWipe = (paths: readonly string[], canaries: readonly string[]): WipeReport => {
  const search = new CanarySearch(canaries);
  const leftovers: Leftover[] = [];
  const size = { files: 0, bytes: 0 };
  for (const { path, isFile } of paths.flatMap(entriesUnder)) {
    leftovers.push(...search.in(Buffer.from(path)).map((hit) => ({ file: path, ...hit })));
    if (!isFile) continue;
    size.files++;
    for (const hit of search.inPieces(counted(piecesOf(path), size))) leftovers.push({ file: path, ...hit });
  }
  return { ...size, canaries: canaries.length, leftovers };
};

interface Entry {
  readonly path: string;
  readonly isFile: boolean;
}

const entriesUnder = (path: string): readonly Entry[] => {
  if (!statSync(path).isDirectory()) return [{ path, isFile: true }];
  return readdirSync(path, { withFileTypes: true, recursive: true }).map((entry) => ({
    path: join(entry.parentPath, entry.name),
    isFile: entry.isFile(),
  }));
};

function* counted(pieces: Iterable<Buffer>, size: { bytes: number }): Generator<Buffer> {
  for (const piece of pieces) {
    size.bytes += piece.length;
    yield piece;
  }
}

/** A raw image may be larger than memory. */
function* piecesOf(file: string): Generator<Buffer> {
  const handle = openSync(file, "r");
  try {
    for (;;) {
      const piece = Buffer.alloc(pieceBytes);
      const read = readSync(handle, piece, 0, pieceBytes, null);
      if (read === 0) return;
      yield piece.subarray(0, read);
    }
  } finally {
    closeSync(handle);
  }
}
