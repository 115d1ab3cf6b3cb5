import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SimImprovLamp } from "../../../devices/sim/ble/improv-lamp.ts";
import { ProvisioningLamp } from "../../../devices/sim/provisioning/provisioning-lamp.ts";
import { readAdStructures } from "../../../hub/codec/ble/ad-structures.ts";
import { improvService, improvServiceData } from "../../../hub/codec/ble/improv.ts";
import { Instant, Minutes, Seconds } from "../../../hub/domain/units.ts";
import type { WifiCredentials } from "../../../hub/domain/wifi.ts";
import { ImprovProvisioning, type Telling } from "../../../hub/lifecycle/improv-provisioning.ts";
import { LampProvisioning } from "../../../hub/lifecycle/lamp-provisioning.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { settle, VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { AccessPoint } from "../../../hub/platform/sim/wifi/access-point.ts";
import { Station } from "../../../hub/platform/sim/wifi/station.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";
import { GattWire } from "../../support/gatt-wire.ts";

const address = "a4:c1:38:02:83:f4";
const label = "ABCD-EFGH-IJKL-MNOP-QRST";
const home = () => ({ ssid: Buffer.from("canary-ssid-77"), password: Buffer.from("canary-password-88") });
const coded = (code: string) => expect.objectContaining({ code });

interface Kind {
  readonly seals: boolean;
  readonly hasButton: boolean;
  readonly mtu: number;
}

/** A hub, a lamp that speaks Improv, and the wire between them. */
class Rig {
  readonly clock = new VirtualClock(Instant(1_790_000_000_000));
  readonly entropy = new SeededEntropy(new SeededRandom(3));
  readonly log = new MemoryLog();
  readonly accessPoint = new AccessPoint(this.entropy, home());
  readonly station = new Station(this.entropy, this.accessPoint);
  readonly kept = new Map<string, Uint8Array>();
  readonly lamp: SimImprovLamp;
  readonly wires: GattWire[] = [];
  /** A test puts itself on the wire. */
  onWire: (wire: GattWire) => void = () => {};
  isInReach = true;
  network: WifiCredentials | undefined = home();
  readonly window = new LampProvisioning(
    this.clock,
    this.entropy,
    new AuditedLog(this.log),
    { device: () => undefined },
    { read: (use) => (this.network === undefined ? undefined : use(this.network)) },
  );
  readonly hub: ImprovProvisioning;

  constructor({ seals, hasButton, mtu }: Kind) {
    const flash = {
      put: (name: string, bytes: Uint8Array) => void this.kept.set(name, bytes),
      get: (name: string) => this.kept.get(name),
    };
    const firmware = new ProvisioningLamp(
      this.entropy,
      { address, code: Buffer.from(label.replaceAll("-", "")) },
      this.station,
      flash,
    );
    this.lamp = new SimImprovLamp({
      address,
      radio: this.station,
      hasButton,
      ...(seals ? { sealed: firmware } : {}),
    });
    this.hub = new ImprovProvisioning(this.clock, this.window, {
      reach: async (wanted) => {
        if (wanted !== address || !this.isInReach) return undefined;
        const wire = new GattWire(this.lamp, mtu, address);
        this.onWire(wire);
        this.wires.push(wire);
        return wire;
      },
    });
    this.window.open(Minutes(5));
  }

  share(how: Telling): Promise<string> {
    return this.hub.share(address, how);
  }

  get overheard(): string {
    return Buffer.concat(this.wires.flatMap(({ carried }) => carried)).toString("latin1");
  }
}

let rig: Rig;
const make = (kind: Partial<Kind> = {}) => {
  rig = new Rig({ seals: false, hasButton: false, mtu: 23, ...kind });
};
beforeEach(() => make());
afterEach(() => {
  expect(rig.wires.filter(({ isOpen }) => isOpen)).toEqual([]);
  expect(JSON.stringify(rig.log.lines)).not.toContain("canary");
  rig.window.shut();
});

const inClear: Telling = { word: "unencrypted" };
const sealed = (code = label): Telling => ({ code: Buffer.from(code) });

test("a lamp that waits says so in one advertisement", () => {
  const { services, serviceData } = readAdStructures(rig.lamp.advertisement().data);
  expect(rig.lamp.advertisement().data.length).toBeLessThanOrEqual(31);
  expect([services, serviceData[0]?.service]).toEqual([[improvService], improvServiceData]);
});

