import fc from "fast-check";
import { expect, test } from "vitest";
import { addressBytes, addressFrom } from "../../../devices/sim/air/device-address.ts";
import { advertisingReport, extendedAdvertisingReport } from "../../../devices/sim/air/hci-events.ts";
import { aclPacket, commandPacket, eventPacket, readHciPacket } from "../../../devices/sim/air/hci-packet.ts";
import { FrameAssembly, fragmentsOf, frameOf } from "../../../devices/sim/air/l2cap-frame.ts";
import { splitH4 } from "../../../hub/codec/ble/h4-stream.ts";
import {
  isAdvertising,
  isCreateConnection,
  readAdvertisingReports,
  readAttError,
  withPassiveScan,
} from "../../../hub/codec/ble/hci-reading.ts";
import { AdvertisementFragments } from "../../../hub/platform/node/ble/fragments.ts";
import { isLong } from "../../support/size.ts";

const numRuns = isLong ? 1_000_000 : 20_000;
const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((each) => Buffer.from(each));
const address = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .map((each) => addressFrom(each[0] ?? 0, Buffer.from(each)));

/** Noise that often begins as a packet does. */
const noise = fc.oneof(
  bytes(300),
  fc
    .tuple(fc.constantFrom("043e", "0402", "02", "01", "04"), bytes(280))
    .map(([head, rest]) => Buffer.concat([Buffer.from(head, "hex"), rest])),
  fc
    .tuple(fc.constantFrom(0x02, 0x0d), bytes(200))
    .map(([subevent, rest]) => eventPacket(0x3e, Buffer.concat([Buffer.from([subevent]), rest]))),
);

test("no reader of packets throws, whatever comes", { timeout: 300_000 }, () => {
  const fragments = new AdvertisementFragments();
  fc.assert(
    fc.property(noise, (packet) => {
      readHciPacket(packet);
      readAttError(packet);
      isCreateConnection(packet);
      const { packets, rest } = splitH4(packet);
      expect(packets.reduce((sum, each) => sum + each.length, rest.length)).toBe(packet.length);
      expect(withPassiveScan(packet)).toHaveLength(packet.length);
      for (const report of readAdvertisingReports(packet)) {
        expect(report.address).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
        const whole = fragments.add(report);
        expect(whole?.data.length ?? 0).toBeLessThanOrEqual(1650);
      }
    }),
    { numRuns },
  );
});

test("packets are read as they were written", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff }), fc.boolean(), bytes(255), (word, isFirst, data) => {
      expect(readHciPacket(commandPacket(word, data))).toEqual({
        kind: "command",
        opcode: word,
        parameters: data,
      });
      const code = word & 0xff;
      expect(readHciPacket(eventPacket(code, data))).toEqual({ kind: "event", code, parameters: data });
      const handle = word & 0x0fff;
      expect(readHciPacket(aclPacket(handle, isFirst, data))).toEqual({ kind: "acl", handle, isFirst, data });
    }),
  );
});

test("a stream is cut into the same packets wherever it is cut before", () => {
  const packet = fc
    .tuple(fc.integer({ min: 0, max: 255 }), bytes(255))
    .map(([code, data]) => eventPacket(code, data));
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 5 }), fc.nat(), (packets, at) => {
      const stream = Buffer.concat(packets);
      const cut = at % (stream.length + 1);
      const first = splitH4(stream.subarray(0, cut));
      const second = splitH4(Buffer.concat([first.rest, stream.subarray(cut)]));
      expect([...first.packets, ...second.packets]).toEqual(packets);
      expect(second).toMatchObject({ isBroken: false, rest: Buffer.alloc(0) });
    }),
  );
});

test("a stream that is none of packets is broken", () => {
  expect(splitH4(Buffer.from("ff00", "hex")).isBroken).toBe(true);
});

