import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Instant, Millis } from "../../../../hub/domain/units.ts";
import { GpioPanel } from "../../../../hub/platform/node/gpio-panel.ts";
import { VirtualClock } from "../../../../hub/platform/sim/virtual-clock.ts";
import { scratch } from "../../../support/hub-process.ts";

/** As the kernel writes it on 64 bits: time, type, code, value. KEY_RESTART is 408, EV_SYN 0. */
const inputEvent = (type: number, value: number, code = 408): Buffer => {
  const event = Buffer.alloc(24);
  event.writeBigInt64LE(1_700_000_000n, 0);
  event.writeBigInt64LE(123_456n, 8);
  event.writeUInt16LE(type, 16);
  event.writeUInt16LE(code, 18);
  event.writeInt32LE(value, 20);
  return event;
};
const sync = inputEvent(0, 0, 0);

const ledIn = (folder: string): string => {
  const led = join(folder, "ACT");
  mkdirSync(led);
  writeFileSync(join(led, "max_brightness"), "255\n");
  writeFileSync(join(led, "trigger"), "none [mmc0] timer\n");
  writeFileSync(join(led, "brightness"), "7\n");
  return led;
};

test("the button's records are read as they come, also in pieces", async () => {
  using folder = scratch();
  const device = join(folder.path, "event0");
  execFileSync("mkfifo", [device]);
  const clock = new VirtualClock(Instant(0));
  const panel = new GpioPanel(clock, { button: device });
  const kernel = openSync(device, constants.O_WRONLY);
  const heard: string[] = [];
  const end = panel.onButton((change) => heard.push(change));
  const look = () => clock.advance(Millis(60));
  try {
    await look();
    expect(heard).toEqual([]);
    const press = Buffer.concat([inputEvent(1, 1), sync]);
    writeSync(kernel, press.subarray(0, 10));
    await look();
    expect(heard).toEqual([]);
    writeSync(kernel, press.subarray(10));
    await look();
    expect(heard).toEqual(["pressed"]);
    // Held on, and something that is no key.
    writeSync(kernel, Buffer.concat([inputEvent(1, 2), sync, inputEvent(3, 1)]));
    await look();
    expect(heard).toEqual(["pressed"]);
    writeSync(kernel, Buffer.concat([inputEvent(1, 0), sync]));
    await look();
    expect(heard).toEqual(["pressed", "released"]);
    end();
    await look();
    expect(heard).toHaveLength(2);
  } finally {
    closeSync(kernel);
  }
});

test("more records than fit into one look are all read", async () => {
  using folder = scratch();
  const device = join(folder.path, "event0");
  const clock = new VirtualClock(Instant(0));
  writeFileSync(device, Buffer.concat(Array.from({ length: 1_000 }, (_, at) => inputEvent(1, (at + 1) % 2))));
  const heard: string[] = [];
  new GpioPanel(clock, { button: device }).onButton((change) => heard.push(change));
  await clock.advance(Millis(2_000));
  expect(heard).toHaveLength(1_000);
  expect(heard.slice(-2)).toEqual(["pressed", "released"]);
});

test("the light is taken from the card's activity, and lit in full", () => {
  using folder = scratch();
  const led = ledIn(folder.path);
  const panel = new GpioPanel(new VirtualClock(Instant(0)), { led });
  const shows = () => readFileSync(join(led, "brightness"), "utf8");
  expect(readFileSync(join(led, "trigger"), "utf8")).toMatch(/^none/);
  expect(shows()).toBe("0");
  panel.light(true);
  expect(shows()).toBe("255");
  panel.light(false);
  expect(shows()).toBe("0");
  rmSync(led, { recursive: true });
  // A light that is gone takes nothing else along.
  panel.light(true);
});

test("what is no button or no light is said at the start", () => {
  using folder = scratch();
  const clock = new VirtualClock(Instant(0));
  const nowhere = join(folder.path, "nowhere");
  expect(() => new GpioPanel(clock, { button: nowhere })).toThrow(/--button names no input device/);
  expect(() => new GpioPanel(clock, { led: nowhere })).toThrow(/--led names no LED/);
});
