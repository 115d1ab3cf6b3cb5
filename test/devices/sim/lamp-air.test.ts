import { expect, test } from "vitest";
import { FadeLoop } from "../../../devices/sim/behaviours/fade.ts";
import { LampFirmwares } from "../../../devices/sim/behaviours/firmware.ts";
import { FlashLoop } from "../../../devices/sim/behaviours/flash.ts";
import { lampModels } from "../../../devices/sim/models/lamps.ts";
import { LampAir } from "../../../devices/sim/provisioning/lamp-air.ts";
import { SimLamp } from "../../../devices/sim/sim-lamp.ts";
import type { DeviceTransport } from "../../../devices/sim/transport.ts";
import { Instant } from "../../../hub/domain/units.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";

const silent: DeviceTransport = {
  open: () => undefined,
  resubscribe: () => undefined,
  publish: () => undefined,
  close: () => undefined,
};

const lampOf = (model: string, address: string): SimLamp => {
  const clock = new VirtualClock(Instant(0));
  const world = {
    clock,
    random: new SeededRandom(1),
    fades: new FadeLoop(clock),
    flashes: new FlashLoop(clock),
    firmwares: new LampFirmwares(clock),
  };
  const found = lampModels.get(model);
  if (found === undefined) throw new TypeError("there is no such product");
  return new SimLamp(world, address, found, silent);
};
const airOf = (seed: number): LampAir =>
  new LampAir(new SeededEntropy(new SeededRandom(seed)), new SeededRandom(seed), () => ({
    join: async () => "joined",
  }));

const hello = Buffer.concat([Buffer.of(1, 1), Buffer.alloc(32, 9)]);
const noise = Buffer.concat([Buffer.of(1, 3), Buffer.alloc(160)]);

test("each lamp of ours has a label of its own, the same in every run", () => {
  const [air, again] = [airOf(1), airOf(1)];
  const lamps = ["sim-lamp-0", "sim-lamp-1"].map((address) => lampOf("lampkeeper/color-bulb", address));
  for (const lamp of lamps) {
    air.add(lamp);
    again.add(lamp);
  }
  const labels = lamps.map(({ address }) => air.labelOf(address));
  expect(labels).toEqual(lamps.map(({ address }) => again.labelOf(address)));
  expect(new Set(labels).size).toBe(2);
  for (const label of labels) expect(label).toMatch(/^(?:[A-Z2-7]{4}-){4}[A-Z2-7]{4}$/);
});

test("a lamp of another make, an unknown one and one without mains say nothing", async () => {
  const air = airOf(1);
  const [ours, other] = [lampOf("lampkeeper/color-bulb", "a"), lampOf("tasmota/dimmer", "b")];
  air.add(ours);
  air.add(other);
  other.start();
  expect(await Promise.all(["a", "b", "c"].map((address) => air.exchange(address, hello)))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect([air.labelOf("b"), air.labelOf("c")]).toEqual([undefined, undefined]);
  ours.start();
  expect(await air.exchange("a", hello)).toHaveLength(66);
});

test("a lamp that has had enough listens again when its mains was gone", async () => {
  const air = airOf(1);
  const lamp = lampOf("lampkeeper/color-bulb", "a");
  air.add(lamp);
  lamp.start();
  for (let attempt = 0; attempt < 5; attempt++) {
    await air.exchange("a", hello);
    await air.exchange("a", noise);
  }
  expect(await air.exchange("a", hello)).toBeUndefined();
  lamp.unplug();
  lamp.plugIn();
  expect(await air.exchange("a", hello)).toHaveLength(66);
  lamp.stop();
});
