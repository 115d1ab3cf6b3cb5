import { beforeEach, describe, expect, test } from "vitest";
import { profileById } from "../../../devices/registry.ts";
import { SyncEventBus } from "../../../hub/bus/event-bus.ts";
import type { DomainEvent } from "../../../hub/domain/event.ts";
import type { Device } from "../../../hub/domain/home.ts";
import type { SensorId } from "../../../hub/domain/ids.ts";
import type { Frame } from "../../../hub/domain/profile.ts";
import { Instant, Minutes, Seconds } from "../../../hub/domain/units.ts";
import { BroadcastGate } from "../../../hub/inventory/broadcast-gate.ts";
import { SensorService } from "../../../hub/inventory/sensor-service.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";
import { MemorySecretShelf } from "../../support/memory-secret-shelf.ts";
import { sealedBthome } from "../../support/sealed-bthome.ts";
import { bthomeSealed, hex, mibeaconSealed } from "../codec/ble/vectors.ts";

const id = "s-aaaaaaaaaaaa" as SensorId;
const key = hex(bthomeSealed.key);

/** A home with one sensor that advertises. */
class Home {
  readonly clock = new VirtualClock(Instant(1_790_000_000_000));
  readonly bus = new SyncEventBus();
  readonly log = new MemoryLog();
  readonly events: DomainEvent[] = [];
  readonly store: MemoryGuardedStore;
  readonly keys: MemorySecretShelf;
  readonly gate: BroadcastGate;
  readonly sensors: SensorService;
  readonly device: Device;
  #hear: (address: string, frame: Frame) => void = () => {};

  constructor(
    profile = "bthome/climate",
    address: string = bthomeSealed.address,
    store = new MemoryGuardedStore(),
    keys = new MemorySecretShelf(),
  ) {
    this.store = store;
    this.keys = keys;
    const device: Device = { id, kind: "sensor", profile, address, name: "Hall", room: null };
    this.device = device;
    const directory = {
      device: (wanted: string) => (wanted === id ? device : undefined),
      deviceAt: (wanted: string) => (wanted === address ? device : undefined),
      devices: () => [device],
      profile: profileById,
    };
    this.gate = new BroadcastGate(this.clock, new AuditedLog(this.log), this.bus, store, keys, directory);
    const source = {
      onFrame: (listener: (address: string, frame: Frame) => void) => {
        this.#hear = listener;
      },
    };
    this.sensors = new SensorService(this.clock, this.bus, store, directory, source, this.gate);
    this.bus.subscribeAll((event) => this.events.push(event));
    this.gate.start();
    this.sensors.start();
  }

  hear(data: string | Uint8Array, service = "fcd2"): void {
    const bytes = typeof data === "string" ? hex(data) : data;
    this.#hear(this.device.address, { kind: "ble", service, characteristic: "", bytes });
  }

  /** Sealed as the sensor would. */
  says(counter: number, plain = "02ca09"): void {
    this.hear(sealedBthome({ key, address: hex(bthomeSealed.address), counter, plain: hex(plain) }));
  }

  get readings() {
    return this.events.flatMap((event) => (event.kind === "sensor.reported" ? [event.reading] : []));
  }

  get refused() {
    return Object.fromEntries(this.gate.refused);
  }
}

let home: Home;
beforeEach(() => {
  home = new Home();
});

