import { expect, test } from "vitest";
import { Minutes, Seconds } from "../../../hub/domain/units.ts";
import { usualPatience } from "../../../hub/lifecycle/supervision.ts";
import { Supervisor } from "../../../hub/lifecycle/supervisor.ts";
import type { UpdateService } from "../../../hub/lifecycle/update-service.ts";
import { settle } from "../../../hub/platform/sim/virtual-clock.ts";
import type { ImageRunner, RunningImage, Sign } from "../../../hub/ports/firmware.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";
import { arriving, bundleOf, UpdateRig } from "./update-rig.ts";

/** An image as a process without one: the test says how it behaves. */
class ActedImage implements RunningImage {
  readonly image: string;
  readonly service: UpdateService;
  readonly ended: Promise<number | null>;
  isRunning = true;
  /** Ignores being asked to end. */
  isDeaf = false;
  #end: (code: number | null) => void = () => {};
  #listener: (sign: Sign) => void = () => {};

  constructor(image: string, service: UpdateService) {
    this.image = image;
    this.service = service;
    this.ended = new Promise((done) => {
      this.#end = done;
    });
  }

  onSign(listener: (sign: Sign) => void): void {
    this.#listener = listener;
  }

  say(sign: Sign): void {
    this.#listener(sign);
  }

  exit(code: number | null): void {
    this.isRunning = false;
    this.service.close();
    this.#end(code);
  }

  end(): void {
    if (!this.isDeaf) this.exit(0);
  }

  kill(): void {
    if (this.isRunning) this.exit(null);
  }
}

class Device implements ImageRunner {
  readonly rig = new UpdateRig();
  readonly runs: ActedImage[] = [];
  readonly data: string[] = [];
  readonly told: string[] = [];
  exit: number | undefined;
  supervisor = this.powerOn();

  start(image: "factory" | "a" | "b"): RunningImage {
    const run = new ActedImage(image, this.rig.service(image));
    this.runs.push(run);
    return run;
  }

  get run(): ActedImage {
    return this.runs.at(-1) ?? expect.fail("nothing runs");
  }

  powerOn(): Supervisor {
    const supervisor = new Supervisor(this.rig.clock, new AuditedLog(this.rig.log), {
      record: this.rig.record,
      runner: this,
      data: {
        keep: () => this.data.push("keep"),
        putBack: () => this.data.push("put back"),
        drop: () => this.data.push("drop"),
      },
      watcher: { ready: () => this.told.push("ready"), alive: () => this.told.push("alive") },
      facts: this.rig.facts,
      patience: usualPatience,
    });
    void supervisor.run().then((code) => {
      this.exit = code;
    });
    this.supervisor = supervisor;
    return supervisor;
  }

  /** Lives on, and so does what runs. */
  async live(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed += 5) {
      const run = this.run;
      if (run.isRunning) run.say("alive");
      await this.pass(Math.min(5, seconds - passed));
    }
  }

  async pass(seconds: number): Promise<void> {
    await this.rig.clock.advance(Seconds(seconds));
    await settle();
  }

  /** From here an update runs on trial. */
  async update(more: Parameters<typeof bundleOf>[0] = {}): Promise<ActedImage> {
    await settle();
    await this.run.service.install(arriving(bundleOf(more)));
    this.run.say("restart");
    await settle();
    return this.run;
  }
}

const healthy = (run: ActedImage): void => {
  run.service.well();
  run.say("ready");
};

test("a good update is confirmed, and stays", async () => {
  const device = new Device();
  const run = await device.update();
  expect(run.image).toBe("a");
  healthy(run);
  await device.live(120);
  expect(device.runs).toHaveLength(2);
  expect(device.rig.record.read()).toMatchObject({ confirmed: "a", last: { what: "confirmed" } });
  run.say("restart");
  await settle();
  expect(device.run.image).toBe("a");
  expect(device.told).toContain("ready");
});

