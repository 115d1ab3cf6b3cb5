import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Seconds } from "../../../hub/domain/units.ts";
import { AirLamp, control, locked } from "../../support/air-lamp.ts";
import { NobleOnAir } from "../../support/noble-on-air.ts";

/** HCI commands that are left unanswered here. */
const opcode = { disconnect: 0x0406, create: 0x200d, cancel: 0x200e, scanEnable: 0x200c, rssi: 0x1405 };

const reasonOf = (failed: Promise<unknown>): Promise<unknown> =>
  failed.then(
    () => "none",
    (error: { readonly context: { readonly reason: unknown } }) => error.context.reason,
  );

describe("a link that is lost", () => {
  test("out of range: found by the supervision timeout, and what is under way is an error", async () => {
    await using rig = await NobleOnAir.start({}, { peerMs: 20_000, controllerMs: 1_000 });
    const { lamp } = await rig.lamp();
    const link = await rig.connect(lamp);
    await link.entries();
    rig.air.range = () => undefined;
    await expect(link.read(control)).rejects.toMatchObject({ context: { reason: "closed", end: "lost" } });
    expect(await link.closed).toEqual({ reason: "lost" });
    rig.air.range = () => -60;
    await (await rig.connect(lamp)).close();
  });

  test("the lamp hangs up", async () => {
    await using rig = await NobleOnAir.start();
    const { lamp } = await rig.lamp();
    const link = await rig.connect(lamp);
    lamp.hangUp();
    expect(await link.closed).toEqual({ reason: "peer" });
    expect(await reasonOf(link.read(control))).toBe("closed");
  });

  test("the lamp's power goes, and it comes back", async () => {
    await using rig = await NobleOnAir.start();
    const { lamp, mounted } = await rig.lamp();
    const link = await rig.connect(lamp);
    mounted.powerOff();
    expect(await link.closed).toEqual({ reason: "lost" });
    await mounted.powerOn();
    await (await rig.connect(lamp)).close();
  });
});

describe("a lamp that does not answer", () => {
  test("attributes: an error in time, and the link is given up", async () => {
    await using rig = await NobleOnAir.start({}, { peerMs: 1_000, controllerMs: 1_000 });
    const { lamp } = await rig.lamp();
    const link = await rig.connect(lamp);
    await link.entries();
    rig.air.onFrame = ({ from, channel, payload }) =>
      channel === 4 && from.address === lamp.address ? undefined : payload;
    const [first, second] = [link.read(control), link.write(control, Buffer.from([1]), "command")];
    expect(await reasonOf(first)).toBe("timeout");
    expect(await reasonOf(second)).toBe("closed");
    expect(await link.closed).toEqual({ reason: "stuck" });
  });

  test("a lamp that is not there holds up nobody for longer than its time", async () => {
    await using rig = await NobleOnAir.start({}, { peerMs: 1_000, controllerMs: 1_000 });
    const { lamp } = await rig.lamp();
    await rig.heard(({ address }) => address === lamp.address);
    const absent = rig.connect({ address: "c0:00:00:00:00:01", addressType: "random" });
    const present = rig.connect(lamp);
    expect(await reasonOf(absent)).toBe("timeout");
    await (await present).close();
  });

  test("cancelled while it is tried, and while it waits", async () => {
    await using rig = await NobleOnAir.start({}, { peerMs: 20_000, controllerMs: 1_000 });
    const { lamp } = await rig.lamp();
    await rig.heard(({ address }) => address === lamp.address);
    const [first, second] = [new AbortController(), new AbortController()];
    const absent = { address: "c0:00:00:00:00:01", addressType: "random" } as const;
    const tried = rig.central.connect(absent, { bond: "never", signal: first.signal });
    const waiting = rig.central.connect(lamp, { bond: "never", signal: second.signal });
    const last = rig.connect(lamp);
    second.abort();
    expect(await reasonOf(waiting)).toBe("cancelled");
    first.abort();
    expect(await reasonOf(tried)).toBe("cancelled");
    expect((await last).peer.address).toBe(lamp.address);
    expect(lamp.connections).toBe(1);
  });
});

