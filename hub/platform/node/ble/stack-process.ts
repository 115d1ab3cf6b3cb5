import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { opening } from "../socket-openers.ts";
import { readStackReport, type StackOrder, type StackReport } from "./stack-messages.ts";

/** Far above what noble needs; a table that grows for ever ends this process and not the machine. */
const mostHeap = "--max-old-space-size=128";

/** Beside this file in a source tree; beside the hub, or above its chunks, in a bundle. */
const entry = (): string => {
  const here = dirname(fileURLToPath(import.meta.url));
  const places = ["stack-main.ts", "ble-stack.js", "../ble-stack.js"].map((place) => join(here, place));
  return places.find((place) => existsSync(place)) ?? join(here, "ble-stack.js");
};

/** The other process, as the hub holds it. */
export class StackProcess {
  /** Settles once, with nothing to tell. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;

  constructor(onReport: (report: StackReport) => void) {
    const file = entry();
    this.#child = opening("bluetooth-stack", () =>
      fork(file, [], {
        serialization: "advanced",
        // Only what a program needs to run: nothing of the hub's environment is for one that listens to strangers.
        env: { PATH: process.env["PATH"] },
        execArgv: [mostHeap, ...(file.endsWith(".ts") ? ["--experimental-strip-types"] : [])],
        // noble talks to the console, of addresses too.
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      }),
    );
    // Neither keeps the hub from ending, and it ends with the hub.
    this.#child.unref();
    this.#child.channel?.unref();
    this.#child.on("message", (message) => {
      const report = readStackReport(message);
      if (report !== undefined) onReport(report);
    });
    this.ended = new Promise((resolve) => {
      this.#child.once("exit", () => resolve());
      // It could not be started at all.
      this.#child.once("error", () => resolve());
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(order: StackOrder): void {
    // Gone meanwhile: `ended` tells.
    if (this.#child.connected) this.#child.send(order, () => {});
  }

  /** At once: there is nothing to be kept. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }
}
