import { createSecretKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readAdStructures } from "../../../../hub/codec/ble/ad-structures.ts";
import {
  type BthomeSealed,
  bthomeNonce,
  bthomeOpened,
  bthomeService,
  readBthome,
} from "../../../../hub/codec/ble/bthome.ts";
import { readEddystone } from "../../../../hub/codec/ble/eddystone.ts";
import { ibeaconCompany, readIbeacon } from "../../../../hub/codec/ble/ibeacon.ts";
import {
  mibeaconAssociated,
  mibeaconNonce,
  mibeaconOpened,
  mibeaconReading,
  readMibeacon,
} from "../../../../hub/codec/ble/mibeacon.ts";
import { openCcm } from "../../../../hub/crypto/ccm.ts";
import {
  addressHash,
  isResolvable,
  resolves,
  resolvingKeys,
} from "../../../../hub/crypto/private-address.ts";
import {
  bthomeAdvertisement,
  bthomeObjects,
  bthomeSealed,
  eddystoneUrl,
  hex,
  libreBeacon,
  mibeaconSealed,
  multiBeacon,
  privateAddress,
  shellyBlu,
} from "./vectors.ts";

const objectsOf = (packet: string) => {
  const read = readBthome(hex(packet));
  return read?.sealed === false ? read.objects : undefined;
};

const sealedIn = (packet: string): BthomeSealed => {
  const read = readBthome(hex(packet));
  if (read?.sealed !== true) throw new RangeError("not sealed");
  return read;
};

describe("BTHome v2", () => {
  test.each(bthomeObjects)("%s is %s %s", (packet, what, value) => {
    const kind = typeof value === "number" ? "number" : "binary";
    expect(objectsOf(packet)).toEqual([{ kind, what, value }]);
  });

  test("buttons, dimmers, commands and texts (format.html)", () => {
    expect(objectsOf("403A04")).toEqual([{ kind: "button", press: "long_press" }]);
    expect(objectsOf("403A80")).toEqual([{ kind: "button", press: "hold_press" }]);
    expect(objectsOf("403A003A01")).toEqual([{ kind: "button" }, { kind: "button", press: "press" }]);
    expect(objectsOf("403C0103")).toEqual([{ kind: "dimmer", turn: "left", steps: 3 }]);
    expect(objectsOf("403C0000")).toEqual([{ kind: "dimmer", steps: 0 }]);
    expect(objectsOf("403B0002")).toEqual([{ kind: "command", command: "toggle", arguments: hex("") }]);
    expect(objectsOf("403B010305")).toEqual([{ kind: "command", command: "step_up", arguments: hex("05") }]);
    expect(objectsOf("40530C48656C6C6F20576F726C6421")).toEqual([{ kind: "text", text: "Hello World!" }]);
    expect(objectsOf("405403010203")).toEqual([{ kind: "raw", bytes: hex("010203") }]);
  });

  test("a whole advertisement", () => {
    const { name, flags, serviceData } = readAdStructures(hex(bthomeAdvertisement));
    expect([name, flags, serviceData[0]?.service]).toEqual(["DIY-sensor", 6, bthomeService]);
    expect(readBthome(serviceData[0]?.data ?? hex(""))).toEqual({
      sealed: false,
      onTrigger: false,
      objects: [
        { kind: "number", what: "temperature", value: 25 },
        { kind: "number", what: "humidity", value: 50.55 },
      ],
    });
  });

  test("a Shelly BLU H&T", () => {
    expect(readBthome(hex(shellyBlu))).toEqual({
      sealed: false,
      onTrigger: false,
      packet: 0x2e,
      objects: [
        { kind: "number", what: "battery", value: 100 },
        { kind: "binary", what: "light", value: true },
        { kind: "number", what: "humidity", value: 52 },
        { kind: "number", what: "temperature", value: 27.8 },
      ],
    });
  });

  test("the first unknown id ends it, and so does a value that is cut short", () => {
    expect(objectsOf("400161F90102CA09")).toHaveLength(1);
    expect(objectsOf("40016102CA")).toHaveLength(1);
    expect(objectsOf("4001610153")).toHaveLength(2);
    expect(objectsOf("405310484A")).toEqual([]);
  });

  test("another version, or nothing at all, is none", () => {
    for (const packet of ["", "20", "6002CA09", "41", "410011223344556677"])
      expect(readBthome(hex(packet))).toBeUndefined();
  });

  const key = createSecretKey(hex(bthomeSealed.key));
  const address = hex(bthomeSealed.address);
  const opened = (packet: string) => {
    const sealed = sealedIn(packet);
    return openCcm(key, bthomeNonce(address, sealed), sealed)?.toString("hex");
  };

  test("sealed packets open with their key, and with no other", () => {
    const sealed = sealedIn(bthomeSealed.official);
    expect(sealed.counter).toBe(1_122_867);
    expect(bthomeNonce(address, sealed).toString("hex")).toBe(bthomeSealed.nonce);
    expect(opened(bthomeSealed.official)).toBe(bthomeSealed.plain);
    expect(opened(bthomeSealed.correct)).toBe(bthomeSealed.plain);
    expect(opened(bthomeSealed.next)).toBeDefined();
    expect(opened(bthomeSealed.lower)).toBeDefined();
    const other = createSecretKey(hex(bthomeSealed.key.replace("23", "24")));
    expect(openCcm(other, bthomeNonce(address, sealed), sealed)).toBeUndefined();
  });

  test("a sealed packet with a bit changed anywhere does not open", () => {
    const bytes = hex(bthomeSealed.official);
    for (let bit = 8; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(opened(changed.toString("hex"))).toBeUndefined();
    }
  });

  test("opened, it reads as if it had been in clear", () => {
    const opened = bthomeOpened(sealedIn(bthomeSealed.official), hex(bthomeSealed.plain));
    expect(objectsOf(opened.toString("hex"))).toEqual([
      { kind: "number", what: "temperature", value: 25.06 },
      { kind: "number", what: "humidity", value: 50.55 },
    ]);
  });
});