test("a connection cancelled at any moment leaves the radio as it was", async () => {
  await using rig = await NobleOnAir.start({}, { peerMs: 5_000, controllerMs: 1_000 });
  const { lamp } = await rig.lamp();
  await rig.heard(({ address }) => address === lamp.address);
  const { pid } = rig.central;
  const sent: number[] = [];
  for (let moment = 0; moment < 8; moment += 1) {
    const control = new AbortController();
    let left = moment;
    // After so many commands of the attempt; the first ones are those that stop the scan and reset the controller.
    rig.controller.fault = (code) => {
      sent.push(code);
      if (left === 0 || code === opcode.create) control.abort();
      left -= 1;
      return undefined;
    };
    const absent = { address: "c0:00:00:00:00:01", addressType: "random" } as const;
    const tried = rig.central.connect(absent, { bond: "never", signal: control.signal });
    expect(await reasonOf(tried)).toBe("cancelled");
  }
  expect(sent).toContain(opcode.create);
  rig.controller.fault = () => undefined;
  await (await rig.connect(lamp)).close();
  expect(rig.central.pid).toBe(pid);
});

describe("a controller that does not answer", () => {
  test("a hang-up: the link ends as stuck, and the stack begins anew", async () => {
    await using rig = await NobleOnAir.start({}, { peerMs: 1_000, controllerMs: 500 });
    const { lamp } = await rig.lamp();
    const link = await rig.connect(lamp);
    const { pid } = rig.central;
    rig.controller.fault = (code) => (code === opcode.disconnect ? "hang" : undefined);
    await link.close();
    expect(await link.closed).toEqual({ reason: "stuck" });
    expect(rig.central.state()).toBe("denied");
    expect(rig.central.trouble()).toBe("no-answer");
    rig.controller.fault = () => undefined;
    await rig.heard(({ address }) => address === lamp.address);
    expect(rig.central.pid).not.toBe(pid);
  });

  test("a cancelled connection: the stack begins anew", async () => {
    await using rig = await NobleOnAir.start({}, { peerMs: 1_000, controllerMs: 500 });
    const { lamp } = await rig.lamp();
    await rig.heard(({ address }) => address === lamp.address);
    const denied = rig.state("denied");
    rig.controller.fault = (code) => (code === opcode.cancel ? "hang" : undefined);
    expect(await reasonOf(rig.connect({ address: "c0:00:00:00:00:01", addressType: "random" }))).toBe(
      "timeout",
    );
    await denied;
    rig.controller.fault = () => undefined;
    await rig.heard(({ address }) => address === lamp.address);
  });

  test("a scan, refused or unanswered: the stack begins anew", async () => {
    await using rig = await NobleOnAir.start({}, { peerMs: 1_000, controllerMs: 500 });
    const { lamp } = await rig.lamp();
    let isFirst = true;
    rig.controller.fault = (code) => {
      // noble ends a scan before its first; that one is let through, or it would not come up at all.
      if (code !== opcode.scanEnable) return undefined;
      if (isFirst) {
        isFirst = false;
        return undefined;
      }
      return "hang";
    };
    const denied = rig.state("denied");
    const heard = rig.heard(({ address }) => address === lamp.address);
    await denied;
    rig.controller.fault = () => undefined;
    expect((await heard).address).toBe(lamp.address);
  });

  test("nothing at all: denied with the repair, and the call an error", async () => {
    await using rig = await NobleOnAir.start({}, undefined, Seconds(3));
    rig.controller.isSilent = true;
    expect(await reasonOf(rig.connect(new AirLamp()))).toBe("no-radio");
    expect(rig.central.state()).toBe("denied");
    expect(rig.central.trouble()).toBe("no-answer");
  });

  test("a link limit is said", async () => {
    await using rig = await NobleOnAir.start({ mostLinks: 1 });
    const { lamp } = await rig.lamp();
    const { lamp: second } = await rig.lamp(new AirLamp("a4:c1:38:02:83:f5", "public"));
    const link = await rig.connect(lamp);
    expect(await reasonOf(rig.connect(second))).toBe("busy");
    await link.close();
    await (await rig.connect(second)).close();
  });
});

