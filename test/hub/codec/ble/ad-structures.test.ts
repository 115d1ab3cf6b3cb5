import fc from "fast-check";
import { expect, test } from "vitest";
import { readAdStructures } from "../../../../hub/codec/ble/ad-structures.ts";
import { hex } from "./vectors.ts";

test("services of every width read alike, and those of the SIG by their four digits", () => {
  const improv = "00467768622822724663277478268000";
  const bytes = Buffer.concat([
    hex("0302f0ff"),
    hex("0505aafe0000"),
    hex("1107"),
    hex("fb349b5f80000080001000000ffe0000"),
    hex("1107"),
    hex(improv).reverse(),
    hex("050544332211"),
  ]);
  expect(readAdStructures(bytes).services).toEqual([
    "fff0",
    "feaa",
    "fe0f",
    improv,
    "1122334400001000800000805f9b34fb",
  ]);
});

test("names, power, flags and what makers and services say", () => {
  const bytes = hex(
    "020106 0508 4c616d70 0809 4c616d70203037 020aec 05ff 4c00 aabb 0616 d2fc 40 01 61 0221".replace(
      " 0221",
      "",
    ),
  );
  expect(readAdStructures(bytes)).toEqual({
    flags: 6,
    name: "Lamp 07",
    txPower: -20,
    services: [],
    manufacturerData: [{ company: 0x004c, data: hex("aabb") }],
    serviceData: [{ service: "fcd2", data: hex("400161") }],
  });
});

test("a name keeps no control characters, and a shortened one does not replace the whole", () => {
  const name = (bytes: string) => readAdStructures(hex(bytes)).name;
  expect(name("0709410a1b5b3142")).toBe("A[1B");
  expect(name("03094142 02087a")).toBe("AB");
  expect(name("0309c328")).toBe("\ufffd(");
});

test("what is cut short, or of no length, ends it", () => {
  expect(readAdStructures(hex("020106 09 0941")).name).toBeUndefined();
  expect(readAdStructures(hex("020106 00 03094142"))).toEqual({
    flags: 6,
    services: [],
    serviceData: [],
    manufacturerData: [],
  });
});

test("whatever is said in whole structures is heard, in its order", () => {
  const said = fc.array(fc.record({ service: fc.nat(0xffff), data: fc.uint8Array({ maxLength: 20 }) }), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(said, fc.uint8Array({ maxLength: 3 }), (data, tail) => {
      const whole = data.map(({ service, data }) =>
        Buffer.concat([Buffer.of(3 + data.length, 0x16, service & 0xff, service >> 8), data]),
      );
      // Cut short, so that it says nothing.
      const cut = Buffer.of(5 + tail.length, 0x16, ...tail);
      const heard = readAdStructures(Buffer.concat([...whole, cut])).serviceData;
      expect(heard.map(({ service, data }) => [service, [...data]])).toEqual(
        data.map(({ service, data }) => [service.toString(16).padStart(4, "0"), [...data]]),
      );
    }),
  );
});

test("no more is looked at than an advertisement can have", () => {
  const flood = Buffer.concat(Array.from({ length: 10_000 }, () => hex("0302f0ff")));
  expect(readAdStructures(flood).services.length).toBeLessThanOrEqual(1650 / 4);
});
