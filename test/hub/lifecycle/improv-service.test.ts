import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SyncEventBus } from "../../../hub/bus/event-bus.ts";
import { readAdStructures } from "../../../hub/codec/ble/ad-structures.ts";
import {
  type ImprovError,
  type ImprovState,
  improvErrorOf,
  improvPlaces,
  improvService,
  improvServiceData,
  improvStateOf,
} from "../../../hub/codec/ble/improv.ts";
import { StoreFailed } from "../../../hub/domain/store-errors.ts";
import { Instant, Seconds } from "../../../hub/domain/units.ts";
import { ImprovLamp } from "../../../hub/lifecycle/improv-lamp.ts";
import { ImprovService } from "../../../hub/lifecycle/improv-service.ts";
import { LedPlayer } from "../../../hub/lifecycle/led-player.ts";
import { ResetButton } from "../../../hub/lifecycle/reset-button.ts";
import { WifiService } from "../../../hub/lifecycle/wifi-service.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { SimPanel } from "../../../hub/platform/sim/sim-panel.ts";
import { settle, VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { AccessPoint } from "../../../hub/platform/sim/wifi/access-point.ts";
import { Station } from "../../../hub/platform/sim/wifi/station.ts";
import type { PeripheralRole } from "../../../hub/ports/ble-peripheral.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";
import { GattWire } from "../../support/gatt-wire.ts";
import { MemorySecretSlot } from "../../support/memory-secret-slot.ts";
import { proves } from "../../support/proves.ts";
import { hex, improvIdentify } from "../codec/ble/vectors.ts";

const home = { ssid: Buffer.from("canary-ssid-77"), password: Buffer.from("canary-password-88") };

/** `command | length | data | sum`, written apart from the hub's. */
const frame = (command: number, ...data: readonly number[]): Uint8Array => {
  const body = [command, data.length, ...data];
  return Uint8Array.from([...body, body.reduce((sum, byte) => sum + byte, 0) & 0xff]);
};
const wifi = (ssid: Uint8Array, password: Uint8Array): Uint8Array =>
  frame(1, ssid.length, ...ssid, password.length, ...password);

/** A hub with a button, a phone near it, and an access point. */
class Rig {
  readonly clock = new VirtualClock(Instant(1_790_000_000_000));
  readonly entropy = new SeededEntropy(new SeededRandom(3));
  readonly log = new MemoryLog();
  readonly accessPoint = new AccessPoint(this.entropy, home);
  readonly station = new Station(this.entropy, this.accessPoint);
  readonly slot = new MemorySecretSlot();
  readonly wifi = new WifiService(
    this.clock,
    new AuditedLog(this.log),
    new SyncEventBus(),
    this.slot,
    this.station,
  );
  readonly panel = new SimPanel();
  readonly led = new LedPlayer(this.clock, this.panel);
  /** What the hub advertises; undefined: nothing. */
  offered: PeripheralRole | undefined;
  wire: GattWire | undefined;
  readonly improv = new ImprovService(
    this.clock,
    new AuditedLog(this.log),
    this.wifi,
    ["Lampkeeper", "1.2.3", "hub", "Lampkeeper"],
    {
      offer: (role) => {
        this.offered = role;
        return {
          cancel: () => {
            this.offered = undefined;
            this.wire?.hangUp("peer");
          },
        };
      },
    },
    this.led,
  );
  readonly button = new ResetButton(
    this.clock,
    new AuditedLog(this.log),
    this.panel,
    this.led,
    { reset: () => {} },
    () => this.improv.open(),
  );
  readonly states: (ImprovState | undefined)[] = [];
  readonly errors: (ImprovError | undefined)[] = [];
  readonly results: string[] = [];

  constructor() {
    this.button.start();
  }

  async press(seconds = 0.2): Promise<void> {
    this.panel.work("pressed");
    await this.clock.advance(Seconds(seconds));
    this.panel.work("released");
  }

  async connect(mtu = 23): Promise<GattWire> {
    if (this.offered === undefined) throw new RangeError("nothing is advertised");
    const wire = new GattWire(this.offered, mtu);
    this.wire = wire;
    const listen = (characteristic: string, hear: (value: Uint8Array) => void) =>
      wire.notify({ service: improvService, characteristic }, hear);
    await listen(improvPlaces.state, (value) => this.states.push(improvStateOf(value)));
    await listen(improvPlaces.error, (value) => this.errors.push(improvErrorOf(value)));
    await listen(improvPlaces.result, (value) => this.results.push(Buffer.from(value).toString("latin1")));
    return wire;
  }

  /** In packets of twenty bytes. */
  async say(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += 20) await this.write(bytes.subarray(at, at + 20));
    await settle();
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.wire?.write({ service: improvService, characteristic: improvPlaces.command }, bytes);
  }

  get known(): string | undefined {
    return this.slot.read((bytes) => Buffer.from(bytes).toString("latin1"));
  }
}

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => {
  rig.improv.close();
  rig.button.close();
  expect(JSON.stringify(rig.log.lines)).not.toContain("canary");
});

