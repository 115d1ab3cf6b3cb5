import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What the ready file says (schema lampkeeper.ready/1). */
export interface Ready {
  readonly schema: string;
  readonly pid: number;
  readonly version: string;
  readonly hubId: string;
  readonly data: string;
  readonly app: string;
  readonly api: { readonly url: string; readonly token: string };
  readonly mqtt: {
    readonly url: string;
    readonly username: string;
    readonly password: string;
    readonly base: string;
  };
  readonly lamps: readonly string[];
  readonly sensors: readonly string[];
}

/** A folder that is gone when the test is. */
export const scratch = (): { readonly path: string; [Symbol.dispose](): void } => {
  const path = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
};

/** On a connection of its own: a kept one may have been closed while the test did something else for seconds. */
const eachAnew = { connection: "close" };

let started = 0;

/** The hub as its users start it: a process of its own, through the launcher. */
export class HubProcess {
  readonly ready: Ready;
  readonly readyFile: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  readonly #said: () => string;

  private constructor(
    readyFile: string,
    child: ChildProcess,
    ended: Promise<number | null>,
    said: () => string,
  ) {
    this.readyFile = readyFile;
    this.ready = JSON.parse(readFileSync(readyFile, "utf8"));
    this.#child = child;
    this.#ended = ended;
    this.#said = said;
  }

  /** @param options as on the command line; data and ready file are added */
  static start(folder: string, ...options: readonly string[]): Promise<HubProcess> {
    return HubProcess.#run("sim", folder, ["--headless", ...options]);
  }

  /** As `start`, with what it reads on standard input. */
  static startWith(input: string, folder: string, ...options: readonly string[]): Promise<HubProcess> {
    return HubProcess.#run("sim", folder, ["--headless", ...options], input);
  }

  /** As `start`, for real devices. */
  static serve(folder: string, ...options: readonly string[]): Promise<HubProcess> {
    return HubProcess.#run("serve", folder, options);
  }

  static async #run(
    command: "sim" | "serve",
    folder: string,
    options: readonly string[],
    input?: string,
  ): Promise<HubProcess> {
    const file = join(folder, `ready-${++started}.json`);
    const child = spawn(
      process.execPath,
      [
        "scripts/launch.mjs",
        command,
        "--data",
        join(folder, "data"),
        "--ready-file",
        file,
        "--app-port",
        "0",
        "--mqtt-port",
        "0",
        ...options,
      ],
      { stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"] },
    );
    child.stdin?.end(input);
    let said = "";
    child.stdout?.on("data", (chunk) => {
      said += chunk;
    });
    child.stderr?.on("data", (chunk) => {
      said += chunk;
    });
    const ended = new Promise<number | null>((done) => child.once("exit", done));
    await appears(folder, file, ended, () => said);
    return new HubProcess(file, child, ended, () => said);
  }

  /** Everything the process has printed. */
  get output(): string {
    return this.#said();
  }

  /** Asks it to end. @returns its exit code */
  async stop(signal: "SIGTERM" | "SIGINT" = "SIGTERM"): Promise<number | null> {
    this.#child.kill(signal);
    return this.#ended;
  }

  /** The plug is pulled: no goodbye. */
  async kill(): Promise<void> {
    process.kill(this.ready.pid, "SIGKILL");
    await this.#ended;
    rmSync(this.readyFile, { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** @param token absent: the owner's of this run */
  async api(
    method: string,
    path: string,
    body?: unknown,
    token = this.ready.api.token,
  ): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${this.ready.api.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...eachAnew,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  }

  /** As `api`, with a body of bytes. */
  async send(
    method: string,
    path: string,
    bytes: Uint8Array,
    token = this.ready.api.token,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await fetch(`${this.ready.api.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...eachAnew,
        "content-type": "application/octet-stream",
      },
      body: Uint8Array.from(bytes),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? {} : JSON.parse(text) };
  }
}

const appears = async (
  folder: string,
  file: string,
  ended: Promise<unknown>,
  said: () => string,
): Promise<void> => {
  const watcher = watch(folder);
  const arrived = new Promise<void>((done) => {
    watcher.on("change", () => existsSync(file) && done());
    if (existsSync(file)) done();
  });
  const failed = ended.then((code) => {
    throw new Error(`the hub ended with ${code} before it was ready:\n${said()}`);
  });
  try {
    await Promise.race([arrived, failed]);
  } finally {
    watcher.close();
    failed.catch(() => {});
  }
};
