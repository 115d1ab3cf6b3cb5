import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Millis } from "../../../hub/domain/units.ts";
import { control } from "../../support/air-lamp.ts";
import { NobleOnAir } from "../../support/noble-on-air.ts";
import { isLong } from "../../support/size.ts";
import { strangerReport } from "../../support/strangers.ts";

const rounds = isLong ? 1_000 : 50;
const strangers = isLong ? 100_000 : 20_000;
const strangersAtOnce = 500;
/** A garbage collector's room; twenty thousand entries in each of noble's two tables are more. */
const roomBytes = 24 * 1024 * 1024;
const pageBytes = 4096;

const residentBytes = (pid: number | undefined): number =>
  Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * pageBytes;

test(
  `${rounds} connections through loss and delay: each works, and the process of the stack stays as it was`,
  async () => {
    await using rig = await NobleOnAir.start();
    const { lamp } = await rig.lamp();
    await (await rig.connect(lamp)).close();
    const { pid } = rig.central;
    let before = 0;
    for (let round = 0; round < rounds; round += 1) {
      rig.air.loss = (round % 3) * 0.05;
      rig.air.hop = Millis(round % 2);
      const link = await rig.connect(lamp);
      const value = Buffer.from([round & 0xff, round >> 8]);
      let tell: (value: Uint8Array) => void = () => {};
      const notified = new Promise<Uint8Array>((resolve) => {
        tell = resolve;
      });
      await link.notify(control, tell);
      await link.write(control, value, "request");
      expect(Buffer.from(await notified)).toEqual(value);
      expect(lamp.isWatched).toBe(true);
      if (round % 2 === 0) await link.close();
      else lamp.hangUp();
      expect(await link.closed).toEqual({ reason: round % 2 === 0 ? "asked" : "peer" });
      if (round === 10) before = residentBytes(pid);
    }
    expect(lamp.connections).toBe(rounds + 1);
    expect(rig.controller.overflows).toBe(0);
    expect(rig.central.pid).toBe(pid);
    expect(residentBytes(pid) - before).toBeLessThan(roomBytes);
  },
  isLong ? 600_000 : 60_000,
);

test(
  `${strangers} addresses of strangers leave nothing in the process of the stack`,
  async () => {
    await using rig = await NobleOnAir.start();
    let count = 0;
    let wanted = strangersAtOnce;
    let reached: () => void = () => {};
    const scan = rig.central.scan(
      ({ address }) => {
        if (address.startsWith("00:00:")) count += 1;
        if (count === wanted) reached();
      },
      { active: true },
    );
    await rig.state("on");
    let before = 0;
    for (; wanted <= strangers; wanted += strangersAtOnce) {
      const all = new Promise<void>((resolve) => {
        reached = resolve;
      });
      for (let index = wanted - strangersAtOnce; index < wanted; index += 1)
        rig.controller.say(strangerReport(index));
      await all;
      if (wanted === strangersAtOnce * 10) before = residentBytes(rig.central.pid);
    }
    expect(count).toBe(strangers);
    expect(residentBytes(rig.central.pid) - before).toBeLessThan(roomBytes);
    scan.cancel();
  },
  isLong ? 300_000 : 60_000,
);
