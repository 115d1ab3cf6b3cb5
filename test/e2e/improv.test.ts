import { spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { holds } from "../support/encodings.ts";
import { HubProcess, scratch } from "../support/hub-process.ts";
import { copiesInMemory } from "../support/process-memory.ts";
import { proves } from "../support/proves.ts";

/** A simulated home as it ships, and somebody at a terminal who presses its button and takes a phone. */

const canary = { ssid: "Canary Lane 4712", password: "canary-password-0816" };
const bytes = Uint8Array.of(
  canary.ssid.length,
  ...Buffer.from(canary.ssid),
  canary.password.length,
  ...Buffer.from(canary.password),
);

const filesIn = (folder: string): Buffer =>
  Buffer.concat(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name))),
  );

test(`press, tell by phone, and the hub is in: neither name nor password is anywhere in clear ${proves("U12", "EN303645:5.5-6")}`, {
  timeout: 120_000,
}, async () => {
  using folder = scratch();
  await using hub = await HubProcess.start(
    folder.path,
    ...["--bulbs", "1", "--sensors", "0", "--speed", "10", "--log-level", "debug"],
  );
  await hub.send("PUT", "/sim/access-point", bytes);
  const said: string[] = [];
  const typed = async (...words: readonly string[]) => {
    const { readyFile } = hub;
    const program = spawn(process.execPath, [
      ...["scripts/launch.mjs", ...words, "--json", "--ready-file", readyFile],
    ]);
    let output = "";
    program.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    program.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    await new Promise((done) => program.once("close", done));
    said.push(output);
    return JSON.parse(output);
  };
  const file = (name: string, text: string): string => {
    const path = join(folder.path, name);
    writeFileSync(path, text);
    return path;
  };
  const tell = (password: string) =>
    typed(
      "wifi",
      "phone",
      "--ssid-file",
      file("name", canary.ssid),
      "--password-file",
      file("word", password),
    );

  expect((await tell(canary.password)).data).toEqual({ outcome: "no-hub", states: [] });
  expect((await typed("panel", "press", "--seconds", "1")).data).toMatchObject({ signal: "set-up" });
  expect((await tell("another-password")).data).toMatchObject({ outcome: "cannot-connect" });
  expect((await hub.api("GET", "/wifi")).body).toMatchObject({ set: false });
  expect((await tell(canary.password)).data).toMatchObject({ outcome: "provisioned" });
  expect((await hub.api("GET", "/wifi")).body).toMatchObject({ set: true, link: "joined" });
  expect((await hub.api("GET", "/sim/access-point")).body).toMatchObject({ stations: 1 });

  await expect
    .poll(() => copiesInMemory(hub.ready.pid, Buffer.from(canary.password)), { timeout: 20_000 })
    .toBe(0);
  await hub.stop();
  const everything = [filesIn(join(folder.path, "data")), Buffer.from([hub.output, ...said].join("\n"))];
  for (const where of everything)
    for (const secret of Object.values(canary)) expect(holds(where, secret)).toBe(false);
  expect(hub.output).toContain("improv.tried");
});
