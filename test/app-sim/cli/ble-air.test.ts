import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { FoundDevice } from "../../../app-sim/testing/bench/found-devices.ts";
import { Air } from "../../../devices/sim/air/air.ts";
import { Controller } from "../../../devices/sim/air/controller.ts";
import { MountedPeripheral } from "../../../devices/sim/air/mounted-peripheral.ts";
import { readBtsnoop } from "../../../hub/codec/ble/btsnoop.ts";
import { SystemClock } from "../../../hub/platform/node/system-clock.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { serveController } from "../../../scripts/support/hci-server.ts";
import { BleTestLamp } from "../../support/ble-test-lamp.ts";
import { typed } from "./terminal.ts";

/*
 * The bench with the radio of a machine: noble in its own process, at a simulated controller.
 */
const address = "a4:c1:38:02:83:f4";

let folder: string;
let radio: readonly string[];
let lamp: BleTestLamp;
let server: AsyncDisposable;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "lampkeeper-air-"));
  const air = new Air(new SystemClock(), new SeededRandom(1));
  const controller = new Controller(air, { address: "00:aa:01:00:00:42", type: "public" });
  lamp = new BleTestLamp(address, "open");
  await MountedPeripheral.on(air, lamp);
  const socket = join(folder, "hci");
  server = await serveController(controller, socket);
  radio = ["--radio", `hci:${socket}`];
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test("a lamp is heard, browsed and written", async () => {
  const scanned = await typed(["ble", "scan", "--seconds", "1", "--json", ...radio]);
  expect([scanned.code, scanned.stderr]).toEqual([0, ""]);
  const { data } = JSON.parse(scanned.stdout) as { data: readonly FoundDevice[] };
  expect(data).toMatchObject([{ address, connectable: true, decoded: { name: "Test" } }]);
  const written = await typed(["ble", "write", address, "fff0/fff1", "0132", ...radio]);
  expect([written.code, written.stderr]).toEqual([0, ""]);
  expect(lamp.told).toEqual(["on 50"]);
  expect((await typed(["ble", "read", address, "fff0/fff1", ...radio])).stdout).toBe("0132\n");
});

test("a capture is a file of its owner, with what the controller heard, and is not written over", async () => {
  const out = join(folder, "air.btsnoop");
  const capture = () => typed(["ble", "capture", "--out", out, "--seconds", "1", "--json", ...radio]);
  const { code, stdout } = await capture();
  expect(code).toBe(0);
  const packets = readBtsnoop(readFileSync(out)) ?? [];
  expect(packets.length).toBe((JSON.parse(stdout) as { data: { packets: number } }).data.packets);
  const advertised = Buffer.from("Test");
  expect(packets.some(({ fromController, bytes }) => fromController && bytes.includes(advertised))).toBe(
    true,
  );
  const again = await capture();
  expect([again.code, again.stderr]).toEqual([6, expect.stringContaining("exists already")]);
});