describe("MiBeacon", () => {
  const address = hex(mibeaconSealed.address);

  test("a sealed packet of an LYWSD03MMC opens, and reads as if it had been in clear", () => {
    const sealed = readMibeacon(hex(mibeaconSealed.frame));
    if (sealed?.sealed !== true) throw new RangeError("not sealed");
    expect(Buffer.from(sealed.address ?? []).equals(address)).toBe(true);
    expect([sealed.product, sealed.counter]).toEqual([0x055b, 0x2650]);
    const key = createSecretKey(hex(mibeaconSealed.key));
    const plain = openCcm(key, mibeaconNonce(address, sealed), sealed, mibeaconAssociated);
    expect(plain?.toString("hex")).toBe(mibeaconSealed.plain);
    const clear = readMibeacon(mibeaconOpened(sealed, plain ?? hex("")));
    expect(clear?.sealed === false && mibeaconReading(clear.objects)).toEqual({ humidity: 46.7 });
  });

  test("objects by their ids; those of another length are left out (parser.py)", () => {
    const objects = (body: string) => {
      const read = readMibeacon(Buffer.concat([hex("50205b0501"), hex("f4830238c1a4"), hex(body)]));
      return read?.sealed === false ? mibeaconReading(read.objects) : undefined;
    };
    expect(objects("0d1004f1ff0e02")).toEqual({ temperature: -1.5, humidity: 52.6 });
    expect(objects("0a10015d0410020801")).toEqual({ battery: 93, temperature: 26.4 });
    expect(objects("071003e80300")).toEqual({ illuminance: 1000 });
    expect(objects("04100108")).toEqual({});
    expect(objects("0a10015d0410")).toEqual({ battery: 93 });
  });

  test("a capability takes one byte, or two where it speaks of ports", () => {
    const read = (capability: string) => {
      const packet = readMibeacon(Buffer.concat([hex("60205b0501"), hex(capability), hex("0a10015d")]));
      return packet?.sealed === false ? mibeaconReading(packet.objects) : undefined;
    };
    expect(read("08")).toEqual({ battery: 93 });
    expect(read("2801")).toEqual({ battery: 93 });
  });

  test("mesh devices, old versions and packets without objects are none", () => {
    for (const packet of [
      "d0205b0501f4830238c1a40a10015d",
      "50105b0501f4830238c1a40a10015d",
      "10205b0501f4830238c1a4",
      "5020",
      "5858",
    ])
      expect(readMibeacon(hex(packet))).toBeUndefined();
  });
});

