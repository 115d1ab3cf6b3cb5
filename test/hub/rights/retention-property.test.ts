import { expect, test } from "vitest";
import type { RuleId, SensorId } from "../../../hub/domain/ids.ts";
import { Days, Hours, Instant, Minutes } from "../../../hub/domain/units.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import type { ChainItem, CollectionItem } from "../../../hub/rights/retention-items.ts";
import { proves } from "../../support/proves.ts";
import { RetainedDisk, startRetained } from "../../support/retained.ts";
import { size } from "../../support/size.ts";

const day = Days(1);
const year = Days(365.25);
const sweep = Hours(1);
const runs = size(16, 120);
const steps = 120;

/** Something that was put down, and how old it truly is: as much time as has passed since, and no jump of a clock. */
interface Planted {
  readonly item: string;
  readonly days: number;
  age: number;
  /** Whether it was written while the clock was wrong. */
  readonly inDoubt: boolean;
  isThere(): boolean;
}

/** A hub that lives through random things, and what it ought to have kept. */
class Life {
  readonly random: SeededRandom;
  readonly clock = new VirtualClock(Instant(Date.UTC(2026, 0, 1)));
  readonly disk = new RetainedDisk();
  readonly #planted = new Set<Planted>();
  readonly #rules: Readonly<Record<string, number>>;
  /** By how much the engine's rules are off those that were promised. */
  readonly #fault: number;
  #hub: ReturnType<typeof startRetained>;
  /** By how much the clock is wrong. */
  #off = 0;
  /** How far small steps have moved it since it was last vouched for. */
  #slewed = 0;
  /** What a power cut may have cost a time that goes by itself. */
  #lost = 0;
  #count = 0;
  readonly wrong: string[] = [];

