import { describe, expect, test } from "vitest";
import { profiles } from "../../devices/registry.ts";
import type { SensorProfile } from "../../hub/domain/profile.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { size } from "../support/size.ts";

const broadcasters = profiles.flatMap((profile): [string, SensorProfile][] =>
  profile.kind === "sensor" && profile.link.kind === "ble" && profile.link.over === "broadcast"
    ? [[profile.id, profile]]
    : [],
);
const seed = 20_261_127;

test("there are sensors that only advertise", () => {
  expect(broadcasters.length).toBeGreaterThan(5);
});

describe.each(broadcasters)("%s", (_id, profile) => {
  test("can be told by its service, and shows each of its senses in numbers, words or yes and no", () => {
    expect(profile.link.kind === "ble" && profile.link.signs[0]?.services).toHaveLength(1);
    const shown = profile.examples.flatMap(({ report }) => Object.keys(report.reading ?? {}));
    expect(shown.filter((key) => !(profile.senses as readonly string[]).includes(key))).toEqual([]);
  });

  test("never throws, whatever is advertised, and reports no sense that it has not", () => {
    const random = new SeededRandom(seed);
    const service = profile.link.kind === "ble" ? (profile.link.signs[0]?.services?.[0] ?? "") : "";
    const foreign = new Set<string>();
    for (let times = size(5_000, 100_000); times > 0; times--) {
      const example = profile.examples[random.below(profile.examples.length)]?.frame;
      const bytes = Buffer.from(example?.kind === "ble" ? example.bytes : []);
      for (let changes = random.below(4); changes > 0; changes--)
        bytes[random.below(bytes.length)] = random.below(256);
      const cut = bytes.subarray(0, random.below(bytes.length + 1));
      const read = profile.decode({ kind: "ble", service, characteristic: "", bytes: cut });
      for (const key of Object.keys(read?.reading ?? {}))
        if (!(profile.senses as readonly string[]).includes(key)) foreign.add(key);
    }
    expect([...foreign]).toEqual([]);
  });

  test("reads nothing from elsewhere", () => {
    const frame = profile.examples[0]?.frame;
    expect(frame?.kind === "ble" && profile.decode({ ...frame, service: "fff0" })).toBeUndefined();
    expect(profile.decode({ kind: "mqtt", topic: "t", payload: "{}" })).toBeUndefined();
  });
});
