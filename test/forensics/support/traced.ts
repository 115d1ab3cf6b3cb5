import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { isPlanted } from "../../conformance/planted-source.ts";
import { requireProgram } from "../../support/programs.ts";
import { type Call, StraceReader } from "./strace-reader.ts";

/** Whatever writes, names, maps or makes durable, and where in a file the next write goes. */
export const watchedCalls = [
  ..."write pwrite64 writev pwritev pwritev2 sendfile splice tee vmsplice copy_file_range".split(" "),
  ..."open openat openat2 creat close dup dup2 dup3 lseek memfd_create".split(" "),
  ..."rename renameat renameat2 link linkat symlink symlinkat mkdir mkdirat mknod mknodat".split(" "),
  ..."unlink unlinkat rmdir truncate ftruncate fallocate".split(" "),
  ..."setxattr lsetxattr fsetxattr ioctl mmap mremap msync io_uring_setup".split(" "),
  ..."fsync fdatasync sync_file_range sync syncfs".split(" "),
] as const;

/** Longer than anything that is written at once: a string that is cut off cannot be read, and is counted. */
const longestStringBytes = 16_777_216;

export interface Traced {
  /** What it printed for people: its log. */
  readonly log: Buffer;
  /** What it reported on descriptor 4, line by line. */
  readonly reports: readonly string[];
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Lines of the trace that nobody understood. */
  readonly unread: number;
}

/** What strace does to the process besides watching it and refusing it rings. */
export interface Tampering {
  readonly options?: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** It injects signals, which strace 6.1 forgets when it has a filter in the kernel. */
  readonly isKilled?: true;
}

/**
 * Rings take writes past every trace. Node makes one to wait for sockets, also when it is told to use none for files;
 * refused it does without.
 */
const withoutRings = ["-e", "inject=io_uring_setup:error=ENOSYS"];

/** Node before 22.18 strips types only when told to. */
const stripping = process.features.typescript === false ? ["--experimental-strip-types"] : [];
const loader = fileURLToPath(new URL("../../conformance/planted-loader.ts", import.meta.url));
/** What is planted in a run of tests is planted in the programs they start. */
const planting = isPlanted() ? ["--import", loader] : [];
const flags = [...stripping, ...planting];

const gathered = async (stream: Readable): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/**
 * Runs a TypeScript program under strace to its end, and tells of each watched call as it is read. A process that ends
 * by a signal takes strace with it by the same one.
 */
export const traced = async (
  program: string,
  args: readonly string[],
  onCall: (call: Call) => void,
  how: Tampering = {},
): Promise<Traced> => {
  // One pool thread, so that the order of calls is one.
  const env = { ...process.env, ...how.environment, UV_THREADPOOL_SIZE: "1", UV_USE_IO_URING: "0" };
  const watched = ["-e", `trace=${watchedCalls.join(",")}`, "-s", `${longestStringBytes}`];
  const child = spawn(
    requireProgram("strace"),
    [
      ...[
        "-f",
        "-y",
        "-xx",
        ...(how.isKilled ? [] : ["--seccomp-bpf"]),
        ...watched,
        ...withoutRings,
        ...(how.options ?? []),
      ],
      ...["-o", "|exec cat >&3", process.execPath, ...flags, program, ...args],
    ],
    { stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"], env },
  );
  const [, , stderr, trace, reports] = child.stdio as unknown as readonly Readable[];
  const reader = new StraceReader(onCall);
  trace?.on("data", (chunk: Buffer) => reader.push(chunk));
  const [log, said, [code, signal]] = await Promise.all([
    gathered(stderr as Readable),
    gathered(reports as Readable),
    once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>,
    once(trace as Readable, "close"),
  ]);
  reader.end();
  const lines = said.toString().split("\n").slice(0, -1);
  return { log, reports: lines, code, signal, unread: reader.unread };
};
