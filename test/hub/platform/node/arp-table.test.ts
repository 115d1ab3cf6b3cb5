import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { HardwareAddress } from "../../../../hub/domain/person.ts";
import { ArpTable } from "../../../../hub/platform/node/arp-table.ts";

/** As Linux 6 writes it: a phone that answers, one that no longer does, and a stranger. */
const table = `IP address       HW type     Flags       HW address            Mask     Device
192.168.1.20     0x1         0x2         02:00:00:aa:bb:cc     *        wlan0
192.168.1.21     0x1         0x0         02:00:00:aa:bb:dd     *        wlan0
192.168.1.22     0x1         0x2         02:00:00:aa:bb:ee     *        wlan0
`;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  file = join(folder, "arp");
});
afterEach(() => rmSync(folder, { recursive: true }));

const wanted = (...addresses: string[]) => new Set(addresses as HardwareAddress[]);

test("of the kernel's table only devices that are looked for are seen, and only those that answer", () => {
  const nudged: string[] = [];
  const arp = new ArpTable(file, (address) => nudged.push(address));
  writeFileSync(file, table);
  expect(arp.neighbours(wanted("02:00:00:aa:bb:cc", "02:00:00:aa:bb:dd"))).toEqual(
    wanted("02:00:00:aa:bb:cc"),
  );
  // Asked whether they are still there, so that the next look tells; strangers are left alone.
  expect(nudged).toEqual(["192.168.1.20"]);
  expect(arp.neighbours(wanted())).toEqual(new Set());
  expect(nudged).toHaveLength(1);
});

test.each([["no table"], ["noise"], ["a line cut off"]])("%s means that nobody is there", (what) => {
  if (what === "noise") writeFileSync(file, Buffer.from([0, 255, 10, 200, 10]));
  if (what === "a line cut off") writeFileSync(file, table.slice(0, 110));
  expect(new ArpTable(file, () => undefined).neighbours(wanted("02:00:00:aa:bb:cc"))).toEqual(new Set());
});

test("this machine's own table is read without an error", () => {
  expect(new ArpTable().neighbours(wanted("02:00:00:aa:bb:cc")).size).toBe(0);
});