describe("an adapter that is pulled out", () => {
  const steps: Readonly<Record<string, (rig: NobleOnAir, lamp: AirLamp) => Promise<unknown>>> = {
    "while it scans": (rig) => rig.heard(() => false),
    "while it connects": async (rig) =>
      await rig.connect({ address: "c0:00:00:00:00:01", addressType: "random" }),
    "while it looks for services": async (rig, lamp) => await (await rig.connect(lamp)).entries(),
    "while it reads": async (rig, lamp) => await (await rig.connect(lamp)).read(control),
    "while it hangs up": async (rig, lamp) => await (await rig.connect(lamp)).close(),
  };

  test.each(Object.keys(steps))("%s: absent, then on again, and a lamp is reached", async (step) => {
    await using rig = await NobleOnAir.start();
    const { lamp } = await rig.lamp();
    await rig.heard(({ address }) => address === lamp.address);
    const scan = rig.central.scan(() => {}, { active: true });
    const running = Promise.resolve(steps[step]?.(rig, lamp)).catch((error: unknown) => error);
    const absent = rig.state("absent");
    if (step.includes("services") || step.includes("reads") || step.includes("hangs")) {
      rig.air.onFrame = ({ payload }) => {
        rig.controller.unplug();
        return payload;
      };
    } else {
      rig.controller.unplug();
    }
    await absent;
    expect(rig.central.trouble()).toBe("no-adapter");
    const on = rig.state("on");
    rig.air.onFrame = ({ payload }) => payload;
    rig.controller.plug();
    await on;
    if (!step.includes("scans")) expect(await running).not.toBe(undefined);
    // The lamp itself waits out its supervision timeout; another one is there at once.
    const { lamp: other } = await rig.lamp(new AirLamp("a4:c1:38:02:83:f5", "public"));
    await (await rig.connect(other)).close();
    scan.cancel();
  });
});

describe("the process of the stack", () => {
  const killed = (pid: number | undefined): void => {
    if (pid !== undefined) process.kill(pid, "SIGKILL");
  };

  test("a crash ends links and nothing else, and the scan goes on", async () => {
    await using rig = await NobleOnAir.start();
    const { lamp } = await rig.lamp();
    const link = await rig.connect(lamp);
    const reading = link.read(control).then(() => link.read(control));
    const scan = rig.central.scan(() => {}, { active: false });
    killed(rig.central.pid);
    expect(await link.closed).toEqual({ reason: "adapter" });
    expect(await reasonOf(reading)).toBe("closed");
    await rig.heard(({ address }) => address === lamp.address);
    scan.cancel();
  });

  test("an event that noble throws at costs the same", async () => {
    await using rig = await NobleOnAir.start();
    const { lamp } = await rig.lamp();
    const link = await rig.connect(lamp);
    // Encryption Change with nothing asked: noble looks into a command that is not there.
    rig.controller.say(Buffer.from("040804004000 01".replaceAll(" ", ""), "hex"));
    expect(await link.closed).toEqual({ reason: "adapter" });
    await rig.heard(({ address }) => address === lamp.address);
  });

  test("is not there before it is wanted, and ends with the hub", async () => {
    const rig = await NobleOnAir.start();
    expect(rig.central.pid).toBe(undefined);
    const { lamp } = await rig.lamp();
    const link = await rig.connect(lamp);
    const { pid } = rig.central;
    await rig[Symbol.asyncDispose]();
    expect(await link.closed).toEqual({ reason: "asked" });
    expect(existsSync(`/proc/${pid}`)).toBe(false);
  });
});

test("a peer that asks for a pairing is refused one, and hears of no secret", async () => {
  await using rig = await NobleOnAir.start();
  const { lamp, mounted } = await rig.lamp();
  await expect(rig.central.connect(lamp, { bond: "if-needed" })).rejects.toMatchObject({
    context: { reason: "pairing-failed" },
  });
  const link = await rig.connect(lamp);
  await expect(link.read(locked)).rejects.toMatchObject({ context: { reason: "encryption" } });
  expect(mounted.hasBond).toBe(false);
});