describe("the window", () => {
  test(`is opened by a press and by nothing else, for a minute ${proves("ISVS:4.3.1")}`, async () => {
    expect(rig.offered).toBeUndefined();
    await rig.press();
    expect([rig.improv.isOpen, rig.led.signal]).toEqual([true, "set-up"]);
    await rig.clock.advance(Seconds(59));
    expect(rig.offered).toBeDefined();
    await rig.clock.advance(Seconds(1));
    expect([rig.offered, rig.improv.isOpen, rig.led.signal]).toEqual([undefined, false, "off"]);
  });

  test.each([3, 9, 12, 25])("is not opened by a button that is held for %i s", async (seconds) => {
    await rig.press(seconds);
    expect(rig.improv.isOpen).toBe(false);
  });

  test("is prolonged by another press, and the phone stays connected", async () => {
    await rig.press();
    const wire = await rig.connect();
    await rig.clock.advance(Seconds(50));
    await rig.press();
    await rig.clock.advance(Seconds(50));
    expect([rig.improv.isOpen, wire.isOpen]).toEqual([true, true]);
    await rig.clock.advance(Seconds(10));
    expect([rig.improv.isOpen, wire.isOpen]).toEqual([false, false]);
  });

  test(`is seen: service, state and abilities in one advertisement, and nothing about the home ${proves("ISVS:4.3.9")}`, async () => {
    await rig.press();
    const { data, scanResponse } = rig.offered?.advertisement() ?? { data: Buffer.alloc(0) };
    const said = readAdStructures(data);
    expect([data.length <= 31, scanResponse, said.name]).toEqual([true, undefined, undefined]);
    expect(said.services).toEqual([improvService]);
    expect(said.serviceData).toEqual([{ service: improvServiceData, data: hex("020300000000") }]);
  });
});

