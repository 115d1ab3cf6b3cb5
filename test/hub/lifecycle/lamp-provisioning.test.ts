import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type NamedFlash, ProvisioningLamp } from "../../../devices/sim/provisioning/provisioning-lamp.ts";
import type { Device } from "../../../hub/domain/home.ts";
import type { LampId } from "../../../hub/domain/ids.ts";
import { Instant, Minutes, Seconds } from "../../../hub/domain/units.ts";
import type { WifiCredentials } from "../../../hub/domain/wifi.ts";
import { LampProvisioning } from "../../../hub/lifecycle/lamp-provisioning.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { AccessPoint } from "../../../hub/platform/sim/wifi/access-point.ts";
import { Station } from "../../../hub/platform/sim/wifi/station.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";
import { proves } from "../../support/proves.ts";

const lamp = "l-aaaaaaaaaaaa" as LampId;
const device: Device = {
  id: lamp,
  kind: "lamp",
  profile: "lampkeeper/color-bulb",
  address: "sim-lamp-0",
  name: "Hall",
  room: null,
};
const label = "ABCD-EFGH-IJKL-MNOP-QRST";
const code = Buffer.from(label);
const home = () => ({ ssid: Buffer.from("canary-ssid-77"), password: Buffer.from("canary-password-88") });

class Flash implements NamedFlash {
  readonly kept = new Map<string, Uint8Array>();
  put(name: string, bytes: Uint8Array): void {
    this.kept.set(name, Uint8Array.from(bytes));
  }
  get(name: string): Uint8Array | undefined {
    const kept = this.kept.get(name);
    return kept && Uint8Array.from(kept);
  }
}

/** A hub, a lamp and what flies between them. */
class Rig {
  readonly clock = new VirtualClock(Instant(1_790_000_000_000));
  readonly entropy = new SeededEntropy(new SeededRandom(3));
  readonly log = new MemoryLog();
  readonly accessPoint = new AccessPoint(this.entropy, home());
  readonly flash = new Flash();
  readonly lamp = new ProvisioningLamp(
    this.entropy,
    { address: device.address, code: Buffer.from("ABCDEFGHIJKLMNOPQRST") },
    new Station(this.entropy, this.accessPoint),
    this.flash,
  );
  network: WifiCredentials | undefined = home();
  readonly overheard: Buffer[] = [];
  /** Between hub and lamp; a test puts itself there. */
  carry = (message: Uint8Array): Promise<Uint8Array | undefined> => this.lamp.hear(message);
  readonly hub = new LampProvisioning(
    this.clock,
    this.entropy,
    new AuditedLog(this.log),
    { device: (id) => (id === lamp ? device : undefined) },
    { read: (use) => (this.network === undefined ? undefined : use(this.network)) },
    {
      exchange: async (_address, message) => {
        this.overheard.push(Buffer.from(message));
        const answer = await this.carry(message);
        if (answer !== undefined) this.overheard.push(Buffer.from(answer));
        return answer;
      },
    },
  );
}

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
  rig.hub.open(Minutes(2));
});
afterEach(() => rig.hub.shut());

describe("inside the window", () => {
  test("a lamp is told the network, tries it, keeps it, and says so", async () => {
    expect(await rig.hub.share(lamp, code)).toBe("joined");
    expect(rig.accessPoint.stations).toBe(1);
    expect(Buffer.from(rig.flash.get("wifi") ?? []).toString()).toBe(
      "\u000ecanary-ssid-77\u0012canary-password-88".padEnd(98, "\0"),
    );
  });

  test("a lamp whose mains was gone goes back into the network by itself", async () => {
    await rig.hub.share(lamp, code);
    rig.accessPoint.unplug();
    rig.accessPoint.plugIn();
    expect(rig.accessPoint.stations).toBe(0);
    rig.lamp.restart();
    await rig.clock.advance(Seconds(1));
    expect(rig.accessPoint.stations).toBe(1);
  });

  test.each(["abcd efgh ijkl mnop qrst", "ABCDEFGHIJKLMNOPQRST"])(
    "the code may be typed %s",
    async (typed) => {
      expect(await rig.hub.share(lamp, Buffer.from(typed))).toBe("joined");
    },
  );

  test.each([
    ["wrong-password", { ssid: Buffer.from("canary-ssid-77"), password: Buffer.from("another password") }],
    ["not-found", { ssid: Buffer.from("elsewhere"), password: Buffer.from("canary-password-88") }],
  ] as const)("a lamp that cannot join (%s) says so and keeps nothing", async (outcome, network) => {
    rig.network = network;
    expect(await rig.hub.share(lamp, code)).toBe(outcome);
    expect(rig.flash.kept.size).toBe(0);
  });

  test(`what flies by says neither name nor password, nor how long they are ${proves("EN303645:5.5-6", "ISVS:4.3.6")}`, async () => {
    await rig.hub.share(lamp, code);
    const long = rig.overheard.splice(0).map(({ length }) => length);
    rig.network = { ssid: Buffer.from("x"), password: Buffer.from("12345678") };
    await rig.hub.share(lamp, code);
    expect(rig.overheard.map(({ length }) => length)).toEqual(long);
    for (const message of rig.overheard) expect(message.toString("latin1")).not.toContain("canary");
  });
});

