import { dirname, resolve } from "node:path";
import type { Argument, Call } from "./strace-reader.ts";

/** A file apart from its names. */
export type FileNumber = number;

/** One change of a folder, or a moment that the program itself has marked. */
export type Change =
  | { readonly kind: "make"; readonly path: string; readonly file: FileNumber }
  | { readonly kind: "make-folder"; readonly path: string }
  | { readonly kind: "write"; readonly file: FileNumber; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: "cut"; readonly file: FileNumber; readonly size: number }
  | { readonly kind: "rename"; readonly path: string; readonly to: string }
  | { readonly kind: "remove"; readonly path: string }
  | { readonly kind: "sync"; readonly file: FileNumber }
  | { readonly kind: "sync-folder"; readonly path: string }
  | { readonly kind: "mark"; readonly text: string };

interface Open {
  readonly file: FileNumber | undefined;
  readonly path: string;
  position: number;
}

/** Descriptor on which a program marks moments. */
const markDescriptor = 4;

const pathOf = (folder: string | undefined, name: Buffer | undefined): string =>
  resolve(folder ?? ".", name?.toString() ?? "");

/**
 * What a traced process did to one folder, change by change, from an empty folder on. A call that it does not know how
 * to replay throws: a log with a hole in it proves nothing.
 */
export class FolderLog {
  readonly changes: Change[] = [];
  readonly #folder: string;
  readonly #open = new Map<number, Open>();
  readonly #files = new Map<string, FileNumber>();
  #sizes: number[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  see(call: Call): void {
    if (call.result === undefined || call.result < 0) return;
    const { args, result } = call;
    switch (call.name) {
      case "open":
      case "openat":
      case "creat":
        this.#seeOpen(call, result);
        return;
      case "close":
        if (this.#openOf(args[0]) !== undefined) this.#open.delete(descriptor(args[0]));
        return;
      case "lseek":
        this.#move(args[0], result);
        return;
      case "write":
        this.#seeWrite(args, result);
        return;
      case "pwrite64":
        this.#write(this.#openOf(args[0]), Number(args[3]?.text), taken(args, result));
        return;
      case "ftruncate":
        this.#cut(this.#openOf(args[0])?.file, Number(args[1]?.text));
        return;
      case "fsync":
      case "fdatasync":
        this.#seeSync(args[0]);
        return;
      case "mkdir":
        this.#seeMakeFolder(pathOf(undefined, args[0]?.strings[0]));
        return;
      case "rename":
        this.#seeRename(pathOf(undefined, args[0]?.strings[0]), pathOf(undefined, args[1]?.strings[0]));
        return;
      case "unlink":
        this.#seeRemove(pathOf(undefined, args[0]?.strings[0]));
        return;
      case "ioctl":
      case "mmap":
      case "mremap":
      case "io_uring_setup":
        return;
      default:
        if (args.some((arg) => this.#concerns(arg)))
          throw new RangeError(`a change by ${call.name} cannot be replayed`);
    }
  }

  #concerns({ path, strings }: Argument): boolean {
    return [path, ...strings.map(String)].some((each) => each !== undefined && this.#isInside(resolve(each)));
  }

  #isInside(path: string): boolean {
    return path === this.#folder || path.startsWith(`${this.#folder}/`);
  }

  #seeOpen({ name, args }: Call, result: number): void {
    const path =
      name === "openat" ? pathOf(args[0]?.path, args[1]?.strings[0]) : pathOf(undefined, args[0]?.strings[0]);
    if (!this.#isInside(path)) return;
    const flags = args.map(({ text }) => text).join("|");
    let file = this.#files.get(path);
    if (file === undefined && (name === "creat" || flags.includes("O_CREAT"))) {
      file = this.#sizes.length;
      this.#files.set(path, file);
      this.#sizes.push(0);
      this.changes.push({ kind: "make", path, file });
    }
    if (flags.includes("O_TRUNC") || name === "creat") this.#cut(file, 0);
    const position = flags.includes("O_APPEND") && file !== undefined ? (this.#sizes[file] ?? 0) : 0;
    this.#open.set(result, { file, path, position });
  }

  /** Another program that is started has descriptors of its own, with the same numbers and other files. */
  #openOf(arg: Argument | undefined): Open | undefined {
    return this.#isInside(arg?.path ?? "") ? this.#open.get(descriptor(arg)) : undefined;
  }

  #move(arg: Argument | undefined, position: number): void {
    const open = this.#openOf(arg);
    if (open !== undefined) open.position = position;
  }

  #seeWrite(args: readonly Argument[], result: number): void {
    const open = this.#openOf(args[0]);
    const bytes = taken(args, result);
    if (open === undefined && descriptor(args[0]) === markDescriptor)
      this.changes.push({ kind: "mark", text: bytes.toString() });
    if (open === undefined) return;
    this.#write(open, open.position, bytes);
    open.position += bytes.length;
  }

  #write(open: Open | undefined, at: number, bytes: Buffer): void {
    if (open?.file === undefined) return;
    this.#sizes[open.file] = Math.max(this.#sizes[open.file] ?? 0, at + bytes.length);
    this.changes.push({ kind: "write", file: open.file, at, bytes });
  }

  #cut(file: FileNumber | undefined, size: number): void {
    if (file === undefined || this.#sizes[file] === size) return;
    this.#sizes[file] = size;
    this.changes.push({ kind: "cut", file, size });
  }

  #seeSync(arg: Argument | undefined): void {
    const open = this.#openOf(arg);
    if (open === undefined) return;
    const { file, path } = open;
    this.changes.push(file === undefined ? { kind: "sync-folder", path } : { kind: "sync", file });
  }

  #seeMakeFolder(path: string): void {
    if (this.#isInside(path)) this.changes.push({ kind: "make-folder", path });
  }

  #seeRename(path: string, to: string): void {
    const file = this.#files.get(path);
    if (file === undefined) return;
    this.#files.delete(path);
    this.#files.set(to, file);
    this.changes.push({ kind: "rename", path, to });
  }

  #seeRemove(path: string): void {
    if (this.#files.delete(path)) this.changes.push({ kind: "remove", path });
  }
}

const descriptor = (arg: Argument | undefined): number => Number.parseInt(arg?.text ?? "", 10);

/** The system may take less than it was offered. */
const taken = (args: readonly Argument[], result: number): Buffer =>
  (args[1]?.strings[0] ?? Buffer.alloc(0)).subarray(0, result);

/** Whether a change is one of names in a folder, and of which. */
export const folderOf = (change: Change): string | undefined =>
  "path" in change && change.kind !== "sync-folder" ? dirname(change.path) : undefined;
