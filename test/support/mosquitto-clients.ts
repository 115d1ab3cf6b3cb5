import { type ChildProcess, execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import type { Ready } from "./hub-process.ts";

const run = promisify(execFile);

const loginOf = (mqtt: Ready["mqtt"]): string[] => {
  const url = new URL(mqtt.url);
  return ["-h", url.hostname, "-p", url.port, "-u", mqtt.username, "-P", mqtt.password];
};

/** `mosquitto_pub`, a client that shares no code with us. Rejects when it is refused. */
export const mosquittoPublish = async (
  mqtt: Ready["mqtt"],
  topic: string,
  payload: string,
): Promise<void> => {
  await run("mosquitto_pub", [...loginOf(mqtt), "-q", "1", "-t", topic, "-m", payload]);
};

interface Heard {
  readonly topic: string;
  readonly payload: string;
}

/** `mosquitto_sub` on one filter, and what it has heard. */
export class MosquittoSubscriber {
  readonly heard: Heard[] = [];
  readonly #child: ChildProcess;
  readonly #wanted = new Set<() => void>();
  readonly exit: Promise<number | null>;
  #rest = "";

  constructor(mqtt: Ready["mqtt"], filter: string, ...more: readonly string[]) {
    this.#child = spawn(
      "mosquitto_sub",
      [...loginOf(mqtt), "-q", "1", "-t", filter, "-F", "%t %p", ...more],
      {
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    this.#child.stdout?.on("data", (chunk) => this.#take(String(chunk)));
    this.exit = new Promise((done) => this.#child.once("exit", done));
  }

  /** Resolves with the newest message that satisfies `wanted`, now or when it comes. */
  until(wanted: (message: Heard) => boolean): Promise<Heard> {
    return new Promise((done) => {
      const look = () => {
        const found = this.heard.findLast(wanted);
        if (found === undefined) return;
        this.#wanted.delete(look);
        done(found);
      };
      this.#wanted.add(look);
      look();
    });
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }

  #take(chunk: string): void {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const space = line.indexOf(" ");
      this.heard.push({ topic: line.slice(0, space), payload: line.slice(space + 1) });
    }
    for (const look of this.#wanted) look();
  }
}
