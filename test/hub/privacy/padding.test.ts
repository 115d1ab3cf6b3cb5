import fc from "fast-check";
import { expect, test } from "vitest";
import { Instant } from "../../../hub/domain/units.ts";
import { padded, paddedSize } from "../../../hub/privacy/padding.ts";
import { furnishedRecords } from "../../support/furnished-records.ts";
import { startStore } from "../../support/started-store.ts";
import { JournalRig } from "../../support/store-rigs.ts";

test("what is padded reads as before", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.stringify(value);
      const record = padded(json);
      expect(JSON.parse(record.toString())).toEqual(JSON.parse(json));
      expect(record.length).toBe(paddedSize(Buffer.byteLength(json)));
    }),
  );
});

test("there are few sizes, none is too small, and padding at most doubles what is not tiny", () => {
  const sizes = new Set<number>();
  for (let bytes = 0; bytes <= 8_192; bytes++) {
    const size = paddedSize(bytes);
    expect(size).toBeGreaterThanOrEqual(bytes);
    expect(size).toBeLessThanOrEqual(Math.max(512, 2 * bytes));
    sizes.add(size);
  }
  expect([...sizes]).toEqual([512, 1_024, 2_048, 3_072, 4_096, 5_120, 6_144, 7_168, 8_192]);
});

test("of a sealed record the size tells neither how long a name is nor who is home", () => {
  const rig = new JournalRig();
  const { store, records } = startStore(rig);
  const furnished = furnishedRecords("size");
  const [person, home] = furnished.presence;
  const [room, named] = furnished.rooms;
  store.admit(person as never);
  const sizes = new Set<number | undefined>();
  for (const isHome of [true, false]) {
    store.collection("presence").put(person, { ...home, home: isHome, since: Instant(isHome ? 0 : 1e12) });
    sizes.add(records.get("presence", person)?.length);
  }
  expect(sizes.size).toBe(1);
  sizes.clear();
  for (const name of ["A", "Ana's and Béla's room under the roof"]) {
    store.collection("rooms").put(room, { ...named, name });
    sizes.add(records.get("rooms", room)?.length);
  }
  expect(sizes.size).toBe(1);
});
