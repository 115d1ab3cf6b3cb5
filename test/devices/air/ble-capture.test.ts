import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { btsnoopHeader, btsnoopRecord, type CapturedPacket } from "../../../hub/codec/ble/btsnoop.ts";
import { control } from "../../support/air-lamp.ts";
import { NobleOnAir } from "../../support/noble-on-air.ts";
import { testUnless } from "../../support/not-run.ts";
import { requireProgram } from "../../support/programs.ts";

const obstacle = (): string | undefined => {
  try {
    requireProgram("btmon");
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const readByBtmon = (packets: readonly CapturedPacket[]): string => {
  const folder = mkdtempSync(join(tmpdir(), "lampkeeper-capture-"));
  try {
    const file = join(folder, "capture.btsnoop");
    writeFileSync(file, Buffer.concat([btsnoopHeader(), ...packets.map(btsnoopRecord)]));
    return execFileSync(requireProgram("btmon"), ["--read", file, "-T"], { encoding: "utf8" });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const frame = "7e0004f00001ff00ef";

/** From the start to a write, without the search for characteristics: btmon 5.66 falls over at the first answer to one. */
const captured = async (): Promise<readonly CapturedPacket[]> => {
  await using rig = await NobleOnAir.start({ isExtended: true });
  const packets: CapturedPacket[] = [];
  const keep = (packet: CapturedPacket) => packets.push(packet);
  const { lamp } = await rig.lamp();
  const before = rig.central.capture(keep, { withKeys: false });
  const link = await rig.connect(lamp);
  before.cancel();
  await link.entries();
  const after = rig.central.capture(keep, { withKeys: false });
  await link.write(control, Buffer.from(frame, "hex"), "request");
  await link.close();
  after.cancel();
  return packets;
};

test("a capture begins with the first packet, pauses when it is told to, and goes on", async () => {
  const packets = await captured();
  // HCI_Reset
  expect(packets[0]).toMatchObject({ fromController: false, bytes: Buffer.from("01030c00", "hex") });
  const written = packets.filter(({ bytes }) => bytes.includes(Buffer.from(frame, "hex")));
  expect(written.map(({ fromController }) => fromController)).toEqual([false]);
  // Read By Group Type Request: the search for services.
  const isSearch = ({ bytes }: CapturedPacket) => bytes[0] === 0x02 && bytes[9] === 0x10;
  expect(packets.filter(isSearch)).toEqual([]);
});

testUnless(obstacle(), "btmon reads a capture as what it was", async () => {
  const packets = await captured();
  const text = readByBtmon(packets);
  const year = new Date(Number((packets[0]?.atUs ?? 0n) / 1000n)).getFullYear();
  expect(text).toContain(`${year}-`);
  for (const line of [
    "HCI Command: Reset (0x03|0x0003)",
    "LE Extended Create Connection",
    "ATT: Exchange MTU Request (0x02)",
    "ATT: Write Request (0x12)",
    frame,
    "HCI Event: Disconnect Complete (0x05)",
  ]) {
    expect(text).toContain(line);
  }
  expect(text).not.toMatch(/invalid|unknown packet/i);
});
