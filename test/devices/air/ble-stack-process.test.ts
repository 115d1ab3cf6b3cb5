import { fork } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { Controller } from "../../../devices/sim/air/controller.ts";
import { bleRepairs, bleTroubles } from "../../../hub/domain/ble-trouble.ts";
import { adapterTrouble } from "../../../hub/platform/node/ble/adapter-presence.ts";
import { NobleHci, nobleHciDefaults } from "../../../hub/platform/node/ble/noble-hci.ts";
import { readStackReport, type StackOrder } from "../../../hub/platform/node/ble/stack-messages.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { serveController } from "../../../scripts/support/hci-server.ts";
import { AirLamp } from "../../support/air-lamp.ts";
import { centralAddress, newAir } from "../../support/noble-on-air.ts";

const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "lampkeeper-stack-"));
  folders.push(folder);
  return folder;
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test("the process of the stack is in the bundle, and works there", async () => {
  const socket = join(newFolder(), "hci");
  const controller = new Controller(newAir(), centralAddress);
  await using _server = await serveController(controller, socket);
  const bundled = fileURLToPath(new URL("../../../dist/ble-stack.js", import.meta.url));
  const child = fork(bundled, [], {
    serialization: "advanced",
    env: {},
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const first = new Promise((resolve) => child.once("message", resolve));
  const start: StackOrder = {
    kind: "start",
    adapter: { socket },
    patience: nobleHciDefaults.patience,
    isCaptured: false,
  };
  child.send(start);
  expect(readStackReport(await first)).toEqual({ kind: "on" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  // As when the hub is gone.
  child.disconnect();
  await ended;
});

test("what the kernel shows of adapters and their switches", () => {
  const root = newFolder();
  const bluetooth = join(root, "bluetooth");
  expect(adapterTrouble(0, bluetooth)).toBe("no-support");
  mkdirSync(bluetooth);
  expect(adapterTrouble(0, bluetooth)).toBe("no-adapter");
  const kill = join(bluetooth, "hci0", "rfkill3");
  mkdirSync(kill, { recursive: true });
  expect(adapterTrouble(0, bluetooth)).toBe(undefined);
  writeFileSync(join(kill, "soft"), "1\n");
  expect(adapterTrouble(0, bluetooth)).toBe("blocked");
  writeFileSync(join(kill, "hard"), "1\n");
  expect(adapterTrouble(0, bluetooth)).toBe("switched-off");
  expect(adapterTrouble(1, bluetooth)).toBe("no-adapter");
});

test("every trouble has its repair", () => {
  for (const trouble of bleTroubles) expect(bleRepairs[trouble].repair).not.toBe("");
});

test("no adapter at this place: absent, said at once, and asked of again with pauses", async () => {
  const air = newAir();
  const central = new NobleHci(air.clock, new SeededRandom(1), {
    ...nobleHciDefaults,
    adapter: { socket: join(newFolder(), "nothing") },
  });
  expect(central.state()).toBe("off");
  await expect(central.connect(new AirLamp(), { bond: "never" })).rejects.toMatchObject({
    context: { reason: "no-radio" },
  });
  expect(central.state()).toBe("absent");
  expect(central.trouble()).toBe("no-adapter");
  // In the pause after a failure nothing is started for the sake of one more call.
  await expect(central.connect(new AirLamp(), { bond: "never" })).rejects.toMatchObject({
    context: { reason: "no-radio" },
  });
  expect(central.pid).toBe(undefined);
  await central.close();
});

test("a message of the stack's process is one of those it may send, or none", () => {
  expect(readStackReport({ kind: "trouble", trouble: "taken" })).toEqual({
    kind: "trouble",
    trouble: "taken",
  });
  expect(readStackReport({ kind: "answer", id: 1, result: null })).toBeDefined();
  for (const message of [
    { kind: "trouble", trouble: "bored" },
    { kind: "answer", id: "1", result: null },
    { kind: "answer", id: 1, result: { value: [1] } },
    { kind: "ended", link: 1, reason: "whim" },
    { kind: "heard", heard: [{ address: "a" }] },
    { kind: "toString" },
    { kind: "failure", id: 1, failure: { message: "a", reason: "b", att: "c" } },
  ]) {
    expect(readStackReport(message)).toBe(undefined);
  }
  fc.assert(
    fc.property(fc.anything(), (message) => {
      expect(readStackReport(message)).toBe(undefined);
    }),
  );
});
