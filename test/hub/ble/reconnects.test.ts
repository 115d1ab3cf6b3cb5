import { expect, test } from "vitest";
import { BleError } from "../../../hub/domain/ble-errors.ts";
import { Minutes, Seconds } from "../../../hub/domain/units.ts";
import type { VirtualFaults } from "../../../hub/platform/sim/ble/virtual-faults.ts";
import type { Random } from "../../../hub/ports/random.ts";
import { bleHome } from "../../support/ble-home.ts";

/** Whatever can go wrong at a call, by chance. */
const weather =
  (random: Random): VirtualFaults =>
  ({ kind }) => {
    if (random.next() > 0.06 || kind === "close") return undefined;
    const draw = random.next();
    if (draw < 0.4) return "hang";
    if (draw < 0.6) return "lost";
    if (draw < 0.7 && (kind === "read" || kind === "notification")) return Uint8Array.of(0xff, 1, 2);
    return new BleError("the weather", { reason: draw < 0.85 ? "refused" : "stack" });
  };

test.each([1, 2, 3])(
  "a thousand reconnects in bad weather, seed %i: no lamp is stuck, nothing grows",
  async (seed) => {
    const { hub, lamps, clock, ether, raw, random } = await bleHome(
      ["open", "mute", "open", "mute", "open", "mute", "open"],
      { seed },
    );
    const chance = random.fork("weather");
    const faults = weather(chance);
    let connects = 0;
    raw.fault = (call) => {
      if (call.kind === "connect") connects++;
      return faults(call);
    };
    const armed: number[] = [];
    for (let round = 0; connects < 1_000 && round < 2_000; round++) {
      for (const { id, device } of lamps) {
        hub.lights.command(id, { on: chance.next() < 0.5 }, { kind: "person" });
        if (chance.next() < 0.3) ether.drop(device.address);
        if (chance.next() < 0.05) ether.move(device.address, { rssi: undefined });
        else ether.move(device.address, { rssi: -60, loss: chance.next() * 0.3 });
      }
      if (chance.next() < 0.02) raw.become("absent");
      await clock.advance(Seconds(20));
      raw.become("on");
      if (round % 20 === 0) armed.push(clock.armed);
    }
    expect(connects).toBeGreaterThanOrEqual(1_000);
    raw.fault = () => undefined;
    for (const { device } of lamps) ether.move(device.address, { rssi: -60, loss: 0 });
    await clock.advance(Minutes(12));
    const shown = lamps.map(({ id, device }) => [id, device.on]);
    expect(shown).toEqual(lamps.map(({ id }) => [id, hub.lights.get(id)?.desired.on]));
    expect(lamps.filter(({ id }) => hub.lights.get(id)?.reachable !== true)).toEqual([]);
    const half = armed.slice(armed.length / 2);
    expect(Math.max(...half)).toBeLessThan(Math.max(...armed.slice(0, armed.length / 2)) + 20);
    await hub.close();
    await clock.advance(Minutes(5));
    expect(raw.links).toBe(0);
  },
);
