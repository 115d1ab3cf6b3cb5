import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { HubProcess, scratch } from "../support/hub-process.ts";
import { MosquittoSubscriber, mosquittoPublish } from "../support/mosquitto-clients.ts";
import { MosquittoServer } from "../support/mosquitto-server.ts";
import { requireProgram } from "../support/programs.ts";

// A bundled CommonJS library answers a late `import` otherwise than in Node: what is loaded late is tried as it ships.

test("the hub as it ships joins the owner's own broker", { timeout: 120_000 }, async () => {
  requireProgram("mosquitto_sub");
  requireProgram("mosquitto_pub");
  using folder = scratch();
  const passwordFile = join(folder.path, "password");
  writeFileSync(passwordFile, "secret\n");
  const mosquitto = new MosquittoServer();
  try {
    await mosquitto.start({ hub: "secret", guest: "other" });
    const url = `mqtt://127.0.0.1:${mosquitto.port}`;
    const home = ["--bulbs", "2", "--sensors", "0", "--home-assistant"];
    const broker = ["--broker", url, "--broker-user", "hub", "--broker-password-file", passwordFile];
    await using hub = await HubProcess.start(folder.path, ...home, ...broker);
    const guest = { url, username: "guest", password: "other", base: "lampkeeper" };
    const [lamp = ""] = hub.ready.lamps;
    using announced = new MosquittoSubscriber(guest, `homeassistant/device/${lamp}/config`);
    using states = new MosquittoSubscriber(guest, `lampkeeper/${lamp}`);
    expect(JSON.parse((await announced.until(() => true)).payload)).toHaveProperty("cmps");
    await states.until(({ payload }) => payload.includes('"OFF"'));
    await mosquittoPublish(guest, `lampkeeper/${lamp}/set`, "ON");
    await states.until(({ payload }) => payload.includes('"ON"'));
  } finally {
    await mosquitto.close();
  }
});

test("the command line as it ships plays a scenario with MQTT in it, and says nothing else", {
  timeout: 120_000,
}, () => {
  const command = ["scripts/launch.mjs", "scenario", "run", "docs/scenarios/mqtt.yaml"];
  const said = execFileSync("sh", ["-c", '"$0" "$@" 2>&1', process.execPath, ...command], {
    encoding: "utf8",
  });
  expect(said).toBe("passed  Sensors are heard and lamps are told over MQTT (5 steps)\n");
});

const dist = join(import.meta.dirname, "../../dist");

/** A file of the bundle with all it imports at once. */
const loadedWith = (file: string, seen = new Set<string>()): ReadonlySet<string> => {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, "utf8");
  for (const [, name = ""] of text.matchAll(/(?:from|import)"(\.\/[\w-]+\.js)"/g)) {
    loadedWith(join(file, "..", name), seen);
  }
  return seen;
};

test("what a start loads is ASCII: with any other letter V8 keeps a whole file in twice the room, and reads it slower", () => {
  const [, run = ""] =
    /import\("(\.\/chunks\/run-\w+\.js)"\)/.exec(readFileSync(join(dist, "hub.js"), "utf8")) ?? [];
  const files = [...loadedWith(join(dist, run))];
  expect(files.length).toBeGreaterThan(3);
  const others = files.filter((file) => readFileSync(file).some((byte) => byte > 0x7f));
  expect(others).toEqual([]);
});