const refusal = (share: Promise<unknown>) =>
  share.then(
    () => "shared",
    (error: { code?: string }) => error.code,
  );

describe("refused, and the lamp keeps nothing", () => {
  afterEach(() => expect(rig.flash.kept.size).toBe(0));

  test("outside the window", async () => {
    rig.hub.shut();
    expect(await refusal(rig.hub.share(lamp, code))).toBe("provisioning_closed");
    rig.hub.open(Seconds(30));
    await rig.clock.advance(Seconds(31));
    expect(rig.hub.openUntil()).toBeUndefined();
    expect(await refusal(rig.hub.share(lamp, code))).toBe("provisioning_closed");
    expect(rig.overheard).toEqual([]);
  });

  test("when the window closes before the lamp has proved itself", async () => {
    rig.carry = async (message) => {
      rig.hub.shut();
      return await rig.lamp.hear(message);
    };
    expect(await refusal(rig.hub.share(lamp, code))).toBe("provisioning_closed");
    expect(rig.overheard).toHaveLength(2);
  });

  test.each(["", "ABCD", "ABCD-EFGH-IJKL-MNOP-QRS1", "ABCD-EFGH-IJKL-MNOP-QRSTU", "\0".repeat(20)])(
    "what cannot be a code: %j",
    async (typed) => {
      expect(await refusal(rig.hub.share(lamp, Buffer.from(typed)))).toBe("printed_code_invalid");
    },
  );

  test("no network, no lamp, no answer", async () => {
    expect(await refusal(rig.hub.share("l-bbbbbbbbbbbb" as LampId, code))).toBe("not_found");
    rig.carry = async () => undefined;
    expect(await refusal(rig.hub.share(lamp, code))).toBe("lamp_not_in_reach");
    rig.network = undefined;
    rig.carry = (message) => rig.lamp.hear(message);
    expect(await refusal(rig.hub.share(lamp, code))).toBe("wifi_not_set");
  });

  test(`another lamp's code; after five of them the window closes ${proves("ISVS:2.2.3")}`, async () => {
    const other = Buffer.from("ABCD-EFGH-IJKL-MNOP-QRSA");
    for (let attempt = 0; attempt < 5; attempt++)
      expect(await refusal(rig.hub.share(lamp, other))).toBe("printed_code_wrong");
    expect(await refusal(rig.hub.share(lamp, code))).toBe("provisioning_closed");
  });

  test("an impostor lamp that does not know the code", async () => {
    const impostor = new ProvisioningLamp(
      rig.entropy,
      { address: device.address, code: Buffer.from("AAAAAAAAAAAAAAAAAAAA") },
      new Station(rig.entropy, rig.accessPoint),
      rig.flash,
    );
    rig.carry = (message) => impostor.hear(message);
    expect(await refusal(rig.hub.share(lamp, code))).toBe("printed_code_wrong");
    expect(rig.overheard).toHaveLength(2);
  });

  test("a lamp in the place of another, though both labels are known", async () => {
    const twin = new ProvisioningLamp(
      rig.entropy,
      { address: "sim-lamp-1", code: Buffer.from("ABCDEFGHIJKLMNOPQRST") },
      new Station(rig.entropy, rig.accessPoint),
      rig.flash,
    );
    rig.carry = (message) => twin.hear(message);
    expect(await refusal(rig.hub.share(lamp, code))).toBe("printed_code_wrong");
  });

  test("an impostor in the middle who has keys of its own", async () => {
    const middle = new SeededEntropy(new SeededRandom(99));
    rig.carry = async (message) => {
      const answer = await rig.lamp.hear(message);
      if (answer === undefined || answer[1] !== 2) return answer;
      const forged = Buffer.from(answer);
      forged.set(middle.bytes(32), 2);
      return forged;
    };
    expect(await refusal(rig.hub.share(lamp, code))).toBe("printed_code_wrong");
  });

  test.each([0, 1, 2, 33, 34, 65])("an answer whose byte %i was touched", async (at) => {
    rig.carry = async (message) => {
      const answer = Buffer.from((await rig.lamp.hear(message)) ?? []);
      answer[at] = (answer[at] ?? 0) ^ 1;
      return answer;
    };
    expect(await refusal(rig.hub.share(lamp, code))).toBe("printed_code_wrong");
  });

  test.each([1, 2, 33, 34, 50, 150])("an offer whose byte %i was touched", async (at) => {
    rig.carry = async (message) => {
      if (message[1] === 1) return await rig.lamp.hear(message);
      const touched = Buffer.from(message);
      touched[at] = (touched[at] ?? 0) ^ 1;
      return await rig.lamp.hear(touched);
    };
    expect(await refusal(rig.hub.share(lamp, code))).toBe("timed_out");
    expect(rig.accessPoint.stations).toBe(0);
  });
});