describe("a sensor that seals", () => {
  beforeEach(() => home.gate.setKey(id, key));

  test("is read: the official packets", () => {
    home.hear(bthomeSealed.official);
    expect(home.readings).toEqual([{ temperature: 25.06, humidity: 50.55 }]);
    expect(home.refused).toEqual({});
  });

  test("is not read again when it repeats itself, and that is no offence", () => {
    for (let times = 0; times < 5; times++) home.hear(bthomeSealed.official);
    expect(home.readings).toHaveLength(1);
    expect(home.refused).toEqual({});
  });

  test("whose counter goes back was recorded: counted, shown, and no reading, whatever its tag", () => {
    home.hear(bthomeSealed.official);
    home.hear(bthomeSealed.next);
    expect(home.readings).toHaveLength(2);
    home.hear(bthomeSealed.lower);
    home.hear(bthomeSealed.official);
    expect(home.readings).toHaveLength(2);
    expect(home.refused).toEqual({ replayed: 2 });
    expect(Object.fromEntries(home.gate.refusedOf(id))).toEqual({ replayed: 2 });
    expect(home.log.lines.filter(({ event }) => event === "sensor.not-believed")).toHaveLength(1);
  });

  test("is not believed in clear, not even once", () => {
    home.hear("4002c409");
    home.says(7);
    home.hear("4002c409");
    expect(home.readings).toEqual([{ temperature: 25.06 }]);
    expect(home.refused).toEqual({ downgraded: 2 });
  });

  test("is not believed what another key has sealed, and a high counter in it spoils nothing", () => {
    const address = hex(bthomeSealed.address);
    home.hear(
      sealedBthome({ key: Buffer.alloc(16, 9), address, counter: 0xffff_ffff, plain: hex("02ca09") }),
    );
    home.says(8);
    expect(home.refused).toEqual({ forged: 1 });
    expect(home.readings).toHaveLength(1);
  });

  test("counts to the end of its counter", () => {
    home.says(0xffff_fffe);
    home.says(0xffff_ffff);
    expect(home.readings).toHaveLength(2);
  });

  test("with a new battery begins anew, once it has been silent for long enough, and not far up", async () => {
    home.says(5_000);
    await home.clock.advance(Seconds(299));
    home.says(3);
    expect(home.refused).toEqual({ replayed: 1 });
    await home.clock.advance(Seconds(1));
    home.says(100);
    expect(home.refused).toEqual({ replayed: 2 });
    home.says(3);
    home.says(4);
    home.says(2);
    expect([home.readings.length, home.refused]).toEqual([3, { replayed: 3 }]);
  });

  test("after a restart of the hub neither what it has said nor plain text is believed", () => {
    home.says(5_000);
    const again = new Home("bthome/climate", bthomeSealed.address, home.store, home.keys);
    again.says(5_000);
    again.says(4_999);
    again.says(3);
    again.hear("4002c409");
    expect([again.readings, again.refused]).toEqual([[], { replayed: 2, downgraded: 1 }]);
    again.says(5_001);
    expect(again.readings).toHaveLength(1);
  });

  test("given another key begins anew with that", () => {
    home.says(5_000);
    home.gate.setKey(id, key);
    home.says(4);
    expect(home.readings).toHaveLength(2);
  });

  test("is forgotten with its key when it is removed", () => {
    home.says(5_000);
    home.bus.publish({ kind: "home.changed", what: "device", id, change: "removed", at: home.clock.now() });
    expect([
      home.keys.keys(),
      home.gate.seals(id),
      [...home.store.collection("broadcast-counters").entries()],
    ]).toEqual([[], false, []]);
  });

  test("its key is in no log, event or record", () => {
    home.says(1);
    home.says(0);
    home.hear("4002c409");
    const records = [...home.store.records].map(([name, all]) => [name, [...all]]);
    const everything = JSON.stringify([home.log.lines, home.events, records]);
    for (const form of [key.toString("hex"), key.toString("base64"), JSON.stringify([...key]).slice(1, -1)])
      expect(everything).not.toContain(form);
  });
});

describe("keys", () => {
  test("have 16 bytes, and belong to a sensor that could seal", () => {
    const coded = (code: string) => expect.objectContaining({ code });
    expect(() => home.gate.setKey("s-bbbbbbbbbbbb" as SensorId, key)).toThrow(coded("not_found"));
    for (const bytes of [0, 15, 17])
      expect(() => home.gate.setKey(id, Buffer.alloc(bytes))).toThrow(coded("invalid_input"));
    const wired = new Home("zigbee2mqtt/motion", "0x01");
    expect(() => wired.gate.setKey(id, key)).toThrow(coded("not_capable"));
    expect([home.gate.seals(id), wired.gate.seals(id), home.keys.keys()]).toEqual([false, false, []]);
  });

  test("a sealed packet without one is counted", () => {
    home.hear(bthomeSealed.official);
    expect([home.readings, home.refused]).toEqual([[], { "no-key": 1 }]);
  });

  test("an LYWSD03MMC is read, by its own rules", () => {
    const xiaomi = new Home("xiaomi/lywsd03mmc", "a4:c1:38:02:83:f4");
    xiaomi.gate.setKey(id, hex(mibeaconSealed.key));
    xiaomi.hear(mibeaconSealed.frame, "fe95");
    xiaomi.hear(mibeaconSealed.frame, "fe95");
    xiaomi.hear("40585b0550061002d301", "fe95");
    expect([xiaomi.readings, xiaomi.refused]).toEqual([[{ humidity: 46.7 }], { downgraded: 1 }]);
  });
});

describe("a sensor that speaks in clear", () => {
  test("is read once for each packet, however often that is on the air", async () => {
    const button = new Home("bthome/button");
    for (let times = 0; times < 20; times++) {
      button.hear("44000a3a01");
      await button.clock.advance(Seconds(30));
    }
    expect(button.readings).toEqual([{ action: "single" }]);
    button.hear("44000b3a01");
    await button.clock.advance(Minutes(2));
    button.hear("44000b3a01");
    expect(button.readings).toHaveLength(3);
  });

  test("without numbers is read again after a while", async () => {
    for (let seconds = 0; seconds < 30; seconds++) {
      home.hear("4002c409");
      await home.clock.advance(Seconds(1));
    }
    expect(home.readings).toHaveLength(3);
    home.hear("4002c509");
    expect(home.readings).toHaveLength(4);
  });

  test("noise is no reading, and counts as nothing", () => {
    for (const noise of ["", "00", "41", "40", "40ff", "6002c409"]) home.hear(noise);
    expect([home.readings, home.refused]).toEqual([[], {}]);
  });
});
