import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { requireProgram } from "./programs.ts";

/** Where btvirt 5.66 puts its controllers that know both kinds of Bluetooth; those for LE alone do not answer Read RSSI. */
const socket = join(tmpdir(), "bt-server-bredrle");
const compiler = "/usr/bin/gcc";

/** BlueZ's emulator of controllers: each connection to its socket is one, and all share one air. */
export class Btvirt {
  readonly socket = socket;
  readonly #stop: () => Promise<void>;

  private constructor(stop: () => Promise<void>) {
    this.#stop = stop;
  }

  /** Why it cannot run here; undefined: it can. */
  static obstacle(): string | undefined {
    if (process.env["TMPDIR"] !== undefined)
      return "btvirt knows no other temporary folder than the system's";
    if (!existsSync(compiler) && !hasKernelCiphers()) {
      return "btvirt wants the kernel's ciphers (AF_ALG), or gcc for a stand-in";
    }
    try {
      requireProgram("btvirt");
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  static async start(): Promise<Btvirt> {
    const folder = mkdtempSync(join(tmpdir(), "lampkeeper-btvirt-"));
    const program = requireProgram("btvirt");
    // Its sockets have fixed names: one at a time on a machine.
    const child = spawn("flock", ["--no-fork", join(tmpdir(), "lampkeeper-btvirt.lock"), program, "-s"], {
      stdio: "ignore",
      env: { ...process.env, ...shim(folder) },
    });
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const failed = ended.then(() => Promise.reject(new Error("btvirt ended at once")));
    const btvirt = new Btvirt(async () => {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    });
    await Promise.race([answering(), failed]);
    return btvirt;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stop();
  }
}

const hasKernelCiphers = (): boolean => /^ALG /m.test(readFileSync("/proc/net/protocols", "utf8"));

const shim = (folder: string): { readonly LD_PRELOAD?: string } => {
  if (!existsSync(compiler)) return {};
  const source = fileURLToPath(new URL("no-af-alg.c", import.meta.url));
  const library = join(folder, "no-af-alg.so");
  execFileSync(compiler, ["-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"]);
  return { LD_PRELOAD: library };
};

/** A controller that is kept: without the kernel's ciphers btvirt closes each one at once. */
const answering = async (): Promise<void> => {
  for (;;) {
    const isThere = await new Promise<boolean>((resolve) => {
      const trial = connect(socket, () => trial.write(Buffer.from("01030c00", "hex")));
      trial.on("data", () => {
        trial.destroy();
        resolve(true);
      });
      trial.on("error", () => resolve(false));
      trial.on("close", () => resolve(false));
    });
    if (isThere) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
};
