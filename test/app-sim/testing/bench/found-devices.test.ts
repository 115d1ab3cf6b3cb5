import fc from "fast-check";
import { expect, test } from "vitest";
import { decodedAdvertisement } from "../../../../app-sim/testing/bench/decoded-advertisement.ts";
import { FoundDevices } from "../../../../app-sim/testing/bench/found-devices.ts";
import type { Monotonic } from "../../../../hub/domain/units.ts";
import type { Advertisement } from "../../../../hub/ports/ble.ts";

const heard = (number: number, more: Partial<Advertisement> = {}): Advertisement => ({
  address: `c0:00:00:00:${(number >> 8).toString(16).padStart(2, "0")}:${(number & 0xff).toString(16).padStart(2, "0")}`,
  addressType: "random",
  at: number as Monotonic,
  rssi: -60,
  connectable: true,
  isScanResponse: false,
  data: Buffer.from("020106", "hex"),
  cached: false,
  ...more,
});

test("strangers with ever new addresses fill no memory, and who is still heard stays", () => {
  const devices = new FoundDevices();
  for (let number = 0; number < 5_000; number++) {
    devices.hear(heard(number));
    devices.hear(heard(0));
  }
  expect(devices.list()).toHaveLength(2_000);
  expect(devices.at(heard(0).address)?.packets).toBe(5_001);
  expect(devices.at(heard(1).address)).toBeUndefined();
});

test("what a stack only remembers is not there", () => {
  const devices = new FoundDevices();
  devices.hear(heard(1, { cached: true }));
  expect(devices.list()).toEqual([]);
});

test("a scan response belongs to its packet: it is no packet, and its name counts", () => {
  const devices = new FoundDevices();
  devices.hear(heard(1, { at: 0 as Monotonic }));
  devices.hear(
    heard(1, { at: 0 as Monotonic, isScanResponse: true, data: Buffer.from("0609747269616c", "hex") }),
  );
  devices.hear(heard(1, { at: 200 as Monotonic, connectable: false, rssi: -50 }));
  expect(devices.list()).toMatchObject([
    { packets: 2, intervalMs: 200, rssi: -50, connectable: true, scanResponse: "0609747269616c" },
  ]);
  expect(devices.list()[0]?.decoded.name).toBe("trial");
});

test("whatever is advertised is decoded as something", () => {
  const kinds = ["lamp", "bthome", "mibeacon", "ibeacon", "eddystone", "improv", "other"];
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 3 }), (packets) => {
      expect(kinds).toContain(decodedAdvertisement(packets).kind);
    }),
  );
});
