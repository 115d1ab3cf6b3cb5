import fc from "fast-check";
import { usualCurve } from "../../../hub/domain/circadian.ts";
import type { DeviceId, GroupId, LampId, RoomId, SceneId, ZoneId } from "../../../hub/domain/ids.ts";
import { Instant, Millis, Mireds, Percent } from "../../../hub/domain/units.ts";
import type { PackedRecords } from "../../../hub/privacy/home-package.ts";
import { rules } from "../domain/rule-arbitraries.ts";

const letters = [..."abcdefghijklmnopqrstuvwxyz234567"];
const ids = <Id extends string>(prefix: string) =>
  fc
    .string({ unit: fc.constantFrom(...letters), minLength: 12, maxLength: 12 })
    .map((body) => `${prefix}${body}` as Id);
const names = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .map((text) =>
    text
      .normalize("NFC")
      .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "")
      .trim(),
  )
  .filter((text) => text.length > 0 && text.length <= 64);
const percent = fc.double({ min: 0, max: 100, noNaN: true }).map(Percent);
const share = fc.double({ min: 0, max: 1, noNaN: true });
const state = fc.record(
  {
    on: fc.boolean(),
    brightness: percent,
    colorTemperature: fc.double({ min: 100, max: 600, noNaN: true }).map(Mireds),
    color: fc.record({ x: share, y: share }),
    effect: fc.constantFrom("candle", "colour loop"),
  },
  { requiredKeys: ["on", "brightness"] },
);

/** Furnished homes, as their records lie in a store. */
export const homes: fc.Arbitrary<PackedRecords> = fc
  .record({
    rooms: fc.uniqueArray(ids<RoomId>("r-"), { maxLength: 4 }),
    lamps: fc.uniqueArray(ids<LampId>("l-"), { minLength: 1, maxLength: 6 }),
    sensors: fc.uniqueArray(ids<DeviceId>("s-"), { maxLength: 3 }),
    zones: fc.uniqueArray(ids<ZoneId>("z-"), { maxLength: 2 }),
    groups: fc.uniqueArray(ids<GroupId>("g-"), { maxLength: 2 }),
    scenes: fc.uniqueArray(ids<SceneId>("sc-"), { maxLength: 2 }),
    words: fc.array(names, { minLength: 20, maxLength: 20 }),
    states: fc.array(state, { minLength: 6, maxLength: 6 }),
    rules: fc.uniqueArray(rules, { maxLength: 5, selector: ({ id }) => id }),
    period: fc.integer({ min: 1_000, max: 1e7 }).map(Millis),
  })
  .map(({ rooms, lamps, sensors, zones, groups, scenes, words, states, rules: drawn, period }) => {
    let next = 0;
    const word = (): string => words[next++ % words.length] ?? "";
    const room = (index: number) => rooms[index] ?? null;
    const keyed = <Value extends { readonly id: string }>(values: readonly Value[]) =>
      values.map((value) => [value.id, value] as const);
    const devices = [...lamps, ...sensors].map((id, index) => ({
      id,
      kind: id.startsWith("l-") ? "lamp" : "sensor",
      profile: "lampkeeper/bulb",
      address: `sim-${index}`,
      name: word(),
      room: room(index),
      ...(index % 2 === 0 ? { powerOn: "previous" } : {}),
      ...(index % 3 === 0 ? { via: "ble" } : {}),
      ...(index % 3 === 1 ? { bluetooth: { profile: "test/open", address: `a4c13800000${index}` } } : {}),
    }));
    const stateOf = Object.fromEntries(lamps.map((id, index) => [id, states[index % states.length]]));
    return {
      rooms: keyed(rooms.map((id) => ({ id, name: word() }))),
      devices: keyed(devices),
      zones: keyed(zones.map((id) => ({ id, name: word(), members: [...lamps, ...sensors] }))),
      groups: keyed(groups.map((id) => ({ id, name: word(), members: lamps }))),
      scenes: keyed(
        scenes.map((id, index) => ({
          id,
          name: word(),
          room: room(index),
          states: stateOf,
          ...(index === 0 ? { palette: { colors: [{ brightness: Percent(10) }], period } } : {}),
        })),
      ),
      rules: keyed(drawn.map((rule, index) => ({ ...rule, name: word(), since: Instant(index) }))),
      circadian: lamps.slice(0, 1).map((target) => [target, { target, curve: usualCurve }] as const),
      settings: [["mode", { name: "mode", value: "night" }] as const],
    };
  });

/** Ids of the devices among records. */
export const devicesOf = ({ devices = [] }: PackedRecords): readonly string[] => devices.map(([key]) => key);
