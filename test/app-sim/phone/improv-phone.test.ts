import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ImprovPhone, type PhoneTold } from "../../../app-sim/phone/improv-phone.ts";
import { type ImprovSaid, ImprovTalk, offersImprov } from "../../../app-sim/phone/improv-talk.ts";
import { SimImprovLamp } from "../../../devices/sim/ble/improv-lamp.ts";
import { Instant, Seconds } from "../../../hub/domain/units.ts";
import type { JoinOutcome } from "../../../hub/domain/wifi.ts";
import { ImprovService } from "../../../hub/lifecycle/improv-service.ts";
import { LedPlayer } from "../../../hub/lifecycle/led-player.ts";
import { Ether } from "../../../hub/platform/sim/ble/ether.ts";
import { VirtualCentral } from "../../../hub/platform/sim/ble/virtual-central.ts";
import { VirtualPeripheral } from "../../../hub/platform/sim/ble/virtual-peripheral.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { SimPanel } from "../../../hub/platform/sim/sim-panel.ts";
import { settle, VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import type { BlePeer } from "../../../hub/ports/ble.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";
import { GattWire } from "../../support/gatt-wire.ts";

const own: BlePeer = { address: "d2:5b:00:00:00:01", addressType: "random" };
const network = () => ({ ssid: Buffer.from("a network"), password: Buffer.from("a password") });

/** The set-up half of a hub in the ether, and phones near it. */
class Rig {
  readonly clock = new VirtualClock(Instant(0));
  readonly random = new SeededRandom(1);
  readonly ether = new Ether(this.clock, this.random.fork("ether"));
  readonly radio = new VirtualCentral(this.clock, this.random.fork("radio"), this.ether);
  readonly log = new MemoryLog();
  readonly led = new LedPlayer(this.clock, new SimPanel());
  /** What becomes of an attempt to join. */
  outcome: () => Promise<JoinOutcome> = async () => "joined";
  readonly hub = new ImprovService(
    this.clock,
    new AuditedLog(this.log),
    { tryOut: () => this.outcome() },
    ["Lampkeeper", "1.2.3", "hub", "Lampkeeper"],
    new VirtualPeripheral(this.ether, this.radio, own),
    this.led,
  );

  phone(name: string): ImprovPhone {
    return new ImprovPhone(this.clock, new VirtualCentral(this.clock, this.random.fork(name), this.ether));
  }

  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      await this.clock.advance(Seconds(1));
      await settle();
    }
  }

  async after(seconds: number, told: Promise<PhoneTold>): Promise<PhoneTold["outcome"]> {
    await this.pass(seconds);
    return (await told).outcome;
  }

  get events(): readonly string[] {
    return this.log.lines.map(({ event }) => event);
  }
}

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => rig.hub.close());

describe("two phones", () => {
  beforeEach(() => rig.hub.open());

  test("a second one finds nobody while the first talks, and the first is not disturbed", async () => {
    let joined: (outcome: JoinOutcome) => void = () => {};
    rig.outcome = () =>
      new Promise((resolve) => {
        joined = resolve;
      });
    const first = rig.phone("first").tell(network());
    await rig.pass(4);
    expect(await rig.after(11, rig.phone("second").tell(network()))).toBe("no-hub");
    joined("joined");
    expect(await rig.after(1, first)).toBe("provisioned");
  });

  test("of two that find it at once one gets through", async () => {
    rig.outcome = () => new Promise(() => {});
    const both = [rig.phone("first").tell(network()), rig.phone("second").tell(network())];
    await rig.pass(80);
    const outcomes = (await Promise.all(both)).map(({ outcome }) => outcome);
    expect(outcomes.sort()).toEqual(["busy", "no-answer"]);
  });
});

test("a phone that is carried away hears no answer, and the hub lets the next one in", async () => {
  rig.hub.open();
  rig.outcome = () => new Promise(() => {});
  const told = rig.phone("first").tell(network());
  await rig.pass(4);
  rig.ether.drop(own.address);
  expect(await rig.after(1, told)).toBe("no-answer");
  expect(rig.hub.isOpen).toBe(true);
});

describe("a radio that cannot", () => {
  test("is told by the light for ten seconds, and in the log; nothing is open", async () => {
    rig.radio.become("off");
    rig.hub.open();
    expect([rig.led.signal, rig.hub.isOpen]).toEqual(["error", false]);
    expect(rig.events).toEqual(["improv.failed"]);
    await rig.pass(10);
    expect(rig.led.signal).toBe("off");
    rig.radio.become("on");
    rig.hub.open();
    expect([rig.led.signal, rig.hub.isOpen]).toEqual(["set-up", true]);
  });

  test("any more closes the window, and ends the link", async () => {
    rig.hub.open();
    rig.outcome = () => new Promise(() => {});
    const told = rig.phone("first").tell(network());
    await rig.pass(4);
    rig.radio.become("absent");
    expect([rig.led.signal, rig.hub.isOpen]).toEqual(["error", false]);
    expect(rig.events).toEqual(["improv.opened", "improv.closed", "improv.failed"]);
    expect(await rig.after(1, told)).toBe("no-answer");
  });

  test("and is switched on at once is used: the light says so, and goes on saying so", async () => {
    rig.radio.become("off");
    rig.hub.open();
    rig.radio.become("on");
    rig.hub.open();
    await rig.pass(11);
    expect(rig.led.signal).toBe("set-up");
  });
});

describe("what a phone says to a lamp", () => {
  const lamp = (hasButton: boolean, outcome: string) =>
    new SimImprovLamp({
      address: "a4:c1:38:02:83:f4",
      hasButton,
      radio: {
        join: async ({ ssid, password }) =>
          Buffer.from(ssid).equals(network().ssid) && Buffer.from(password).equals(network().password)
            ? outcome
            : "wrong-password",
      },
    });

  test.each<[boolean, string, ImprovSaid]>([
    [false, "joined", "provisioned"],
    [false, "not-found", "cannot-connect"],
    [true, "joined", "not-authorized"],
  ])("that wants its button pressed: %s, and comes to: %s", async (hasButton, outcome, said) => {
    for (const mtu of [23, 185])
      expect(await new ImprovTalk(new GattWire(lamp(hasButton, outcome), mtu), []).tell(network())).toBe(
        said,
      );
  });

  test("a lamp does not say what it is, so no phone takes it for the hub", () => {
    const { data } = lamp(false, "joined").advertisement();
    expect([offersImprov(data, "identify"), offersImprov(data, "device-info")]).toEqual([true, false]);
    expect(offersImprov(Buffer.from("05ff77460102", "hex"), "identify")).toBe(false);
    expect(offersImprov(Buffer.from("0016", "hex"), "identify")).toBe(false);
  });
});
