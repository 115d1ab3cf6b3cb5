import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  confidenceOf,
  judge,
  nextJudgement,
  type Presence,
  type PresenceSource,
  renewed,
  type Signs,
  unknownPresence,
} from "../../../hub/domain/presence.ts";
import { Hours, Minutes, type Monotonic, Seconds } from "../../../hub/domain/units.ts";

/** One person on a clock of their own, judged whenever something is said and whenever time alone may tell. */
class Watched {
  now = 0 as Monotonic;
  signs: Signs = {};
  presence: Presence = unknownPresence(this.now);
  readonly changes: { at: number; home: boolean; source: Presence["source"] }[] = [];

  say(source: PresenceSource, home: boolean): this {
    this.signs = { ...this.signs, [source]: renewed(this.signs[source], home, this.now) };
    this.#judge();
    return this;
  }

  pass(ms: number): this {
    const end = this.now + ms;
    for (;;) {
      const next = nextJudgement(this.presence, this.signs, this.now);
      if (next === undefined || this.now + next > end) break;
      this.now = (this.now + next) as Monotonic;
      this.#judge();
    }
    this.now = end as Monotonic;
    return this;
  }

  get confidence(): number {
    return confidenceOf(this.presence, this.signs, this.now);
  }

  #judge(): void {
    const before = this.presence;
    this.presence = judge(before, this.signs, this.now);
    const { home, source } = this.presence;
    if (home !== undefined && home !== before.home) this.changes.push({ at: this.now, home, source });
  }
}

const minutes = (count: number): number => Minutes(count);

describe("a phone", () => {
  test("that has entered counts at once; one that has left after three minutes", () => {
    const ana = new Watched().say("phone", true);
    expect(ana.presence).toMatchObject({ home: true, source: "phone" });
    ana
      .pass(minutes(60))
      .say("phone", false)
      .pass(minutes(3) - 1);
    expect(ana.presence.home).toBe(true);
    ana.pass(1);
    expect(ana.presence).toMatchObject({ home: false, source: "phone" });
    ana.pass(Hours(20)).say("phone", true);
    expect(ana.presence.home).toBe(true);
  });

  test("that leaves and is back within three minutes never left", () => {
    const ana = new Watched().say("phone", true).pass(minutes(10)).say("phone", false);
    ana.pass(minutes(2)).say("phone", true).pass(minutes(30));
    expect(ana.changes).toHaveLength(1);
  });

  test("that falls silent at home is away after three hours without any sign", () => {
    const ana = new Watched().say("phone", true).pass(Hours(3) - 1);
    expect(ana.presence.home).toBe(true);
    ana.pass(1);
    expect(ana.presence).toMatchObject({ home: false, source: "silence" });
  });

  test("that says so again keeps its owner at home for as long as it does", () => {
    const ana = new Watched().say("phone", true);
    for (let turn = 0; turn < 40; turn++) ana.pass(minutes(45)).say("phone", true);
    expect(ana.changes).toHaveLength(1);
  });

  test("of somebody never heard of tells nothing by its silence", () => {
    expect(new Watched().pass(Hours(48)).presence.home).toBeUndefined();
  });
});

describe("the home's network", () => {
  test("alone brings somebody home, and takes them away 20 minutes after the last sighting", () => {
    const ana = new Watched();
    for (let turn = 0; turn < 10; turn++) ana.say("lan", true).pass(Seconds(30));
    ana.pass(minutes(20) - Seconds(30) - 1);
    expect(ana.presence).toMatchObject({ home: true, source: "lan" });
    ana.pass(1);
    expect(ana.presence).toMatchObject({ home: false, source: "silence" });
  });

  test("does not hold somebody whose phone has left", () => {
    const ana = new Watched().say("lan", true).say("phone", true).pass(minutes(30)).say("lan", true);
    ana.say("phone", false).pass(minutes(3));
    expect(ana.presence.home).toBe(false);
  });

  test("brings home who comes back while their phone knows nothing of it", () => {
    const ana = new Watched().say("phone", true).pass(minutes(5)).say("phone", false).pass(Hours(2));
    ana.say("lan", true);
    expect(ana.presence).toMatchObject({ home: true, source: "lan" });
  });
});

describe("a word by hand", () => {
  test("counts at once, either way, over everything older", () => {
    const ana = new Watched().say("lan", true).say("phone", true).pass(minutes(5)).say("hand", false);
    expect(ana.presence).toMatchObject({ home: false, source: "hand" });
    ana.say("lan", true).pass(Hours(1)).say("hand", true);
    expect(ana.presence).toMatchObject({ home: true, source: "hand" });
  });

  test("gives way to a phone that comes home later", () => {
    const ana = new Watched().say("phone", false).say("hand", false).pass(Hours(1)).say("phone", true);
    expect(ana.presence).toMatchObject({ home: true, source: "phone" });
  });

  test("is stale after a day", () => {
    const ana = new Watched().say("hand", true).pass(Hours(24));
    expect(ana.presence).toMatchObject({ home: false, source: "silence" });
  });
});

