import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireProgram } from "./programs.ts";

/** A TPM 2.0 in software, with its own lasting memory. */
export class Swtpm {
  /** For `Tpm` and the command line. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly #folder: string;
  readonly #ended: Promise<unknown>;
  readonly #stop: () => void;

  private constructor(folder: string, ended: Promise<unknown>, stop: () => void) {
    this.#folder = folder;
    this.#ended = ended;
    this.#stop = stop;
    this.environment = { ...process.env, TPM2TOOLS_TCTI: `swtpm:path=${join(folder, "socket")}` };
  }

  static async start(): Promise<Swtpm> {
    const program = requireProgram("swtpm");
    requireProgram("tpm2_nvdefine");
    const folder = mkdtempSync(join(tmpdir(), "lampkeeper-tpm-"));
    const state = join(folder, "state");
    mkdirSync(state);
    const socket = join(folder, "socket");
    const child = spawn(
      program,
      [
        ["socket", "--tpm2", "--tpmstate", `dir=${state}`],
        ["--server", `type=unixio,path=${socket}`, "--ctrl", `type=unixio,path=${socket}.ctrl`],
        ["--flags", "not-need-init,startup-clear"],
      ].flat(),
      { stdio: "ignore" },
    );
    const ended = new Promise((done) => child.once("exit", done));
    const tpm = new Swtpm(folder, ended, () => child.kill());
    await Promise.race([tpm.#answers(), ended.then(() => Promise.reject(new Error("swtpm ended at once")))]);
    return tpm;
  }

  /** Runs one of tpm2-tools against it. */
  tool(program: string, ...args: readonly string[]): string {
    return execFileSync(program, args, {
      env: { ...this.environment, TSS2_LOG: "all+none" },
      encoding: "utf8",
      stdio: "pipe",
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
    await this.#ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #answers(): Promise<void> {
    const control = join(this.#folder, "socket.ctrl");
    while (!existsSync(control)) await new Promise((done) => setImmediate(done));
  }
}
