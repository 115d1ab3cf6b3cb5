import { expect, test } from "vitest";
import { profiles } from "../../devices/registry.ts";
import type { LightState } from "../../hub/domain/light.ts";
import type { BleFrame, Profile } from "../../hub/domain/profile.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { size } from "../support/size.ts";

/** Anybody in radio range may say anything: decoders get what their examples say with bytes changed, cut and added. */
const inputs = size(100_000, 1_000_000);
const seed = 20_261_127;
const longestBytes = 64;

const told = ({ examples }: Profile): readonly BleFrame[] =>
  examples.flatMap((example) => {
    const frame = "frame" in example ? example.frame : example.decode?.frame;
    return frame?.kind === "ble" ? [frame] : [];
  });

/** What its examples say, and nothing but zeros at each of its places. */
const seedsOf = (profile: Profile): readonly BleFrame[] => {
  const { link } = profile;
  if (link.kind !== "ble") return [];
  const blank = [...link.notifies, ...link.reads].map(
    (place): BleFrame => ({ kind: "ble", ...place, bytes: new Uint8Array(20) }),
  );
  return [...told(profile), ...blank];
};

/** A few bytes changed; every third time also another length. */
const damaged = (bytes: Uint8Array, random: SeededRandom): Uint8Array => {
  const length = random.below(3) === 0 ? random.below(longestBytes) : bytes.length;
  const made = new Uint8Array(length);
  made.set(bytes.subarray(0, length));
  for (let changes = random.below(4); changes >= 0 && length > 0; changes--) {
    made[random.below(length)] = random.below(256);
  }
  return made;
};

const isPossible = ({ brightness, color, colorTemperature }: Partial<LightState>): boolean =>
  (brightness === undefined || (brightness >= 0 && brightness <= 100)) &&
  (color === undefined || [color.x, color.y].every((part) => part >= 0 && part <= 1)) &&
  (colorTemperature === undefined || (colorTemperature >= 50 && colorTemperature <= 2_000));

const cases = profiles
  .map((profile) => ({ id: profile.id, profile, seeds: seedsOf(profile) }))
  .filter(({ seeds }) => seeds.length > 0);

test.each(cases)("$id reads damaged frames without a throw, and nothing impossible", ({ profile, seeds }) => {
  const random = new SeededRandom(seed);
  for (let input = 0; input < inputs; input++) {
    const frame = seeds[input % seeds.length] as BleFrame;
    const bytes = damaged(frame.bytes, random);
    const report = profile.decode({ ...frame, bytes });
    if (report === undefined || !("state" in report)) continue;
    const { state = {} } = report;
    if (!isPossible(state)) expect({ seed, input, bytes, state }).toBeUndefined();
  }
  expect(inputs).toBeGreaterThanOrEqual(100_000);
});
