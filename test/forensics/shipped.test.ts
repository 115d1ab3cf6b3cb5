import { existsSync, mkdirSync, readFileSync, rmSync, watch } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { HubClient } from "../../app-sim/client/hub-client.ts";
import { CanarySearch } from "../../app-sim/verify/canary-search.ts";
import type { Ready } from "../support/hub-process.ts";
import { requireProgram } from "../support/programs.ts";
import { proves } from "../support/proves.ts";
import { lampkeeper } from "../support/refused-start.ts";
import { drawCanaries } from "./support/canaries.ts";
import { fastFolder } from "./support/fast-folder.ts";
import { traced } from "./support/traced.ts";
import { WriteWatch } from "./support/write-watch.ts";

/** The process as it is shipped, with its launcher, bundle and sockets, watched as the driven one is. */

beforeAll(() => {
  requireProgram("strace");
  // What is out of date is built here, and not while somebody watches.
  expect(lampkeeper("--version").code).toBe(0);
}, 300_000);

const appears = (folder: string, file: string): Promise<void> =>
  new Promise((done) => {
    const watcher = watch(folder, () => {
      if (!existsSync(file)) return;
      watcher.close();
      done();
    });
  });

test(`the shipped process writes nothing readable, and nothing outside its data folder but what V8 compiled ${proves("M1", "ISVS:1.3.14")}`, {
  timeout: 120_000,
}, async () => {
  const root = fastFolder();
  const [folder, readyFile] = [join(root, "data"), join(root, "data", "ready.json")];
  mkdirSync(folder);
  const watched = new WriteWatch(folder);
  const ports = ["--app-port", "0", "--mqtt-port", "0", "--headless"];
  const home = ["--bulbs", "2", "--sensors", "0", "--people", "0", "--log-level", "debug"];
  const isReady = appears(folder, readyFile);
  const ended = traced(resolve("scripts/launch.mjs"), ["sim", "--data", folder, ...ports, ...home], (call) =>
    watched.see(call),
  );
  await isReady;
  const { api, pid } = JSON.parse(readFileSync(readyFile, "utf8")) as Ready;
  const hub = new HubClient(api);
  const names = drawCanaries(2).flatMap(({ kind, text }) => (kind === "room" ? [text] : []));
  for (const name of names) await hub.call("addRoom", { body: { name } });
  const { data } = await hub.call("listRooms");
  expect(data.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  const issued = await hub.call("addToken", { body: { name: names[0] ?? "", role: "resident" } });
  process.kill(pid, "SIGTERM");
  const { code, log, unread } = await ended;
  rmSync(root, { recursive: true });
  const search = new CanarySearch([...names, issued.mqtt.password]);
  expect([...search.inPieces([...watched.written.map(({ bytes }) => bytes), log])]).toEqual([]);
  expect(search.in(Buffer.from([...watched.names].join("\n")))).toEqual([]);
  const compiled = resolve("dist");
  expect([...watched.outside].filter((path) => !path.startsWith(`${compiled}/`))).toEqual([]);
  expect({ code, unread, unseen: [...watched.unseen] }).toEqual({ code: 0, unread: 0, unseen: [] });
});