describe("a phone", () => {
  beforeEach(async () => {
    await rig.press();
    await rig.connect();
  });

  test("tells the network, in packets; it is tried, kept, and then nothing is advertised any more", async () => {
    await rig.say(wifi(home.ssid, home.password));
    expect(rig.states).toEqual(["provisioning", "provisioned"]);
    expect(rig.results).toEqual(["\x01\x00\x01"]);
    expect([await rig.station.link(), rig.known]).toEqual(["joined", `\x0e${home.ssid}\x12${home.password}`]);
    rig.wire?.hangUp("asked");
    expect([rig.offered, rig.improv.isOpen]).toEqual([undefined, false]);
  });

  test("that is wrong about it is told so; what the hub knew before it knows still", async () => {
    rig.wifi.set({ ssid: Buffer.from(home.ssid), password: Buffer.from(home.password) });
    await settle();
    const before = rig.known;
    await rig.say(wifi(home.ssid, Buffer.from("another password")));
    await settle();
    expect([rig.states, rig.errors]).toEqual([["provisioning", "authorized"], ["unable-to-connect"]]);
    expect([rig.known, await rig.station.link()]).toEqual([before, "joined"]);
    await rig.say(wifi(home.ssid, home.password));
    expect(rig.states.at(-1)).toBe("provisioned");
  });

  test("with nothing set before leaves nothing behind when it is wrong", async () => {
    await rig.say(wifi(home.ssid, Buffer.from("another password")));
    expect([rig.known, await rig.station.link()]).toEqual([undefined, "apart"]);
  });

  test("that is right while the disk refuses is told so, and the hub is in no network that it does not know", async () => {
    rig.slot.put = () => {
      throw new StoreFailed("disk full");
    };
    await rig.say(wifi(home.ssid, home.password));
    await settle();
    expect([rig.states, rig.errors]).toEqual([["provisioning", "authorized"], ["unable-to-connect"]]);
    expect([rig.known, await rig.station.link()]).toEqual([undefined, "apart"]);
  });

  test("may be wrong five times", async () => {
    for (let times = 0; times < 5; times++) await rig.say(wifi(home.ssid, Buffer.from("another password")));
    expect([rig.improv.isOpen, rig.wire?.isOpen]).toEqual([false, false]);
  });

  test.each([
    ["a sum that is wrong", Uint8Array.from([2, 0, 9]), "invalid-rpc"],
    ["something behind it", Uint8Array.from([2, 0, 2, 2]), "invalid-rpc"],
    ["a command nobody knows", frame(9), "unknown-rpc"],
    ["a scan, which the hub does not do", frame(4), "unknown-rpc"],
    ["a name without a password", frame(1, 2, 65, 65), "invalid-rpc"],
    ["a name that is cut short", frame(1, 9, 65, 65), "invalid-rpc"],
    ["three strings", frame(1, 1, 65, 1, 65, 1, 65), "invalid-rpc"],
    ["a name that cannot be one", wifi(Buffer.alloc(33, 65), home.password), "unable-to-connect"],
    ["a password that cannot be one", wifi(home.ssid, Buffer.from("short")), "unable-to-connect"],
  ] as const)("that says %s is refused, and may go on", async (_what, bytes, error) => {
    await rig.say(bytes);
    expect(rig.errors.at(-1)).toBe(error);
    expect(rig.known).toBeUndefined();
    await rig.say(wifi(home.ssid, home.password));
    expect(rig.states.at(-1)).toBe("provisioned");
  });

  test("that stops in the middle is not waited for: what comes later begins anew", async () => {
    const whole = wifi(home.ssid, home.password);
    await rig.write(whole.subarray(0, 20));
    await rig.clock.advance(Seconds(11));
    await rig.say(hex(improvIdentify));
    expect([rig.led.signal, rig.errors]).toEqual(["done", []]);
  });

  test("that goes in the middle leaves nothing for the next one", async () => {
    const whole = wifi(home.ssid, home.password);
    await rig.write(whole.subarray(0, 20));
    rig.wire?.hangUp("lost");
    expect(rig.improv.isOpen).toBe(true);
    await rig.connect();
    await rig.say(whole);
    expect(rig.states.at(-1)).toBe("provisioned");
  });

  test("learns of the hub what every hub says", async () => {
    await rig.say(frame(3));
    expect(rig.results[0]).toContain("\x0aLampkeeper\x051.2.3\x03hub\x0aLampkeeper");
  });

  test("that holds on to the link after the minute is heard no more", async () => {
    const wire = rig.wire;
    await rig.clock.advance(Seconds(60));
    await expect(rig.say(wifi(home.ssid, home.password))).rejects.toEqual(
      expect.objectContaining({ code: "ble_failed" }),
    );
    expect([wire?.isOpen, rig.known]).toEqual([false, undefined]);
  });

  test("whose network is being tried when the minute ends gets its answer", async () => {
    let joined: (outcome: "joined") => void = () => {};
    rig.station.join = () =>
      new Promise((resolve) => {
        joined = resolve;
      });
    await rig.clock.advance(Seconds(55));
    await rig.say(wifi(home.ssid, home.password));
    await rig.say(wifi(home.ssid, home.password));
    expect(rig.errors.at(-1)).toBe("not-authorized");
    await rig.clock.advance(Seconds(20));
    expect(rig.improv.isOpen).toBe(true);
    joined("joined");
    await settle();
    expect(rig.states).toEqual(["provisioning", "provisioned"]);
    await rig.clock.advance(Seconds(10));
    expect(rig.improv.isOpen).toBe(false);
  });
});

test("even a radio that keeps a link when the window is over is told nothing but no", async () => {
  await rig.press();
  const role = rig.offered;
  await rig.clock.advance(Seconds(60));
  if (role !== undefined) rig.wire = new GattWire(role);
  await rig.say(wifi(home.ssid, home.password));
  const error = await rig.wire?.read({ service: improvService, characteristic: improvPlaces.error });
  const state = await rig.wire?.read({ service: improvService, characteristic: improvPlaces.state });
  expect([improvErrorOf(error ?? hex("00")), improvStateOf(state ?? hex(""))]).toEqual([
    "not-authorized",
    "authorization-required",
  ]);
  expect(rig.known).toBeUndefined();
});

test("both halves of the hub understand each other", async () => {
  await rig.press();
  if (rig.offered === undefined) throw new RangeError("nothing is advertised");
  const other = new ImprovLamp(rig.clock, new GattWire(rig.offered));
  await other.open();
  expect(await other.state()).toBe("authorized");
  expect([...(await other.abilities())]).toEqual(["identify", "device-info"]);
  expect(await other.exchange(Buffer.from("hello"))).toBeUndefined();
  expect(await other.join(home)).toBe("joined");
  expect(await other.state()).toBe("provisioned");
  other.close();
});