test.each([
  ["crashes", "crashed", async (_: Device, run: ActedImage) => run.exit(1)],
  ["is ended by a signal", "crashed", async (_: Device, run: ActedImage) => run.exit(null)],
  ["ends as if on purpose", "crashed", async (_: Device, run: ActedImage) => run.exit(0)],
  ["refuses its options", "crashed", async (_: Device, run: ActedImage) => run.exit(2)],
  ["never gets well", "late", async (device: Device) => await device.live(95)],
  ["hangs before it is ready", "silent", async (device: Device) => await device.pass(31)],
  [
    "hangs after it is ready",
    "silent",
    async (device: Device, run: ActedImage) => {
      run.say("ready");
      await device.pass(31);
    },
  ],
] as const)("an update that %s is taken back", async (_, reason, misbehave) => {
  const device = new Device();
  const run = await device.update();
  await misbehave(device, run);
  await device.pass(2);
  expect(run.isRunning).toBe(false);
  expect(device.run.image).toBe("factory");
  expect(device.rig.record.read()).toMatchObject({
    confirmed: "factory",
    slots: {},
    last: { what: "reverted", version: "1.1.0", reason },
  });
});

test("the supervisor is killed during a trial: the next one takes the update back", async () => {
  const device = new Device();
  const run = await device.update();
  healthy(run);
  run.service.close();
  device.powerOn();
  await settle();
  expect(device.run.image).toBe("factory");
  expect(device.rig.record.read().last).toMatchObject({ what: "reverted", reason: "interrupted" });
});

test("a confirmed image that keeps ending gives way; each start waits longer than the one before", async () => {
  const device = new Device();
  const run = await device.update();
  healthy(run);
  await device.live(60);
  const starts: number[] = [];
  for (let end = 0; end < 3; end++) {
    expect(device.run.image).toBe("a");
    const before = device.rig.clock.monotonic();
    device.run.exit(1);
    const runs = device.runs.length;
    while (device.runs.length === runs) await device.pass(0.5);
    starts.push(device.rig.clock.monotonic() - before);
  }
  expect(starts).toEqual([1_000, 2_000, 4_000]);
  expect(device.run.image).toBe("factory");
  expect(device.rig.record.read().last).toMatchObject({ what: "reverted", reason: "crashed" });
});

test("crashes a long life apart are no loop", async () => {
  const device = new Device();
  const run = await device.update();
  healthy(run);
  await device.live(60);
  for (let end = 0; end < 5; end++) {
    device.run.exit(1);
    await device.pass(5);
    expect(device.run.image).toBe("a");
    healthy(device.run);
    await device.live(Minutes(11) / 1_000);
  }
});

test("an image that hangs is ended and started again", async () => {
  const device = new Device();
  await device.live(60);
  const run = device.run;
  await device.pass(31);
  expect(run.isRunning).toBe(false);
  await device.pass(2);
  expect(device.run).not.toBe(run);
});

test("asked to stop it asks the image, and ends it when it does not listen", async () => {
  const device = new Device();
  await settle();
  device.supervisor.stop();
  await settle();
  expect(device.exit).toBe(0);

  const deaf = new Device();
  await settle();
  deaf.run.isDeaf = true;
  deaf.supervisor.stop();
  await deaf.pass(4);
  expect(deaf.exit).toBeUndefined();
  await deaf.pass(2);
  expect(deaf.exit).toBe(1);
});

test("asked to stop while it waits for the next start, it starts nothing more", async () => {
  const device = new Device();
  await settle();
  device.run.exit(1);
  await settle();
  device.supervisor.stop();
  await settle();
  expect(device.exit).toBe(0);
  expect(device.runs).toHaveLength(1);
});

test.each([0, 2, 6, 11])("exit code %i of a confirmed image is for whoever started it", async (code) => {
  const device = new Device();
  await settle();
  device.run.exit(code);
  await settle();
  expect(device.exit).toBe(code);
  expect(device.rig.record.read().failures).toBe(0);
});

test("data of another format are kept before a trial and put back after it", async () => {
  const device = new Device();
  const run = await device.update({ dataFormat: 3 });
  expect(device.data.at(-1)).toBe("keep");
  run.exit(1);
  await device.pass(2);
  expect(device.data.slice(-2)).toEqual(["put back", "drop"]);
  device.data.length = 0;
  const second = await device.update({ dataFormat: 3 });
  healthy(second);
  await device.live(120);
  expect(device.data).toEqual(["keep", "drop"]);
});

test("a disk that takes nothing boots what is confirmed, and begins no trial", async () => {
  const device = new Device();
  await settle();
  await device.run.service.install(arriving(bundleOf()), "restart");
  device.rig.disk.setFaults({ readOnly: true });
  device.run.say("restart");
  await settle();
  expect(device.run.image).toBe("factory");
  device.rig.disk.setFaults({});
  device.run.say("restart");
  await settle();
  expect(device.run.image).toBe("a");
});
