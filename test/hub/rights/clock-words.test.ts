import { afterEach, beforeEach, expect, test } from "vitest";
import { publicKeyOf, signed, signingKey } from "../../../hub/crypto/signature.ts";
import { Days, Hours, Instant, Minutes } from "../../../hub/domain/units.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { SignedTime, timeText } from "../../../hub/rights/signed-time.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";
import { proves } from "../../support/proves.ts";
import { RetainedDisk, startRetained } from "../../support/retained.ts";

const tenYears = 10 * Days(365.25);
const start = Instant(Date.UTC(2026, 0, 1));
let clock: VirtualClock;
let disk: RetainedDisk;
let hub: ReturnType<typeof startRetained>;

beforeEach(() => {
  clock = new VirtualClock(start);
  disk = new RetainedDisk();
  hub = startRetained(clock, disk);
});
afterEach(() => hub.close());

const changed = (after: string) =>
  disk.books.changes.append({ at: clock.now(), content: { what: "name", field: "x", before: null, after } });
const kept = () => disk.books.changes.entries().map(({ content }) => content?.after);
const step = (ms: number): void => {
  clock.step(ms);
  clock.advanceSync(Minutes(1));
};

test.each([tenYears, -tenYears])(
  `a clock that jumps by %d ms deletes nothing, lifts no hold and is told of ${proves("M14", "H36", "H38")}`,
  (jump) => {
    changed("before");
    const hold = hub.holds.open({ item: "changes", reason: "litigation" });
    step(jump);
    changed("while");
    clock.advanceSync(Days(3));
    expect(kept()).toEqual(["before", "while"]);
    expect(hub.holds.list()).toEqual([hold]);
    expect(hub.alarms).toEqual([jump]);
    expect(hub.time.view().off).toBeCloseTo(jump, -3);
  },
);

test("while a clock is not believed, time goes on, and what has come to its end goes", () => {
  changed("old");
  step(-tenYears);
  clock.advanceSync(Days(364));
  expect(kept()).toEqual(["old"]);
  clock.advanceSync(Days(2));
  expect(kept()).toEqual([]);
});

test("once its owner says that the date is right, what is past its end goes with the next sweep", () => {
  changed("old");
  step(tenYears);
  expect(kept()).toEqual(["old"]);
  hub.time.confirm();
  clock.advanceSync(Hours(1));
  expect(kept()).toEqual([]);
  expect(hub.time.view().off).toBeUndefined();
});

test("a doubt outlives a restart, and so does a clock that is right again", () => {
  changed("old");
  step(tenYears);
  hub.crash();
  hub = startRetained(clock, disk);
  expect(hub.time.view().off).toBeDefined();
  clock.advanceSync(Days(1));
  expect(kept()).toEqual(["old"]);
  step(-tenYears);
  expect(hub.time.view().off).toBeUndefined();
});

test("many small steps are no way around: together they may come to a day", () => {
  changed("old");
  for (let n = 0; n < 500; n++) step(Hours(20));
  expect(kept()).toEqual(["old"]);
  expect(hub.time.view().off).toBeGreaterThan(Days(300));
});

test("nothing is old before a clock could be believed for the first time", () => {
  const lost = new VirtualClock(start);
  lost.setTrust({ level: "unknown" });
  const other = startRetained(lost, new RetainedDisk());
  lost.advanceSync(Hours(2));
  expect(other.time.now()).toBeUndefined();
  expect(other.time.isOver(Instant(0), Days(1))).toBe(false);
  other.close();
});

const key = signingKey(Buffer.alloc(32, 9));
const forger = signingKey(Buffer.alloc(32, 8));
const asked = () => {
  const time = new SignedTime(clock, new SeededEntropy(new SeededRandom(3)), new MemoryGuardedStore());
  time.setKey(publicKeyOf(key).toString("base64url"));
  return { time, nonce: time.ask() };
};
const said = (nonce: string, time = clock.now(), by = key) => ({
  nonce,
  time,
  signature: signed(by, timeText(nonce, time)),
});

test(`a signer's time is believed once, as the answer to a question ${proves("M14")}`, () => {
  const { time, nonce } = asked();
  const statement = said(nonce);
  expect(time.accept(statement)).toBe(clock.now());
  expect(() => time.accept(statement)).toThrow(/ask again/);
});

test.each<[string, (nonce: string) => ReturnType<typeof said>]>([
  ["of another signer", (nonce) => said(nonce, clock.now(), forger)],
  ["to a question that was never asked", () => said("ab".repeat(32))],
  ["with another time than was signed", (nonce) => ({ ...said(nonce), time: Instant(0) })],
  [
    "with half a signature",
    (nonce) => ({ ...said(nonce), signature: said(nonce).signature.subarray(0, 32) }),
  ],
])("a time %s is not", (_, forged) => {
  const { time, nonce } = asked();
  expect(() => time.accept(forged(nonce))).toThrow(expect.objectContaining({ code: "time_not_proven" }));
});

test("a question is open for ten minutes, and nobody's time is believed without a key", () => {
  const { time, nonce } = asked();
  clock.advanceSync(Minutes(11));
  expect(() => time.accept(said(nonce))).toThrow();
  const next = time.ask();
  time.setKey(undefined);
  expect(() => time.accept(said(next))).toThrow();
  expect(() => time.setKey("short")).toThrow(expect.objectContaining({ code: "invalid_input" }));
});