test("the hub reads reports as the air writes them, one reading against the other", () => {
  fc.assert(
    fc.property(address, bytes(31), fc.integer({ min: -127, max: 20 }), (sender, data, rssi) => {
      const expected = { address: sender.address, addressType: sender.type, rssi, data, end: "whole" };
      const legacy = advertisingReport({ sender, type: 0x00, data, rssi });
      expect(isAdvertising(legacy)).toBe(true);
      expect(readAdvertisingReports(legacy)).toEqual([
        { ...expected, connectable: true, isScanResponse: false },
      ]);
      const response = advertisingReport({ sender, type: 0x04, data, rssi });
      expect(readAdvertisingReports(response)).toEqual([
        { ...expected, connectable: false, isScanResponse: true },
      ]);
      const extended = extendedAdvertisingReport({ sender, type: 0x01, data, rssi }, 3);
      expect(readAdvertisingReports(extended)).toEqual([
        { ...expected, connectable: true, isScanResponse: false, set: 3 },
      ]);
      expect(addressFrom(sender.type === "random" ? 1 : 0, addressBytes(sender))).toEqual(sender);
    }),
  );
});

test("an RSSI that is not known is not made up", () => {
  const sender = { address: "c0:01:02:03:04:05", type: "random" } as const;
  const [report] = readAdvertisingReports(
    advertisingReport({ sender, type: 0, data: Buffer.alloc(0), rssi: 127 }),
  );
  expect(report?.rssi).toBe(undefined);
});

test("a frame comes out of its fragments, and of nothing else", () => {
  fc.assert(
    fc.property(bytes(600), fc.integer({ min: 4, max: 251 }), (payload, most) => {
      const frame = frameOf(4, payload);
      const assembly = new FrameAssembly();
      expect(assembly.add(Buffer.from([1]), false)).toBe(undefined);
      const parts = fragmentsOf(frame, most);
      const joined = parts.map((part, index) => assembly.add(part, index === 0));
      expect(joined.at(-1)).toEqual(frame);
      expect(joined.slice(0, -1).every((each) => each === undefined)).toBe(true);
    }),
  );
});

test("pieces of long advertisements are joined by advertiser and set, and those of too many are let go", () => {
  const fragments = new AdvertisementFragments();
  const piece = (index: number, end: "whole" | "more" | "cut", text: string) => ({
    address: `c0:00:00:00:00:${index.toString(16).padStart(2, "0")}`,
    addressType: "random" as const,
    connectable: false,
    isScanResponse: false,
    set: 1,
    data: Buffer.from(text),
    end,
  });
  expect(fragments.add(piece(1, "more", "a"))).toBe(undefined);
  expect(fragments.add(piece(2, "more", "x"))).toBe(undefined);
  expect(fragments.add(piece(1, "whole", "b"))?.data.toString()).toBe("ab");
  expect(fragments.add(piece(2, "cut", "y"))).toBe(undefined);
  expect(fragments.add(piece(2, "whole", "z"))?.data.toString()).toBe("z");
  fragments.add(piece(0, "more", "old"));
  for (let index = 1; index <= 64; index += 1) fragments.add(piece(index, "more", "n"));
  expect(fragments.add(piece(0, "whole", "new"))?.data.toString()).toBe("new");
  expect(fragments.add(piece(64, "whole", "m"))?.data.toString()).toBe("nm");
});

test("a passive scan is one bit of two commands", () => {
  const legacy = commandPacket(0x200b, Buffer.from("0112001200 0000".replaceAll(" ", ""), "hex"));
  expect(withPassiveScan(legacy).toString("hex")).toBe("010b200700120012000000");
  const extended = commandPacket(0x2041, Buffer.from("0000010112001200", "hex"));
  expect(withPassiveScan(extended).toString("hex")).toBe("014120080000010012001200");
  const other = commandPacket(0x200c, Buffer.from("0101", "hex"));
  expect(withPassiveScan(other)).toBe(other);
});