describe("beacons", () => {
  const ibeaconIn = (advertisement: string) => {
    const [maker] = readAdStructures(hex(advertisement)).manufacturerData;
    expect(maker?.company).toBe(ibeaconCompany);
    const read = readIbeacon(maker?.data ?? hex(""));
    return read && { ...read, identity: Buffer.from(read.identity).toString("hex") };
  };

  test("iBeacon", () => {
    expect(ibeaconIn(libreBeacon)).toEqual({
      identity: "e2c56db5dffb48d2b060d0f5a71096e000000000",
      major: 0,
      minor: 0,
      power: -59,
    });
    expect(ibeaconIn(multiBeacon)).toEqual({
      identity: "83256b7478d043a4826905f9dc8a44ba00100020",
      major: 16,
      minor: 32,
      power: -58,
    });
  });

  test("Eddystone (protocol-specification.md, by type)", () => {
    expect(readEddystone(hex(eddystoneUrl))).toEqual({
      kind: "url",
      power: -18,
      url: "https://goo.gl/Aq18zF",
    });
    expect(readEddystone(hex("10120061006207"))).toEqual({
      kind: "url",
      power: 18,
      url: "http://www.a.com/b.com",
    });
    const identity = hex("00112233445566778899aabbccddeeff");
    for (const reserved of ["", "0000"])
      expect(readEddystone(Buffer.concat([hex("00ee"), identity, hex(reserved)]))).toEqual({
        kind: "uid",
        power: -18,
        identity,
      });
    expect(readEddystone(hex("20000bb8198000000001000000 0a"))).toEqual({
      kind: "tlm",
      millivolts: 3000,
      temperature: 25.5,
      packets: 1,
      uptimeMs: 1000,
    });
    expect(readEddystone(hex("20000bb88000000000010000000a"))).not.toHaveProperty("temperature");
    expect(readEddystone(hex("30ee0011223344556677"))).toMatchObject({ kind: "eid", power: -18 });
    for (const frame of ["", "00", "10ee", "10ee04", "10ee0320", "2001", "30ee00", "40ee00"])
      expect(readEddystone(hex(frame))).toBeUndefined();
  });
});

describe("resolvable private addresses", () => {
  const { key, prand, hash, address } = privateAddress;

  test("the specification's example", () => {
    expect(addressHash(createSecretKey(hex(key)), hex(prand)).toString("hex")).toBe(hash);
    expect(resolves(createSecretKey(hex(key)), hex(address))).toBe(true);
  });

  test("a key given in the other order resolves as well", () => {
    const given = [hex(key), hex(key).reverse()].map(resolvingKeys);
    for (const keys of given) expect(keys.filter((each) => resolves(each, hex(address)))).toHaveLength(1);
  });

  test("another address, and another kind of address, does not", () => {
    const [own] = resolvingKeys(hex(key));
    expect(resolves(own, hex("70:81:94:0d:fb:ab"))).toBe(false);
    expect(["30819400", "b0819400", "f0819400"].map((each) => isResolvable(hex(`${each}0000`)))).toEqual([
      false,
      false,
      false,
    ]);
    expect(isResolvable(hex("7081940dfb"))).toBe(false);
  });
});
