import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
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
    // Whoever has moved in may have lit it.
    for (const word of ["OFF", "ON"]) {
      await mosquittoPublish(guest, `lampkeeper/${lamp}/set`, word);
      await states.until(({ payload }) => payload.includes(`"${word}"`));
    }
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

test("what a start loads is one ASCII file: with any other letter V8 keeps a whole file in twice the room, and reads it slower", () => {
  const hub = readFileSync(join(dist, "hub.js"), "utf8");
  const named = [...hub.matchAll(/"(\.\.?\/[\w./-]+\.js)"/g)].map(([, file = ""]) => file);
  expect(named).toEqual([expect.stringMatching(/^\.\/chunks\/hub-run-\w+\.js$/)]);
  const program = readFileSync(join(dist, named[0] ?? ""));
  expect(program.length).toBeGreaterThan(1_000_000);
  expect(program.some((byte) => byte > 0x7f)).toBe(false);
});

/** A hub from a copy of the bundle that nobody else starts: until it is ready, and then its end. */
const startOnce = async (copy: string): Promise<void> => {
  const options = ["sim", "--headless", "--data", join(copy, "data"), "--app-port", "0", "--mqtt-port", "0"];
  const home = ["--bulbs", "1", "--sensors", "0"];
  const start = `(await import("./hub.js")).main(${JSON.stringify([...options, ...home])})`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", start], { cwd: copy });
  const ended = once(child, "exit");
  for await (const text of child.stdout) if (String(text).includes("is ready")) break;
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
};

test("what the first start has compiled is kept, and found by the next one", {
  timeout: 120_000,
}, async () => {
  using folder = scratch();
  const copy = folder.path;
  for (const file of ["hub.js", "chunks"]) cpSync(join(dist, file), join(copy, file), { recursive: true });
  symlinkSync(join(dist, "../node_modules"), join(copy, "node_modules"));
  const kept = () => {
    const compiled = join(copy, "compile-cache");
    return readdirSync(compiled).map((file) => [file, statSync(join(compiled, file)).ino]);
  };
  await startOnce(copy);
  const first = kept();
  expect(first).toEqual([[expect.stringMatching(/^hub-run-/), expect.any(Number)]]);
  await startOnce(copy);
  expect(kept()).toEqual(first);
});