describe("in clear", () => {
  test.each(["", "yes", "Unencrypted", "encrypted"])(
    "not by the word %o: nothing is even connected",
    async (word) => {
      await expect(rig.share({ word })).rejects.toEqual(coded("wifi_not_confirmed"));
      expect(rig.wires).toEqual([]);
    },
  );

  test.each([23, 185, 517])(
    "a lamp joins, in packets of a link of %i bytes, and everybody near can read it",
    async (mtu) => {
      make({ mtu });
      expect(await rig.share(inClear)).toBe("joined");
      expect(await rig.station.link()).toBe("joined");
      expect(rig.overheard).toContain("canary-ssid-77");
      expect(rig.log.lines.map(({ event }) => event)).toContain("provisioning.shared-in-clear");
    },
  );

  test("what was sent is wiped once it is sent", async () => {
    await rig.share(inClear);
    const [wire] = rig.wires;
    expect(wire?.written.length).toBeGreaterThan(1);
    for (const bytes of wire?.written ?? []) expect([...new Set(bytes)]).toEqual([0]);
  });

  test("a network that is not as was said is not joined, and that is told", async () => {
    rig.network = { ...home(), password: Buffer.from("another password") };
    expect(await rig.share(inClear)).toBe("failed");
    expect(await rig.station.link()).toBe("apart");
  });

  test("a lamp with a button wants it to be pressed first, and nothing is said before", async () => {
    make({ hasButton: true });
    await expect(rig.share(inClear)).rejects.toEqual(coded("lamp_not_authorized"));
    expect(rig.overheard).toBe("");
    rig.lamp.press();
    expect(await rig.share(inClear)).toBe("joined");
  });

  test("a lamp that can be told sealed is not told in clear", async () => {
    make({ seals: true });
    await expect(rig.share(inClear)).rejects.toEqual(coded("not_capable"));
    expect(rig.overheard).toBe("");
  });
});

describe("sealed", () => {
  beforeEach(() => make({ seals: true }));

  test.each([23, 517])(
    "a lamp joins by the code on its label over a link of %i bytes, and nobody can read it",
    async (mtu) => {
      make({ seals: true, mtu });
      expect(await rig.share(sealed())).toBe("joined");
      expect(await rig.station.link()).toBe("joined");
      expect(rig.kept.has("wifi")).toBe(true);
      expect(rig.overheard).not.toContain("canary");
      expect(rig.overheard.length).toBeGreaterThan(200);
    },
  );

  test("five wrong codes close the window; the network is told to nobody", async () => {
    for (let times = 0; times < 5; times++)
      await expect(rig.share(sealed("AAAA-AAAA-AAAA-AAAA-AAAA"))).rejects.toEqual(
        coded("printed_code_wrong"),
      );
    await expect(rig.share(sealed())).rejects.toEqual(coded("provisioning_closed"));
    expect(await rig.station.link()).toBe("apart");
  });

  test("a wrong password is told by the lamp, sealed as well", async () => {
    rig.network = { ...home(), password: Buffer.from("another password") };
    expect(await rig.share(sealed())).toBe("wrong-password");
    expect(rig.kept.size).toBe(0);
  });

  test("who stands between them changes an answer, and is found out", async () => {
    rig.onWire = (wire) => {
      wire.onNotify = (value) => {
        if (value[0] !== 0xc0 || value.length < 20) return value;
        const changed = Buffer.from(value);
        changed[10] = (changed[10] ?? 0) ^ 1;
        return changed;
      };
    };
    await expect(rig.share(sealed())).rejects.toBeDefined();
    expect(await rig.station.link()).toBe("apart");
  });

  test("a lamp that knows no more than Improv is not told sealed", async () => {
    make();
    await expect(rig.share(sealed())).rejects.toEqual(coded("not_capable"));
  });
});

describe("what goes wrong", () => {
  test("outside the window nobody is told, and no lamp is looked for", async () => {
    rig.window.shut();
    await expect(rig.share(inClear)).rejects.toEqual(coded("provisioning_closed"));
    await expect(rig.share(sealed())).rejects.toEqual(coded("provisioning_closed"));
    expect(rig.wires).toEqual([]);
  });

  test("no such lamp, or no network", async () => {
    rig.isInReach = false;
    await expect(rig.share(inClear)).rejects.toEqual(coded("lamp_not_in_reach"));
    rig.isInReach = true;
    rig.network = undefined;
    await expect(rig.share(inClear)).rejects.toEqual(coded("wifi_not_set"));
  });

  const told = async (seconds: number) => {
    const outcome = rig.share(inClear).then(
      (said) => said,
      ({ code }: { readonly code: string }) => code,
    );
    await settle();
    await rig.clock.advance(Seconds(seconds));
    return await outcome;
  };

  test("a lamp that says nothing is waited for a minute and no longer", async () => {
    rig.onWire = (wire) => {
      wire.onNotify = () => undefined;
    };
    expect(await told(60)).toBe("timed_out");
  });

  test("a lamp that disappears while it is told", async () => {
    rig.onWire = (wire) => {
      wire.onWrite = (value) => {
        wire.hangUp("lost");
        return value;
      };
    };
    expect(["timed_out", "ble_failed"]).toContain(await told(0));
  });

  test.each([
    [
      "half a result, and then nothing",
      (value: Uint8Array) => (value[0] === 1 ? value.subarray(0, 4) : value),
      "timed_out",
    ],
    ["another sum", (value: Uint8Array) => (value[0] === 1 ? value.with(-1, 0) : value), "failed"],
    ["the result of another command", () => Uint8Array.from([2, 0, 2]), "failed"],
    ["a long story", () => Uint8Array.from([1, 255, ...Array.from({ length: 500 }, () => 7)]), "failed"],
  ] as const)("a lamp that answers with %s", async (_what, change, outcome) => {
    rig.onWire = (wire) => {
      wire.onNotify = change;
    };
    expect(await told(60)).toBe(outcome);
  });

  test("a device that speaks something else", async () => {
    rig.onWire = (wire) => {
      wire.entries = async () => [];
      wire.notify = async () => {
        throw Object.assign(new RangeError("none"), { code: "ble_failed" });
      };
    };
    expect(await told(0)).toBe("ble_failed");
  });
});
