import { resolve } from "node:path";
import type { Argument, Call } from "./strace-reader.ts";

export interface Written {
  readonly path: string;
  readonly bytes: Buffer;
}

const writing = new Set(["write", "pwrite64", "writev", "pwritev", "pwritev2", "vmsplice"]);
/** The kernel moves the bytes itself: nobody sees them. Place of the target among the arguments. */
const moving: Readonly<Record<string, number>> = { copy_file_range: 2, sendfile: 0, splice: 2, tee: 1 };
const opening = new Set(["open", "openat", "openat2", "creat"]);
const naming = new Set([
  ..."rename renameat renameat2 link linkat symlink symlinkat mkdir mkdirat mknod mknodat".split(" "),
  ..."unlink unlinkat rmdir truncate setxattr lsetxattr fsetxattr memfd_create".split(" "),
]);

/** Where nothing stays. */
const voids = new Set(["/dev/null"]);

const isFile = (path: string | undefined): path is string =>
  path?.startsWith("/") === true && !voids.has(path);
const isSocket = (path: string): boolean => /^(?:socket|UNIX|TCP|UDP|NETLINK)/.test(path);

/** The names in the arguments, relative ones from the folder that stands before them or the process's own. */
const pathsIn = (args: readonly Argument[]): readonly string[] =>
  args.flatMap(({ strings }, at) => {
    const [name] = strings;
    return name === undefined ? [] : [resolve(args[at - 1]?.path ?? ".", name.toString())];
  });

/** What a process and its children gave to the system to keep: every byte, every name, every place. */
export class WriteWatch {
  /** In the order in which it was written; what goes to sockets is no storage. */
  readonly written: Written[] = [];
  readonly names = new Set<string>();
  /** Files outside the folder that were opened for writing, named, moved or removed. */
  readonly outside = new Set<string>();
  /** Ways by which bytes may have gone without being seen. */
  readonly unseen = new Set<string>();
  readonly #folder: string;

  /** @param folder the only place where anything may be kept */
  constructor(folder: string) {
    this.#folder = folder;
  }

  get writtenBytes(): number {
    return this.written.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  see(call: Call): void {
    const { name, args } = call;
    if (writing.has(name)) this.#seeWrite(args);
    else if (opening.has(name)) this.#seeOpen(name, args);
    else if (naming.has(name)) this.#seeNames(args);
    else if (name in moving) this.#seeMove(call);
    else if (name === "ioctl") this.#seeControl(args);
    else if (name === "mmap") this.#seeMap(args);
    else if (name === "io_uring_setup" && (call.result ?? 0) >= 0) this.unseen.add(name);
  }

  #seeWrite([file, ...rest]: readonly Argument[]): void {
    const path = file?.path ?? "";
    if (isSocket(path)) return;
    for (const bytes of rest.flatMap(({ strings }) => strings)) this.written.push({ path, bytes });
    if (isFile(path)) this.#place(path);
  }

  #seeOpen(name: string, args: readonly Argument[]): void {
    const paths = pathsIn(args);
    for (const path of paths) this.names.add(path);
    const writes =
      name === "creat" || args.some(({ text }) => /O_(?:WRONLY|RDWR|CREAT|TRUNC|TMPFILE)\b/.test(text));
    if (writes) for (const path of paths) this.#place(path);
  }

  /** The value of an attribute is kept as well as its name. */
  #seeNames(args: readonly Argument[]): void {
    for (const bytes of args.flatMap(({ strings }) => strings)) this.names.add(bytes.toString("latin1"));
    for (const path of pathsIn(args.slice(0, 4))) {
      this.names.add(path);
      this.#place(path);
    }
  }

  #seeMove({ name, args }: Call): void {
    if (isFile(args[moving[name] ?? 0]?.path)) this.unseen.add(name);
  }

  /** A file system may give one file the blocks of another (ioctl_ficlonerange(2)). */
  #seeControl([file, request]: readonly Argument[]): void {
    if (isFile(file?.path) && request?.text.startsWith("FICLONE") === true) this.unseen.add("ioctl FICLONE");
  }

  /** SQLite's index of its log holds page numbers and no page (https://www.sqlite.org/walformat.html 2). */
  #seeMap(args: readonly Argument[]): void {
    const [, , protection, kind, file] = args;
    const isShared =
      kind?.text.includes("MAP_SHARED") === true && protection?.text.includes("PROT_WRITE") === true;
    if (isShared && isFile(file?.path) && !file.path.endsWith("-shm")) this.unseen.add(`mmap ${file.path}`);
  }

  #place(path: string): void {
    if (isFile(path) && path !== this.#folder && !path.startsWith(`${this.#folder}/`)) this.outside.add(path);
  }
}
