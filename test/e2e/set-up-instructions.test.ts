import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, watch, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { scratch } from "../support/hub-process.ts";
import { proves } from "../support/proves.ts";
import { authenticator } from "../support/signing-in.ts";

/** Somebody who knows nothing but what is printed, at a shell in an empty folder. */
class Shell {
  readonly #folder: string;
  #hub: ChildProcess | undefined;
  #hubSaid = "";
  #url = "";
  #uri = "";

  constructor(folder: string) {
    this.#folder = folder;
    const launcher = resolve("scripts/launch.mjs");
    const command = join(folder, "lampkeeper");
    writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${launcher}" "$@"\n`);
    chmodSync(command, 0o700);
  }

  /** Types one line as it stands. @returns what it printed */
  async type(line: string): Promise<string> {
    if (/^lampkeeper serve /.test(line)) return await this.#started(line);
    const said = spawnSync("sh", ["-c", line.replaceAll("URL", this.#url)], {
      ...this.#place(),
      encoding: "utf8",
      // Only the code of the authenticator is asked for.
      input: this.#uri === "" ? "" : `${authenticator(this.#uri)(Date.now())}\n`,
    });
    expect([line, said.status, said.stderr]).toEqual([line, 0, said.stderr]);
    this.#uri = /otpauth:\S+/.exec(said.stdout)?.[0] ?? this.#uri;
    return said.stdout;
  }

  async close(): Promise<void> {
    const hub = this.#hub;
    if (hub?.pid === undefined) return;
    const ended = new Promise((done) => hub.once("exit", done));
    process.kill(hub.pid, "SIGTERM");
    await ended;
  }

  #place() {
    return { cwd: this.#folder, env: { PATH: `${this.#folder}:${process.env["PATH"]}`, HOME: this.#folder } };
  }

  /** The terminal that it keeps is this one's; `exec` makes it the shell's own process, to be ended at the end. */
  async #started(line: string): Promise<string> {
    const hub = spawn("sh", ["-c", `exec ${line}`], { ...this.#place(), stdio: ["ignore", "pipe", "pipe"] });
    this.#hub = hub;
    for (const stream of [hub.stdout, hub.stderr]) stream.on("data", (chunk) => (this.#hubSaid += chunk));
    const readyFile = join(this.#folder, "ready.json");
    const ready = new Promise<void>((done, fail) => {
      const watcher = watch(this.#folder, () => {
        if (!existsSync(readyFile) || !/app +http/.test(this.#hubSaid)) return;
        watcher.close();
        done();
      });
      hub.stdout.on("data", () => existsSync(readyFile) && /app +http/.test(this.#hubSaid) && done());
      hub.once("exit", () => fail(new Error(`the hub ended: ${this.#hubSaid}`)));
    });
    await ready;
    this.#url = /app +(http\S+)/.exec(this.#hubSaid)?.[1] ?? "";
    return this.#hubSaid;
  }
}

const lines = (text: string): readonly string[] =>
  text.split("\n").flatMap((line) => /^ +\$ (.+)$/.exec(line)?.[1] ?? []);

/** What of a check-up this machine owes, and not the home on it. */
const ofTheMachine = /^\w+ +What is in memory may be written to the disk\.\n.*swapoff.*\n?/m;

test(`a home that is set up as printed has no weak point, and one that is half set up has ${proves("EN303645:5.12-2", "IR8425:Education")}`, {
  timeout: 240_000,
}, async () => {
  using folder = scratch();
  const shell = new Shell(folder.path);
  try {
    const printed = await shell.type("lampkeeper setup instructions");
    expect(printed).toBe(readFileSync("docs/set-up-instructions.txt", "utf8"));
    const steps = lines(printed);
    expect(steps).toHaveLength(10);
    const said: string[] = [];
    for (const step of steps) {
      if (/totp on/.test(step)) {
        const early = await shell.type("lampkeeper privacy checkup --hub URL --token-file me.token");
        expect(early).toContain("An owner signs in with a password alone.");
      }
      said.push(await shell.type(step));
    }
    const checked = (said.at(-2) ?? "").replace(ofTheMachine, "").trim();
    expect(["", "no weak point that is known here"]).toContain(checked);
    for (const secret of ["passphrase.txt", "me.token"])
      expect([secret, existsSync(join(folder.path, secret))]).toEqual([secret, true]);
  } finally {
    await shell.close();
  }
});