test("confidence is stated, falls as signs grow old, and two witnesses are worth more than one", () => {
  const ana = new Watched().say("phone", true);
  expect(ana.confidence).toBeCloseTo(95, 6);
  const one = ana.pass(Hours(1)).confidence;
  expect(one).toBeLessThan(95);
  ana.say("lan", true);
  expect(ana.confidence).toBeGreaterThan(one);
  expect(new Watched().confidence).toBe(50);
});

/** What phone and network say, and how long they then keep quiet: seconds to hours. */
const words = fc.array(
  fc.record({
    source: fc.constantFrom("phone" as const, "lan" as const),
    home: fc.boolean(),
    quiet: fc.oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 20_000 })),
  }),
  { minLength: 1, maxLength: 400 },
);

const heard = (said: readonly { source: "phone" | "lan"; home: boolean; quiet: number }[]): Watched => {
  const ana = new Watched();
  for (const { source, home, quiet } of said) {
    ana.say(source, source === "lan" ? true : home).pass(Seconds(quiet));
  }
  return ana;
};

const within = (times: readonly number[], span: number): number =>
  Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + span).length));

test("a phone that comes back each time it was believed to be gone is believed more and more slowly", () => {
  const ana = new Watched().say("phone", true);
  for (let turn = 0; turn < 40; turn++) {
    ana.say("phone", false);
    const next = () => nextJudgement(ana.presence, ana.signs, ana.now) ?? 0;
    while (ana.presence.home === true) ana.pass(next());
    ana.say("phone", true);
  }
  const left = ana.changes.flatMap(({ at, home }) => (home ? [] : [at]));
  const waits = left.map((at, index) => (at - (left[index - 1] ?? 0)) / minutes(1));
  expect(waits.slice(0, 5)).toEqual([3, 6, 12, 24, 24]);
  expect(Math.max(...waits)).toBe(24);
  expect(within(left, Hours(1))).toBe(4);
});

test("a wait whose end rounds to a little before it goes on, instead of beginning over at the same moment for ever", () => {
  const ana = new Watched();
  ana.now = 8_242_078.333929029 as Monotonic;
  ana.say("phone", true).say("phone", false);
  const due = (ana.now + minutes(3)) as Monotonic;
  expect(due - ana.now).toBeLessThan(minutes(3));
  expect(nextJudgement(ana.presence, ana.signs, due)).toBeGreaterThan(0);
  expect(ana.pass(minutes(4)).presence.home).toBe(false);
});

describe("whatever phone and network say, in whatever order", () => {
  test("nobody leaves more than four times within an hour, nor within three minutes of coming", () => {
    fc.assert(
      fc.property(words, (said) => {
        const { changes } = heard(said);
        const left = changes.filter(({ home }) => !home);
        expect(
          within(
            left.map(({ at }) => at),
            Hours(1),
          ),
        ).toBeLessThanOrEqual(4);
        for (const [index, { at, home }] of changes.entries()) {
          const before = changes[index - 1];
          if (!home && before !== undefined) expect(at - before.at).toBeGreaterThanOrEqual(minutes(3));
        }
      }),
      { numRuns: 400 },
    );
  });

  test("home and away take turns, and confidence stays within 50 and 100", () => {
    fc.assert(
      fc.property(words, (said) => {
        const ana = heard(said);
        for (const [index, { home }] of ana.changes.entries()) {
          if (index > 0) expect(home).toBe(!ana.changes[index - 1]?.home);
        }
        expect(ana.confidence).toBeGreaterThanOrEqual(50);
        expect(ana.confidence).toBeLessThanOrEqual(100);
      }),
    );
  });

  test("the last sign of being home is never older than three hours while somebody counts as home", () => {
    fc.assert(
      fc.property(words, (said) => {
        const ana = heard(said).pass(Hours(3));
        expect(ana.presence.home).not.toBe(true);
      }),
    );
  });

  test("how often it is judged in between does not change the verdict", () => {
    fc.assert(
      fc.property(words, (said) => {
        const often = new Watched();
        for (const { source, home, quiet } of said) {
          often.say(source, source === "lan" ? true : home);
          for (let rest = quiet; rest > 0; rest -= 60) {
            often.pass(Seconds(Math.min(60, rest)));
            often.presence = judge(often.presence, often.signs, often.now);
          }
        }
        expect(often.presence).toEqual(heard(said).presence);
      }),
      { numRuns: 200 },
    );
  });
});
