import fc from "fast-check";
import { expect, test } from "vitest";
import {
  btsnoopHeader,
  btsnoopRecord,
  type CapturedPacket,
  readBtsnoop,
  withoutKeys,
} from "../../../hub/codec/ble/btsnoop.ts";
import { isLong } from "../../support/size.ts";

const packet = fc.record({
  atUs: fc.bigInt({ min: 0n, max: 4_000_000_000_000_000n }),
  fromController: fc.boolean(),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((each) => Buffer.from(each)),
});

const fileOf = (packets: readonly CapturedPacket[]): Buffer =>
  Buffer.concat([btsnoopHeader(), ...packets.map(btsnoopRecord)]);

test("a capture is read as it was written; cut off, as far as it is whole", () => {
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 6 }), fc.nat(400), (packets, cut) => {
      const file = fileOf(packets);
      expect(readBtsnoop(file)).toEqual(packets);
      const part = readBtsnoop(file.subarray(0, Math.max(16, file.length - cut)));
      expect(part).toEqual(packets.slice(0, part?.length ?? 0));
    }),
  );
});

test("what is no capture is none, and no file is thrown at", () => {
  const files = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((each) => Buffer.from(each)),
    fc.uint8Array({ maxLength: 200 }).map((each) => Buffer.concat([btsnoopHeader(), Buffer.from(each)])),
  );
  fc.assert(
    fc.property(files, (file) => {
      const packets = readBtsnoop(file);
      expect(packets === undefined).toBe(!file.subarray(0, 16).equals(btsnoopHeader()));
    }),
    { numRuns: isLong ? 1_000_000 : 20_000 },
  );
});

/* Layouts by hand from the Core Specification, Vol 4 Part E 7.8.24 and 7.8.25, Vol 3 Part H 3.5 and 3.6. */
const key = "5a".repeat(16);
const secrets: Readonly<Record<string, string>> = {
  "LE Enable Encryption": `0119201c 4000 0000000000000000 0000 ${key}`,
  "LE Long Term Key Request Reply": `011a2012 4000 ${key}`,
  "Link Key Request Reply": `010b0416 010203040506 ${key}`,
  "Link Key Notification": `041817 010203040506 ${key} 04`,
  "Encryption Information": `0240201500 1100 0600 06 ${key}`,
  "Identity Information": `0240201500 1100 0600 08 ${key}`,
  "Pairing Random": `0240201500 1100 0600 04 ${key}`,
};

test.each(Object.entries(secrets))("%s: its key is not kept", (_name, text) => {
  const bytes = Buffer.from(text.replaceAll(" ", ""), "hex");
  const kept = withoutKeys({ atUs: 0n, fromController: true, bytes }).bytes;
  expect(kept).toHaveLength(bytes.length);
  expect(kept.toString("hex")).toBe(bytes.toString("hex").replace(key, "00".repeat(16)));
});

test("what holds no key stays as it is, also where it looks like one", () => {
  const attribute = Buffer.from(`0240201500 1100 0400 06 ${key}`.replaceAll(" ", ""), "hex");
  const continuation = Buffer.from(`0240101500 1100 0600 06 ${key}`.replaceAll(" ", ""), "hex");
  for (const bytes of [attribute, continuation]) {
    expect(withoutKeys({ atUs: 0n, fromController: true, bytes }).bytes).toEqual(bytes);
  }
});
