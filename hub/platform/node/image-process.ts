import { type ChildProcess, fork } from "node:child_process";
import { existsSync, lstatSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { ImageName } from "../../domain/firmware.ts";
import type { ImageRunner, RunningImage, Sign } from "../../ports/firmware.ts";
import { makeFolder } from "./folders.ts";

const signs: ReadonlySet<unknown> = new Set<Sign>(["alive", "ready", "restart"]);

/** Native code comes with the package and stays with it; images say only its name. */
const nativeLibrary = "better-sqlite3-multiple-ciphers";

export interface ImageProcessOptions {
  /** The package's own image, which holds `start-image.js` too. */
  readonly factory: string;
  /** Folder of the slots. */
  readonly slots: string;
  /** Words for `start-image.js` behind the image's name, and the hub's own command line. */
  readonly words: readonly string[];
}

/** Each image in a process of its own, on the same Node, terminal and environment as the supervisor. */
export class ImageProcesses implements ImageRunner {
  readonly #options: ImageProcessOptions;

  constructor(options: ImageProcessOptions) {
    this.#options = options;
  }

  start(image: ImageName): RunningImage {
    const { factory, slots, words } = this.#options;
    const isSlot = image !== "factory";
    if (isSlot) linkLibraries(factory, slots);
    const folder = isSlot ? join(slots, image) : factory;
    return new ImageProcess(
      fork(join(factory, "start-image.js"), [folder, image, ...words], {
        // glibc keeps freed memory in two places, not in eight for each core (docs/adr/0013-memory.md). Compiled code would be a
        // file that nobody has signed, in a folder that holds signed ones only.
        env: {
          MALLOC_ARENA_MAX: "2",
          ...process.env,
          ...(isSlot ? { NODE_DISABLE_COMPILE_CACHE: "1" } : {}),
        },
      }),
    );
  }
}

class ImageProcess implements RunningImage {
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.ended = new Promise((done) => {
      child.once("exit", (code) => done(code));
      // It could not be started at all.
      child.once("error", () => done(null));
    });
  }

  onSign(listener: (sign: Sign) => void): void {
    this.#child.on("message", (message) => {
      if (signs.has(message)) listener(message as Sign);
    });
  }

  end(): void {
    this.#child.kill("SIGTERM");
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}

/** Node looks for packages in the folders above a file: beside the slots it finds those of the package. */
const linkLibraries = (factory: string, slots: string): void => {
  const above = createRequire(join(factory, "hub.js")).resolve.paths(nativeLibrary) ?? [];
  const libraries = above.find((folder) => existsSync(join(folder, nativeLibrary)));
  const link = join(slots, "node_modules");
  if (libraries === undefined || linkedTo(link) === libraries) return;
  makeFolder(slots);
  rmSync(link, { recursive: true, force: true });
  symlinkSync(libraries, link);
};

const linkedTo = (path: string): string | undefined =>
  lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : undefined;
