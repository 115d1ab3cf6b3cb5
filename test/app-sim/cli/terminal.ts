import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "../../../app-sim/cli/main.ts";
import { NodeNetwork } from "../../../hub/platform/node/network.ts";
import type { Listener } from "../../../hub/ports/network.ts";
import { House } from "../../hub/api/house.ts";

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Typing {
  readonly tty?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Somebody sits there, and types this to a question. */
  readonly answer?: (question: string) => string | undefined;
}

/** A terminal beside a running hub: types command lines and keeps what they said. */
export class Terminal {
  readonly house: House;
  readonly folder: string;
  readonly readyFile: string;
  readonly url: string;
  /** Readers of events so far. */
  readonly streams: () => number;
  readonly #listener: Listener;

  private constructor(house: House, listener: Listener, streams: () => number) {
    this.house = house;
    this.streams = streams;
    this.#listener = listener;
    this.folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
    this.readyFile = join(this.folder, "ready.json");
    this.url = `http://127.0.0.1:${listener.endpoint.port}`;
    const api = { url: `${this.url}/api/v1`, token: house.owner };
    writeFileSync(this.readyFile, JSON.stringify({ schema: "lampkeeper.ready/1", api }));
  }

  static async open(options: ConstructorParameters<typeof House>[0] = {}): Promise<Terminal> {
    const house = new House(options);
    const network = new NodeNetwork();
    let streams = 0;
    const listener = await network.serve({ host: "127.0.0.1", port: 0 }, async (request) => {
      const answer = await house.api.handle(request);
      if (answer.headers["content-type"] === "text/event-stream") streams++;
      return answer;
    });
    return new Terminal(house, listener, () => streams);
  }

  async close(): Promise<void> {
    this.house.close();
    await this.#listener.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** With the hub's ready file in the environment, as a person would have it. */
  type(words: readonly string[], typing: Typing = {}): Promise<Said> {
    const environment = { LAMPKEEPER_READY_FILE: this.readyFile, ...typing.environment };
    return typed(words, { ...typing, environment });
  }

  /** The data of a `--json` document. */
  async json<Data>(...words: readonly string[]): Promise<Data> {
    const { stdout } = await this.type([...words, "--json"]);
    return (JSON.parse(stdout) as { data: Data }).data;
  }
}

/** Runs one command line in this process, in an environment of its own. */
export const typed = async (words: readonly string[], typing: Typing = {}): Promise<Said> => {
  let stdout = "";
  let stderr = "";
  const isTTY = typing.tty ?? typing.answer !== undefined;
  const code = await runCli(words, {
    stdin: { isTTY: typing.answer !== undefined },
    stdout: { isTTY, write: (text) => (stdout += text) },
    stderr: { isTTY, write: (text) => (stderr += text) },
    environment: { LAMPKEEPER_READY_FILE: join("nowhere", "ready.json"), ...typing.environment },
    signal: typing.signal ?? new AbortController().signal,
    ask: async (question) => typing.answer?.(question),
  });
  return { code, stdout, stderr };
};
