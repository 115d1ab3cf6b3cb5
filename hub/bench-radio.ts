import { FadeLoop } from "../devices/sim/behaviours/fade.ts";
import { FlashLoop } from "../devices/sim/behaviours/flash.ts";
import { broadcasters } from "../devices/sim/ble/broadcasters.ts";
import { BleLamp } from "../devices/sim/ble/lamps/ble-lamp.ts";
import { bleLampModels } from "../devices/sim/ble/models.ts";
import type { BlePeripheral } from "../devices/sim/ble/peripheral.ts";
import { GuardedCentral } from "./ble/guarded-central.ts";
import type { CapturedPacket } from "./codec/ble/btsnoop.ts";
import { type BleTrouble, bleRepairs } from "./domain/ble-trouble.ts";
import { WorldError } from "./domain/errors.ts";
import { Instant, Millis, Seconds } from "./domain/units.ts";
import { NobleHci, nobleHciDefaults } from "./platform/node/ble/noble-hci.ts";
import { BluezCentral } from "./platform/node/bluez/bluez-central.ts";
import { keepAwake } from "./platform/node/keep-awake.ts";
import { bluezAnswers } from "./platform/node/radio-choice.ts";
import { SystemClock } from "./platform/node/system-clock.ts";
import { SystemEntropy } from "./platform/node/system-entropy.ts";
import { Ether } from "./platform/sim/ble/ether.ts";
import { VirtualCentral } from "./platform/sim/ble/virtual-central.ts";
import { MemoryLog } from "./platform/sim/memory-log.ts";
import { PacedClock } from "./platform/sim/paced-clock.ts";
import { SeededRandom } from "./platform/sim/seeded-random.ts";
import { VirtualClock } from "./platform/sim/virtual-clock.ts";
import type { BleCentral, BleSubscription } from "./ports/ble.ts";
import type { Clock } from "./ports/clock.ts";
import type { Random } from "./ports/random.ts";

