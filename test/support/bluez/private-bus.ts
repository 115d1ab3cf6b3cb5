import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { requireProgram } from "../programs.ts";

/** A bus of its own, as the system's is one. */
export class PrivateBus {
  readonly address: string;
  readonly #stop: () => Promise<void>;

  private constructor(address: string, stop: () => Promise<void>) {
    this.address = address;
    this.#stop = stop;
  }

  static async start(): Promise<PrivateBus> {
    const words = ["--session", "--nofork", "--nosyslog", "--print-address=1"];
    const child = spawn(requireProgram("dbus-daemon"), words, { stdio: ["ignore", "pipe", "ignore"] });
    const [address] = (await once(createInterface(child.stdout), "line")) as [string];
    return new PrivateBus(address, async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill();
      await ended;
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stop();
  }
}
