import { mkdtempSync, readFileSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { CliError } from "../cli-error.ts";
import { proofPart, WalledHome } from "./walled-home.ts";

/** What came of it. */
export interface LocalProof {
  readonly days: number;
  /** What the home was seen to do in these days, so that its silence is not that of a home that stood still. */
  readonly evenings: number;
  /** Before the hub ran, one call by name and one by address were made from the same place: both were seen and answered. */
  readonly control: { readonly lookUps: number; readonly packets: number };
  /** While the hub ran. Frames of any kind that left the home. */
  readonly packets: number;
  readonly lookUps: readonly string[];
  readonly ipv6: number;
  readonly ledgerLines: number;
  readonly silent: boolean;
}

export interface ProofOptions {
  readonly days: number;
  /** Command line of the hub: program, then words. */
  readonly hub: readonly string[];
  /** Where a capture of everything on the cable goes; absent: it is counted only. */
  readonly capture: string | undefined;
  readonly onDay: (day: number) => void;
  readonly signal: AbortSignal;
}

type Line = Readonly<Record<string, unknown>>;
type Part = ReturnType<WalledHome["inHome"]>;

/** Runs a whole hub at one end of a cable and counts what arrives at the other. @throws CliError */
export const proveLocal = async (options: ProofOptions): Promise<LocalProof> => {
  const folder = mkdtempSync(join(tmpdir(), "lampkeeper-proof-"));
  let walled: WalledHome | undefined;
  try {
    walled = await WalledHome.open(folder);
    return await watched(walled, folder, options);
  } finally {
    walled?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
};

const watched = async (walled: WalledHome, folder: string, options: ProofOptions): Promise<LocalProof> => {
  const witness = new Witness(walled.inWorld(process.execPath, ["--no-warnings", proofPart(), "world"]));
  await witness.ready();
  const capture = options.capture === undefined ? undefined : await capturing(walled, options.capture);
  const control = await controlled(walled, witness);
  const before = await witness.packets();
  const seen = witness.lookUps.length;
  const lived = await livedThrough(walled, folder, options);
  const packets = (await witness.packets()) - before;
  const lookUps = witness.lookUps.slice(seen);
  await capture?.();
  const { evenings, ledgerLines, stranded } = lived;
  return {
    days: options.days,
    evenings: Number(evenings),
    control,
    packets,
    lookUps,
    ipv6: Number(stranded),
    ledgerLines: Number(ledgerLines),
    silent: packets === 0 && lookUps.length === 0 && stranded === 0,
  };
};

/** Shows that whatever leaves would be seen, and would be answered. @throws CliError it would not */
const controlled = async (walled: WalledHome, witness: Witness): Promise<LocalProof["control"]> => {
  const before = await witness.packets();
  const name = `control-${Math.random().toString(36).slice(2)}.example`;
  const part = walled.inHome(process.execPath, ["--no-warnings", proofPart(), "control", name], bare());
  const [said] = await linesOf(part);
  const packets = (await witness.packets()) - before;
  const lookUps = witness.lookUps.filter((each) => each.toLowerCase() === name).length;
  if (said?.["answer"] !== "yes" || said["stranded"] === 0 || lookUps === 0 || packets === 0)
    throw new CliError(
      "assertionFailed",
      "control_unseen",
      "a call that was made on purpose was not seen: silence would mean nothing",
    );
  return { lookUps, packets };
};

/** Without what a caller has told Node to load: the control is nobody's but ours. */
const bare = (): NodeJS.ProcessEnv => {
  const { NODE_OPTIONS: _options, ...rest } = process.env;
  return rest;
};

const livedThrough = async (
  walled: WalledHome,
  folder: string,
  { days, hub, onDay, signal }: ProofOptions,
): Promise<Line> => {
  const file = join(folder, "ready.json");
  const [program = "", ...words] = hub;
  const process_ = walled.inHome(program, [...words, "--data", join(folder, "data"), "--ready-file", file]);
  let said = "";
  for (const stream of [process_.stdout, process_.stderr])
    stream.on("data", (bytes) => {
      said = `${said}${bytes}`.slice(-2_000);
    });
  const ended = new Promise<void>((done) => process_.once("exit", () => done()));
  const stop = () => void process_.kill("SIGTERM");
  signal.addEventListener("abort", stop);
  try {
    const { api } = await readyFile(folder, file, ended, () => said);
    const part = walled.inHome(
      process.execPath,
      ["--no-warnings", proofPart(), "life", api.url, `${days}`],
      bare(),
    );
    part.stdin.write(`${api.token}\n`);
    const lines = await linesOf(part, ({ day }) => {
      if (typeof day === "number") onDay(day);
    });
    const lived = lines.at(-1);
    if (lived?.["livedDays"] === undefined || Number(lived["livedDays"]) < days)
      throw new CliError("assertionFailed", "not_lived", `the home did not live through its days: ${said}`);
    return lived;
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
    await ended;
  }
};

interface Ready {
  readonly api: { readonly url: string; readonly token: string };
}

const readyFile = async (
  folder: string,
  file: string,
  ended: Promise<void>,
  said: () => string,
): Promise<Ready> => {
  const watcher = watch(folder);
  const read = (): Ready | undefined => {
    try {
      return JSON.parse(readFileSync(file, "utf8"));
    } catch {
      return undefined;
    }
  };
  try {
    return await new Promise<Ready>((done, fail) => {
      const look = () => {
        const ready = read();
        if (ready !== undefined) done(ready);
      };
      watcher.on("change", look);
      look();
      void ended.then(() =>
        fail(new CliError("refused", "hub_not_ready", `the hub ended before it was ready: ${said()}`)),
      );
    });
  } finally {
    watcher.close();
  }
};

/** Everything a part says until it ends. */
const linesOf = async (part: Part, hear: (line: Line) => void = () => {}): Promise<readonly Line[]> => {
  const lines: Line[] = [];
  let failure = "";
  part.stderr.on("data", (bytes) => {
    failure += bytes;
  });
  for await (const text of createInterface({ input: part.stdout })) {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    hear(line);
  }
  if (failure !== "") throw new CliError("assertionFailed", "proof_broke_off", failure.trim());
  return lines;
};

/** Whoever stands at the far end of the cable. */
class Witness {
  readonly lookUps: string[] = [];
  readonly #part: Part;
  readonly #waiting: ((line: Line) => void)[] = [];
  #failure = "";

  constructor(part: Part) {
    this.#part = part;
    part.stderr.on("data", (bytes) => {
      this.#failure += bytes;
    });
    createInterface({ input: part.stdout }).on("line", (text) => {
      const line = JSON.parse(text) as Line;
      if (line["seen"] === "look-up") this.lookUps.push(`${line["name"]}`);
      if (line["seen"] === undefined) this.#waiting.shift()?.(line);
    });
  }

  async ready(): Promise<void> {
    await this.#next();
  }

  /** Frames that have arrived, once no more do. */
  async packets(): Promise<number> {
    for (let last = -1; ; ) {
      this.#part.stdin.write("count\n");
      const { packets } = await this.#next();
      if (packets === last) return last;
      last = Number(packets);
      await pause(quietMs);
    }
  }

  #next(): Promise<Line> {
    return new Promise((done, fail) => {
      this.#waiting.push(done);
      this.#part.once("exit", () =>
        fail(new CliError("assertionFailed", "proof_broke_off", this.#failure.trim())),
      );
    });
  }
}

/** Longer than a packet takes over a cable inside one machine, and than the kernel waits before it repeats one. */
const quietMs = 1_500;

/** @returns ends it @throws CliError */
const capturing = async (walled: WalledHome, file: string): Promise<() => Promise<void>> => {
  const part = walled.inWorld("tshark", ["-q", "-i", "cable", "-w", file]);
  await new Promise<void>((done, fail) => {
    let said = "";
    part.stderr.on("data", (bytes) => {
      said += bytes;
      if (/Capturing on/.test(said)) done();
    });
    part.once("exit", () =>
      fail(
        new CliError(
          "hardwareMissing",
          "cannot_capture",
          said.trim() || "tshark is missing",
          "install tshark",
        ),
      ),
    );
  });
  const ended = new Promise<void>((done) => part.once("exit", () => done()));
  return async () => {
    part.kill("SIGINT");
    await ended;
  };
};