/** A radio for somebody who tests lamps without a hub. */
export interface BenchRadio {
  /** `remote`: what is behind a socket nobody here can know. */
  readonly kind: "virtual" | "real" | "remote";
  /** As reports name it. */
  readonly name: string;
  /** Behind the guard that a hub has too. */
  readonly central: BleCentral;
  readonly clock: Clock;
  /** Every packet between host and controller; absent: there are none. */
  readonly capture?: (
    sink: (packet: CapturedPacket) => void,
    options: { readonly withKeys: boolean },
  ) => BleSubscription;
  /** What `work` gives; time passes meanwhile. */
  run<Result>(work: Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** The radio of this machine cannot be used. `context.trouble` says why, `context.repair` what to do about it. */
export class RadioUnusable extends WorldError {
  override readonly code = "radio_unusable";

  constructor(trouble: BleTrouble) {
    const { found, repair } = bleRepairs[trouble];
    super(`Bluetooth cannot be used: ${found}`, { trouble, repair });
  }
}

/** How time passes on a simulated radio: as fast as this machine can, or as on a wall. */
export type BenchPace = "fast" | "real";

const addressOf = (random: Random, block: number, number: number): string => {
  const bytes = [0xa4, 0xc1, 0x38, block, random.below(256), number];
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(":");
};

/** Somebody is at home, and presses the button of a lamp that asks for it. */
const pressEvery = Seconds(5);

const lampsIn = (clock: Clock, random: Random): readonly BleLamp[] => {
  const world = { clock, random, fades: new FadeLoop(clock), flashes: new FlashLoop(clock) };
  const lamps = [...bleLampModels.values()].map(
    (model, number) => new BleLamp(world, addressOf(random, 0x5b, number), model),
  );
  for (const lamp of lamps) lamp.plugIn();
  clock.every(pressEvery, () => {
    for (const lamp of lamps) lamp.press();
  });
  return lamps;
};

/** A simulated home: a lamp of each product, and what else advertises. */
const homeOn = (clock: Clock, random: Random): readonly BlePeripheral[] => [
  ...lampsIn(clock, random.fork("lamps")),
  ...broadcasters((number) => addressOf(random, 0x5c, number)),
];

/** So much simulated time at once, between two looks whether the work is done. */
const step = Millis(100);

const fastForward =
  (clock: VirtualClock) =>
  async <Result>(work: Promise<Result>): Promise<Result> => {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    // Whoever awaits it below hears of a failure; here it only ends the loop.
    done.catch(() => {});
    while (!isDone) await clock.advance(step);
    return await done;
  };

const awake = async <Result>(work: Promise<Result>): Promise<Result> => {
  const letGo = keepAwake();
  try {
    return await work;
  } finally {
    letGo();
  }
};

/**
 * A radio in the ether of a simulated home.
 * @param devicesOn instead of those of the home
 */
export const virtualRadio = (
  seed: number,
  pace: BenchPace = "fast",
  devicesOn?: (clock: Clock) => readonly BlePeripheral[],
): BenchRadio => {
  const random = new SeededRandom(seed);
  const system = new SystemClock();
  const virtual = new VirtualClock(Instant(0));
  const clock = pace === "fast" ? virtual : new PacedClock(system, system.now(), 1);
  const ether = new Ether(clock, random.fork("ether"));
  const distances = random.fork("distances");
  for (const device of devicesOn?.(clock) ?? homeOn(clock, random.fork("home")))
    ether.place(device, { rssi: -45 - distances.below(40) });
  const raw = new VirtualCentral(clock, random.fork("radio"), ether);
  const central = new GuardedCentral(clock, random.fork("guard"), new MemoryLog(), raw);
  const run = pace === "fast" ? fastForward(virtual) : awake;
  return {
    kind: "virtual",
    name: `virtual, seed ${seed}`,
    central,
    clock,
    run,
    close: () => run(central.close()),
  };
};

/** What drives an adapter of this machine. */
interface MachineCentral extends BleCentral {
  /** What keeps it from working; undefined: nothing, or it has not begun. */
  trouble(): BleTrouble | undefined;
}

/** A stack that starts says within so long whether it works. */
const startWithin = Seconds(15);

const usable = (raw: MachineCentral, central: BleCentral, clock: Clock): Promise<void> =>
  new Promise((resolve, reject) => {
    const settle = (): void => {
      const trouble = raw.trouble();
      if (central.state() !== "on" && trouble === undefined) return;
      heard.cancel();
      late.cancel();
      if (trouble === undefined) resolve();
      else reject(new RadioUnusable(trouble));
    };
    const heard = central.onState(settle);
    const late = clock.after(startWithin, () => {
      heard.cancel();
      reject(new RadioUnusable(raw.trouble() ?? "no-answer"));
    });
    queueMicrotask(settle);
  });

/** @throws RadioUnusable */
const guarded = async (raw: MachineCentral, clock: Clock, random: Random): Promise<BleCentral> => {
  const central = new GuardedCentral(clock, random.fork("guard"), new MemoryLog(), raw);
  try {
    await awake(usable(raw, central, clock));
    return central;
  } catch (error) {
    await central.close();
    throw error;
  }
};

/** The radio of this machine, driven by bluetoothd, which keeps pairings. @throws RadioUnusable */
export const bluezRadio = async (): Promise<BenchRadio> => {
  const clock = new SystemClock();
  const random = new SeededRandom(new SystemEntropy().bytes(4).readUInt32LE());
  const central = await guarded(new BluezCentral(clock), clock, random);
  return {
    kind: "real",
    name: "bluetoothd",
    central,
    clock,
    run: awake,
    close: () => awake(central.close()),
  };
};

/** As a hub would choose: bluetoothd where it answers, else noble. @throws RadioUnusable */
export const ownRadio = async (): Promise<BenchRadio> =>
  (await awake(bluezAnswers(new SystemClock()))) ? await bluezRadio() : await machineRadio(0);

/**
 * The radio of this machine, driven by noble.
 * @param adapter its number, or a Unix socket that carries H4
 * @throws RadioUnusable
 */
export const machineRadio = async (adapter: number | string): Promise<BenchRadio> => {
  const clock = new SystemClock();
  const random = new SeededRandom(new SystemEntropy().bytes(4).readUInt32LE());
  const isHere = typeof adapter === "number";
  const place = isHere ? { index: adapter } : { socket: adapter };
  const raw = new NobleHci(clock, random.fork("radio"), { ...nobleHciDefaults, adapter: place });
  const central = await guarded(raw, clock, random);
  return {
    kind: isHere ? "real" : "remote",
    name: isHere ? `hci${adapter}` : "a controller on a socket",
    central,
    clock,
    capture: (sink, options) => raw.capture(sink, options),
    run: awake,
    close: () => awake(central.close()),
  };
};