describe("somebody who plays back what flew by", () => {
  test("gets no lamp to do anything: each round has keys of its own", async () => {
    await rig.hub.share(lamp, code);
    const [hello, , offer] = rig.overheard;
    rig.flash.kept.clear();
    expect(await rig.lamp.hear(offer as Buffer)).toBeUndefined();
    expect(await rig.lamp.hear(hello as Buffer)).toBeDefined();
    expect(await rig.lamp.hear(offer as Buffer)).toBeUndefined();
    expect(rig.flash.kept.size).toBe(0);
  });

  test("gets no hub to believe in an outcome", async () => {
    await rig.hub.share(lamp, code);
    const result = rig.overheard[3] as Buffer;
    rig.network = { ssid: Buffer.from("elsewhere"), password: Buffer.from("canary-password-88") };
    rig.carry = async (message) => (message[1] === 3 ? result : await rig.lamp.hear(message));
    expect(await refusal(rig.hub.share(lamp, code))).toBe("timed_out");
  });

  test("and an impostor hub are not listened to after five attempts, until the mains was gone", async () => {
    const impostorHub = async () => {
      await rig.lamp.hear(Buffer.concat([Buffer.of(1, 1), Buffer.alloc(32, 9)]));
      return await rig.lamp.hear(Buffer.concat([Buffer.of(1, 3), Buffer.alloc(160)]));
    };
    for (let attempt = 0; attempt < 5; attempt++) expect(await impostorHub()).toBeUndefined();
    expect(await refusal(rig.hub.share(lamp, code))).toBe("lamp_not_in_reach");
    rig.lamp.restart();
    expect(await rig.hub.share(lamp, code)).toBe("joined");
  });

  test("or sends noise, hears nothing and breaks nothing", async () => {
    for (const noise of [[], [1], [1, 1], [1, 3], [2, 1], [1, 9], [0xff]])
      expect(await rig.lamp.hear(Buffer.from(noise))).toBeUndefined();
    expect(await rig.lamp.hear(Buffer.concat([Buffer.of(1, 1), Buffer.alloc(32)]))).toBeUndefined();
  });
});

test("logs say which lamp and what came of it, and nothing else", async () => {
  await rig.hub.share(lamp, code);
  await refusal(rig.hub.share(lamp, Buffer.from("ABCD-EFGH-IJKL-MNOP-QRSA")));
  expect(rig.log.lines.map(({ event, fields }) => [event, fields])).toEqual([
    ["provisioning.opened", { ms: 120_000 }],
    ["provisioning.shared", { lamp, reason: "joined" }],
    ["provisioning.wrong-code", { attempt: 1 }],
  ]);
});