  constructor(seed: number, fault = 0) {
    this.random = new SeededRandom(seed);
    this.#fault = fault;
    this.#rules = {
      "sensor-readings": 1 + this.#below(30),
      "rule-journal": 1 + this.#below(400 - 40),
      changes: 1 + this.#below(60),
    };
    this.#hub = this.#start();
  }

  #below(limit: number): number {
    return Math.floor(this.random.next() * limit);
  }

  #start() {
    const terms = (name: string) => ({ kind: "days", days: (this.#rules[name] ?? 0) + this.#fault }) as const;
    const items: readonly CollectionItem[] = (["sensor-readings", "rule-journal"] as const).map((name) => ({
      name,
      terms: terms(name),
    }));
    const chains: readonly ChainItem[] = [{ name: "changes", terms: terms("changes") }];
    return startRetained(this.clock, this.disk, { items, chains });
  }

  live(): void {
    for (let step = 0; step < steps; step++) {
      const what = this.#below(100);
      if (what < 45) this.#put();
      else if (what < 80) this.#pass(Math.floor(this.random.next() * Days(3)));
      else if (what < 86) this.#jump();
      else if (what < 90) this.#back();
      else if (what < 93) this.#confirm();
      else if (what < 96) this.#slew();
      else this.#restart();
    }
  }

  /** Time goes on, with whatever is due on the way. */
  #pass(duration: number): void {
    for (let left = duration; left > 0; left -= sweep) {
      const part = Math.min(left, sweep);
      this.clock.advanceSync(part as typeof sweep);
      for (const planted of this.#planted) planted.age += part;
      this.#check();
    }
  }

  #put(): void {
    const n = `${this.#count++}`.padStart(6, "0");
    const at = this.clock.now();
    const names = ["sensor-readings", "rule-journal", "changes"] as const;
    const item = names[this.#below(3)] ?? "changes";
    const { store, books } = this.disk;
    let isThere: () => boolean;
    if (item === "changes") {
      const after = n;
      books.changes.append({ at, content: { what: "name", field: "x", before: null, after } });
      isThere = () => books.changes.entries().some(({ content }) => content?.after === after);
    } else if (item === "sensor-readings") {
      store.collection(item).put(n, { id: n as SensorId, reading: {}, at });
      isThere = () => store.collection(item).get(n) !== undefined;
    } else {
      store.collection(item).put(n, { rule: n as RuleId, at, entries: [] });
      isThere = () => store.collection(item).get(n) !== undefined;
    }
    this.#planted.add({ item, days: this.#rules[item] ?? 0, age: 0, inDoubt: this.#off !== 0, isThere });
  }

  /** The clock is wrong by days or by up to ten years, in either direction, and nobody has said that this is right. */
  #jump(): void {
    if (this.#off !== 0) return;
    const isNear = this.random.next() < 0.5;
    const far = isNear ? Days(1.9 + 19 * this.random.next()) : (8 + 2 * this.random.next()) * year;
    this.#move(this.random.next() < 0.5 ? far : -far);
  }

  #move(by: number): void {
    this.#off += by;
    this.clock.step(by);
    this.clock.advanceSync(Minutes(0));
  }

  #back(): void {
    if (this.#off === 0) return;
    this.#move(-this.#off);
    this.#forgetDoubt();
  }

  /** It is right as it is, somebody says: the hub had no power for so long. */
  #confirm(): void {
    if (this.#off <= 0) return;
    for (const planted of this.#planted) if (!planted.inDoubt) planted.age += this.#off;
    this.#settleDoubt();
    this.#hub.time.confirm();
    this.#hub.retention.sweep();
    this.#check();
  }

  #settleDoubt(): void {
    this.#forgetDoubt();
    this.#slewed = 0;
  }

  #forgetDoubt(): void {
    const settled = [...this.#planted].map((each) => ({ ...each, inDoubt: false }));
    this.#planted.clear();
    for (const each of settled) this.#planted.add(each);
    this.#off = 0;
  }

  /** A step of less than a day is one that clocks make. */
  #slew(): void {
    const by = Math.floor((this.random.next() - 0.5) * Hours(10));
    if (this.#off !== 0 || Math.abs(this.#slewed + by) > Hours(20)) return;
    this.#slewed += by;
    this.clock.step(by);
    this.clock.advanceSync(Minutes(0));
    for (const planted of this.#planted) planted.age += by;
  }

  #restart(): void {
    if (this.random.next() < 0.5) this.#hub.close();
    // Of a time that nobody could vouch for, a cut may cost what was not written down.
    else this.#lost += this.#off === 0 ? 0 : Minutes(10);
    this.#hub.crash();
    this.#hub = this.#start();
    this.#check();
  }

  #check(): void {
    let isWaiting = false;
    for (const planted of this.#planted) {
      const { item, days, age } = planted;
      const isThere = planted.isThere();
      if (!isThere) this.#planted.delete(planted);
      const isDue = age > days * day + sweep + this.#lost + Minutes(5);
      // A chain loses entries from its beginning: where the clock went back a little, the later of two waits for the earlier.
      if (isThere && item === "changes" && !isDue) isWaiting = true;
      if (isThere && item === "changes" && isWaiting) continue;
      if (!isThere && age < days * day - Minutes(5))
        this.wrong.push(`${item} died early: ${age / day} of ${days}`);
      if (isThere && isDue) this.wrong.push(`${item} died late: ${age / day} of ${days}`);
    }
  }
}

const seeds = Array.from({ length: runs }, (_, index) => index + 1);

test(
  `nothing outlives its rule by more than a sweep and nothing dies early, over ${runs} random lives with clock jumps and restarts ${proves("H19", "H36", "M14", "GDPR:5", "EN303645:6-6")}`,
  () => {
    for (const seed of seeds) {
      const life = new Life(seed);
      life.live();
      expect([seed, life.wrong.slice(0, 3)]).toEqual([seed, []]);
    }
  },
  size(120_000, 1_200_000),
);

test("a rule that is kept a day too short, or a day too long, is seen", () => {
  const wrongWith = (fault: number): readonly string[] => {
    const life = new Life(7, fault);
    life.live();
    return life.wrong;
  };
  expect(wrongWith(-1).some((each) => each.includes("early"))).toBe(true);
  expect(wrongWith(1).some((each) => each.includes("late"))).toBe(true);
});
