import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, type FSWatcher, mkdirSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";
import type { Ready } from "./hub-process.ts";

/** A simulated home under its supervisor, as the package starts it: processes of their own. */
export class SupervisedHub {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  readonly #readyFile: string;
  readonly #folder: string;
  #said = "";
  ready: Ready | undefined;

  /** @param words of the supervisor @param options of the hub; data, ready file and ports are added */
  constructor(
    folder: string,
    words: readonly string[],
    options: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ) {
    this.#folder = folder;
    this.#readyFile = join(folder, "ready.json");
    mkdirSync(join(folder, "data"), { recursive: true });
    const home = ["--bulbs", "1", "--sensors", "0", "--people", "0", "--headless", "--log-level", "info"];
    const places = ["--data", join(folder, "data"), "--ready-file", this.#readyFile];
    const ports = ["--app-port", "0", "--mqtt-port", "0"];
    const command = ["supervise", ...words, "sim", ...home, ...places, ...ports, ...options];
    this.#child = spawn(process.execPath, ["scripts/launch.mjs", ...command], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, PATH: `${folder}:${process.env["PATH"]}`, ...environment },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk) => {
        this.#said += chunk;
      });
    }
    this.#ended = new Promise((done) => this.#child.once("exit", done));
  }

  get output(): string {
    return this.#said;
  }

  /** Resolves when an image that has not been seen ready before is. */
  async nextReady(): Promise<Ready> {
    const seen = this.ready?.pid;
    const found = await this.#until(() => {
      const ready = readyIn(this.#readyFile);
      return ready?.pid === seen ? undefined : ready;
    });
    this.ready = found;
    return found;
  }

  /** Resolves when the image that was ready has ended cleanly. */
  async isGone(): Promise<void> {
    await this.#until(() => (existsSync(this.#readyFile) ? undefined : true), false);
  }

  /** Resolves when a file in the folder has come to hold this. */
  async appears(name: string, pattern: RegExp): Promise<string> {
    const file = join(this.#folder, name);
    return await this.#until(() => {
      const text = textOf(file);
      return pattern.test(text) ? text : undefined;
    });
  }

  async api(method: string, path: string, body?: Uint8Array | object): Promise<Record<string, unknown>> {
    const { url, token } = this.ready?.api ?? { url: "", token: "" };
    const isBytes = body instanceof Uint8Array;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined
          ? {}
          : { "content-type": isBytes ? "application/octet-stream" : "application/json" }),
      },
      ...(body === undefined ? {} : { body: isBytes ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    return (await response.json()) as Record<string, unknown>;
  }

  /** Kills the supervisor itself. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  async stop(): Promise<number | null> {
    this.#child.kill("SIGTERM");
    return await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #until<Found>(look: () => Found | undefined, needsSupervisor = true): Promise<Found> {
    let watcher: FSWatcher | undefined;
    const seen = new Promise<Found>((done) => {
      const check = () => {
        const found = look();
        if (found !== undefined) done(found);
      };
      watcher = watch(this.#folder, check);
      check();
    });
    const failed = this.#ended.then((code) => {
      throw new Error(`the supervisor ended with ${code}:\n${this.#said}`);
    });
    failed.catch(() => {});
    try {
      return await (needsSupervisor ? Promise.race([seen, failed]) : seen);
    } finally {
      watcher?.close();
    }
  }
}

const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, "utf8") : "");

/** Written whole or not at all. */
const readyIn = (file: string): Ready | undefined => {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Ready;
  } catch {
    return undefined;
  }
};
