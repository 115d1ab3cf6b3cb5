import { type ChildProcess, fork, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Job, Outcome } from "./loads/job.ts";

/** A server of the benchmark, in its own process. */
export interface Server {
  readonly pid: number;
  readonly port: number;
  readonly tlsPort: number;
  /** What else it said when it was ready. */
  readonly said: Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
}

const startPatienceMs = 60_000;

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once("exit", () => resolve()));

const killAfterMs = 5_000;

export const stop = async (child: ChildProcess): Promise<void> => {
  child.kill("SIGTERM");
  const hard = setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  await ended(child);
  clearTimeout(hard);
};

const within = async <T>(what: string, ms: number, promise: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms / 1_000} s`)), ms);
  });
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

const children = new Set<ChildProcess>();
const keep = <Child extends ChildProcess>(child: Child): Child => {
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
};

/** Ends whatever is still running, at once. */
export const endAll = (): void => {
  for (const child of children) child.kill("SIGKILL");
};

/** Starts a program that says in one line of JSON on its standard output where it listens. */
export const startServer = async (
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Server> => {
  const child = keep(
    spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] }),
  );
  const line = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${program} ended with code ${code} before it was ready`)));
  });
  const said = JSON.parse(await within(program, startPatienceMs, line)) as Record<string, unknown>;
  child.stdout.resume();
  return {
    pid: child.pid ?? 0,
    port: Number(said["port"]),
    tlsPort: Number(said["tlsPort"]),
    said,
    stop: () => stop(child),
  };
};

/** Starts a program that says nothing here; ready when `isReady`, asked every few milliseconds, says so. */
export const startUntil = async (
  program: string,
  args: readonly string[],
  isReady: () => boolean | Promise<boolean>,
  { pauseMs = 2, isQuiet = false }: { readonly pauseMs?: number; readonly isQuiet?: boolean } = {},
): Promise<{ readonly pid: number; stop(): Promise<void> }> => {
  const child = keep(spawn(program, args, { stdio: ["ignore", "ignore", isQuiet ? "ignore" : "inherit"] }));
  let failed: Error | undefined;
  child.once("error", (error) => {
    failed = error;
  });
  child.once("exit", (code) => {
    failed ??= new Error(`${program} ended with code ${code} before it was ready`);
  });
  const until = performance.now() + startPatienceMs;
  while (!(await isReady())) {
    if (failed !== undefined) throw failed;
    if (performance.now() > until)
      throw new Error(`${program} was not ready after ${startPatienceMs / 1_000} s`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return { pid: child.pid ?? 0, stop: () => stop(child) };
};

const generatorFile = fileURLToPath(new URL("generator.ts", import.meta.url));

const jobPatienceMs = 180_000;

/** A load generator. Kept for a whole case, so that it is as warm for the last target as for the first. */
export class Generator {
  readonly #child: ChildProcess;

  constructor() {
    const loader = process.features.typescript ? [] : ["--import", "tsx"];
    this.#child = keep(
      fork(generatorFile, { execArgv: ["--disable-warning=ExperimentalWarning", ...loader] }),
    );
  }

  run(job: Job): Promise<Outcome> {
    const answer = new Promise<Outcome>((resolve, reject) => {
      const over = (code: number | null): void => reject(new Error(`the generator ended with code ${code}`));
      this.#child.once("exit", over);
      this.#child.once("message", (message: { outcome?: Outcome; failed?: string }) => {
        this.#child.off("exit", over);
        if (message.outcome === undefined) reject(new Error(message.failed ?? "the generator failed"));
        else resolve(message.outcome);
      });
    });
    this.#child.send(job);
    return within(`the load "${job.load}"`, jobPatienceMs, answer);
  }

  async close(): Promise<void> {
    await stop(this.#child);
  }
}
