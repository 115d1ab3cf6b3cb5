import { describe, expect, test } from "vitest";
import { pskOf } from "../../../../../hub/crypto/wpa-psk.ts";
import { SeededEntropy } from "../../../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../../../hub/platform/sim/seeded-random.ts";
import { AccessPoint } from "../../../../../hub/platform/sim/wifi/access-point.ts";
import { Station } from "../../../../../hub/platform/sim/wifi/station.ts";
import { prf, Supplicant } from "../../../../../hub/platform/sim/wifi/supplicant.ts";

const network = (ssid: string, password: string) => ({
  ssid: Buffer.from(ssid),
  password: Buffer.from(password),
});

describe("vectors of IEEE 802.11-2020, annex J", () => {
  test.each([
    ["IEEE", "password", "f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e"],
    ["ThisIsASSID", "ThisIsAPassword", "0dc0d6eb90555ed6419756b9a15ec3e3209b63df707dd508d14581f8982721af"],
    ["Z".repeat(32), "a".repeat(32), "becb93866bb8c3832cb777c2f559807c8c59afcb6eae734885001300a981cc62"],
  ])("J.4.2: the key of %s", (ssid, password, key) => {
    expect(pskOf(network(ssid, password)).toString("hex")).toBe(key);
    expect(pskOf(network("any other", key)).toString("hex")).toBe(key);
    expect(pskOf(network("any other", key.toUpperCase())).toString("hex")).toBe(key);
  });

  test.each([
    [
      Buffer.alloc(20, 0x0b),
      "prefix",
      Buffer.from("Hi There"),
      "bcd4c650b30b9684951829e0d75f9d54b862175ed9f00606e17d8da35402ffee75df78c3d31e0f889f012120c0862beb67753e7439ae242edb8373698356cf5a",
    ],
    [
      Buffer.from("Jefe"),
      "prefix",
      Buffer.from("what do ya want for nothing?"),
      "51f4de5b33f249adf81aeb713a3c20f4fe631446fabdfa58244759ae58ef9009a99abf4eac2ca5fa87e692c440eb40023e7babb206d61de7b92f41529092b8fc",
    ],
  ])("J.3: PRF-512 %#", (key, label, context, expected) => {
    expect(Buffer.from(prf(key, label, context, 512)).toString("hex")).toBe(expected);
  });
});

const entropy = () => new SeededEntropy(new SeededRandom(11));
const home = network("Canary lane 7", "correct horse battery");

describe("a station at the access point", () => {
  test("comes in with the right password, by handshake", async () => {
    const air = entropy();
    const accessPoint = new AccessPoint(air, home);
    const station = new Station(air, accessPoint);
    expect(await station.link()).toBe("apart");
    expect(await station.join(home)).toBe("joined");
    expect(await station.link()).toBe("joined");
    expect(accessPoint.stations).toBe(1);
    await station.leave();
    expect(await station.link()).toBe("apart");
    expect(accessPoint.stations).toBe(0);
  });

  test.each([
    ["another password", network("Canary lane 7", "correct horse batterz"), "wrong-password"],
    ["another name", network("Canary lane 8", "correct horse battery"), "not-found"],
    ["a name that goes on", network("Canary lane 7\n", "correct horse battery"), "not-found"],
  ] as const)("stays out with %s", async (_what, other, outcome) => {
    const air = entropy();
    const accessPoint = new AccessPoint(air, home);
    const station = new Station(air, accessPoint);
    expect(await station.join(other)).toBe(outcome);
    expect(await station.link()).toBe("apart");
    expect(accessPoint.stations).toBe(0);
  });

  test("is out when the access point goes, or changes its password", async () => {
    const air = entropy();
    const accessPoint = new AccessPoint(air, home);
    const station = new Station(air, accessPoint);
    await station.join(home);
    accessPoint.unplug();
    expect(await station.link()).toBe("apart");
    expect(await station.join(home)).toBe("not-found");
    accessPoint.plugIn();
    expect(await station.join(home)).toBe("joined");
    accessPoint.configure(network("Canary lane 7", "another password"));
    expect(await station.link()).toBe("apart");
    expect(await station.join(home)).toBe("wrong-password");
  });
});

describe("a frame of the handshake that was touched, or comes again, is passed over", () => {
  const parties = () => {
    const air = entropy();
    const accessPoint = new AccessPoint(air, home);
    const own = Buffer.from("020000000001", "hex");
    const beacon = accessPoint.find(home.ssid);
    if (beacon === undefined) throw new TypeError("there is no beacon");
    const supplicant = new Supplicant({
      own,
      other: beacon.address,
      psk: pskOf(home),
      nonce: air.bytes(32),
      security: beacon.security,
    });
    return { authenticator: accessPoint.associate(own), supplicant };
  };
  const present = (frame: Buffer | undefined): Buffer => {
    if (frame === undefined) throw new TypeError("there is no frame");
    return frame;
  };

  /** The whole handshake; `touch` may change each message on its way. */
  const shaken = (touch: (number: number, frame: Buffer) => void) => {
    const { authenticator, supplicant } = parties();
    const kinds: string[] = [];
    let frame: Buffer | undefined = authenticator.begin();
    for (let number = 1; frame !== undefined; number++) {
      kinds.push(frame.readUInt16BE(5).toString(16));
      touch(number, frame);
      frame = number % 2 === 1 ? supplicant.answer(frame) : authenticator.hear(frame);
    }
    return { kinds, isOpen: authenticator.isOpen, isDone: supplicant.isDone };
  };

  test("the four messages have the key information that the standard says", () => {
    const whole = { kinds: ["8a", "10a", "13ca", "30a"], isOpen: true, isDone: true };
    expect(shaken(() => undefined)).toEqual(whole);
  });

  test.each([1, 2, 3, 4])("whatever is touched in message %i, the station stays out", (touched) => {
    const places = touched === 1 ? [17, 48] : [5, 6, 16, 17, 48, 81, 96, -1];
    for (const place of places) {
      const touch = (number: number, frame: Buffer) => {
        const at = place < 0 ? frame.length + place : place;
        if (number === touched) frame[at] = (frame[at] ?? 0) ^ 0x04;
      };
      const { isOpen, isDone } = shaken(touch);
      expect([isOpen, isDone], `byte ${place}`).toEqual([false, touched === 4]);
    }
  });

  test("a third message that comes again is not answered twice, nor a first one of another round", () => {
    const { authenticator, supplicant } = parties();
    const first = authenticator.begin();
    const third = present(authenticator.hear(present(supplicant.answer(first))));
    expect(supplicant.answer(first)).toBeUndefined();
    expect(supplicant.answer(third)).toBeDefined();
    expect(supplicant.answer(third)).toBeUndefined();
  });

  test("an access point that does not know the password is not believed", async () => {
    const air = entropy();
    const impostor = new AccessPoint(air, network("Canary lane 7", "does not know it"));
    expect(await new Station(air, impostor).join(home)).toBe("wrong-password");
    expect(impostor.stations).toBe(0);
  });
});
