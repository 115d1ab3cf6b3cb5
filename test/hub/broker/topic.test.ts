import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Message } from "../../../hub/broker/message.ts";
import { Permissions } from "../../../hub/broker/permissions.ts";
import { RetainedMessages } from "../../../hub/broker/retained-messages.ts";
import { SubscriptionTree } from "../../../hub/broker/subscription-tree.ts";
import { filterCovers, isTopicFilter, isTopicName, topicMatches } from "../../../hub/broker/topic.ts";
import { addressedTopic } from "../../../hub/domain/frame.ts";

/** Few letters and few levels, so that things meet. */
const level = fc.constantFrom("a", "b", "", "$s");
const topicOf = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join("/"));
const names = topicOf.filter(isTopicName);
const filters = fc
  .tuple(fc.array(fc.oneof(level, fc.constant("+")), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, rest]) => [...levels, ...(rest ? ["#"] : [])].join("/"))
  .filter(isTopicFilter);

/** The standard's words (section 4.7), slowly. */
const slowMatches = (filter: string[], topic: string[], isFirst = true): boolean => {
  const [wanted, ...otherWanted] = filter;
  const [given, ...otherGiven] = topic;
  if (wanted === undefined) return given === undefined;
  if (isFirst && (wanted === "#" || wanted === "+") && given?.startsWith("$")) return false;
  if (wanted === "#") return true;
  if (given === undefined) return false;
  if (wanted !== "+" && wanted !== given) return false;
  if (otherGiven.length === 0 && otherWanted.length === 1 && otherWanted[0] === "#") return true;
  return slowMatches(otherWanted, otherGiven, false);
};

/** Every topic of up to five levels over an alphabet one letter larger than the filters'. */
const universe = (() => {
  const letters = ["a", "b", "", "$s", "other"];
  let all = letters.map((letter) => [letter]);
  let longest = all;
  for (let depth = 2; depth <= 5; depth++) {
    longest = longest.flatMap((levels) => letters.map((letter) => [...levels, letter]));
    all = all.concat(longest);
  }
  return all;
})();

describe("topics", () => {
  test.each([
    ["a/b", true],
    ["/", true],
    ["räume/küche", true],
    ["", false],
    ["a/+", false],
    ["a/#", false],
    ["a\0b", false],
    ["$SYS/x", false],
    ["a\uFFFD", false],
    ["x".repeat(1_025), false],
    ["a/".repeat(32), false],
    ["a/".repeat(31), true],
  ])("%j as a topic name: %s", (topic, valid) => {
    expect(isTopicName(topic)).toBe(valid);
  });

  test.each([
    ["#", true],
    ["+", true],
    ["a/+/b/#", true],
    ["/+", true],
    ["a/#/b", false],
    ["a#", false],
    ["a/b+", false],
    ["+a", false],
    ["", false],
  ])("%j as a filter: %s", (filter, valid) => {
    expect(isTopicFilter(filter)).toBe(valid);
  });

  test("the matcher agrees with the standard's words", () => {
    fc.assert(
      fc.property(
        filters,
        topicOf.filter((topic) => topic !== ""),
        (filter, topic) => {
          expect(topicMatches(filter, topic)).toBe(slowMatches(filter.split("/"), topic.split("/")));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test("a filter covers another exactly when every topic of the other is one of its own", () => {
    fc.assert(
      fc.property(filters, filters, (granted, asked) => {
        const grantedLevels = granted.split("/");
        const askedLevels = asked.split("/");
        const really = universe.every(
          (topic) => !slowMatches(askedLevels, topic) || slowMatches(grantedLevels, topic),
        );
        expect(filterCovers(granted, asked)).toBe(really);
      }),
      { numRuns: 400 },
    );
  });
});

describe("structures over topics", () => {
  test("the subscription tree finds whom a look at every filter would find, whatever came and went", () => {
    const step = fc.record({ filter: filters, who: fc.nat(3), leaves: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), names, (steps, topic) => {
        const tree = new SubscriptionTree<string>();
        const model = new Set<string>();
        for (const { filter, who, leaves } of steps) {
          const value = `${who} ${filter}`;
          if (leaves) tree.remove(filter, value);
          else tree.add(filter, value);
          if (leaves) model.delete(value);
          else model.add(value);
        }
        const found: string[] = [];
        tree.match(topic, (value) => found.push(value));
        const expected = [...model].filter((value) => topicMatches(value.slice(2), topic));
        expect(found.sort()).toEqual(expected.sort());
      }),
      { numRuns: 1_000 },
    );
  });

  test("filters that differ in one level are told apart, however many there are and however few are left", () => {
    const tree = new SubscriptionTree<number>();
    const heard = (topic: string): readonly number[] => {
      const found: number[] = [];
      tree.match(topic, (value) => found.push(value));
      return found;
    };
    const many = Array.from({ length: 50 }, (_, at) => at);
    for (const at of many) tree.add(`home/${at}/+`, at);
    for (const at of many) expect(heard(`home/${at}/state`)).toEqual([at]);
    for (const at of many.slice(1)) tree.remove(`home/${at}/+`, at);
    for (const at of many) expect(heard(`home/${at}/state`)).toEqual(at === 0 ? [0] : []);
    tree.remove("home/0/+", 0);
    tree.add("home/7/+", 7);
    expect([heard("home/0/state"), heard("home/7/state"), heard("home/7")]).toEqual([[], [7], []]);
  });

  test("a topic that nobody named is no other that looks like it", () => {
    const tree = new SubscriptionTree<number>();
    const heard = (topic: string): number => {
      let found = 0;
      tree.match(topic, () => found++);
      return found;
    };
    tree.add("home/ab", 1);
    tree.add("home/ab", 2);
    tree.add("home/cb", 3);
    expect([heard("home/ab"), heard("home/cb"), heard("home/db"), heard("home/b")]).toEqual([2, 1, 0, 0]);
    tree.remove("home/ab", 1);
    tree.remove("home/cb", 3);
    tree.remove("home/cb", 3);
    expect([heard("home/ab"), heard("home/cb")]).toEqual([1, 0]);
    tree.remove("home/ab", 2);
    expect(heard("home/ab")).toBe(0);
    tree.add("home/ab", 4);
    expect(heard("home/ab")).toBe(1);
  });

  test("retained messages are those of a plain map", () => {
    const step = fc.record({
      topic: names,
      payload: fc.constantFrom("", "x", "y"),
      from: fc.constantFrom("", "d"),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), filters, (steps, filter) => {
        const retained = new RetainedMessages({ messages: 1_000, bytes: 100_000, perIdentity: 1_000 });
        const model = new Map<string, string>();
        for (const { topic, payload, from } of steps) {
          retained.put(new Message(topic, payload, 0, from));
          if (payload === "") model.delete(topic);
          else model.set(topic, payload);
        }
        expect(retained.size).toBe(model.size);
        const found = retained.matching(filter).map(({ topic, payload }) => `${topic}=${payload}`);
        const expected = [...model]
          .filter(([topic]) => topicMatches(filter, topic))
          .map((pair) => pair.join("="));
        expect(found.sort()).toEqual(expected.sort());
      }),
      { numRuns: 1_000 },
    );
  });

  test("what was asked before changes no answer about a topic", () => {
    fc.assert(
      fc.property(
        fc.array(filters, { maxLength: 12 }),
        fc.array(names, { maxLength: 12 }),
        (granted, asked) => {
          const one = new Permissions({ id: "a", kind: "client", publishes: granted, subscribes: granted });
          for (const topic of asked) {
            const isGranted = granted.some((filter) => topicMatches(filter, topic));
            expect([one.mayReceive(topic), one.mayPublish(topic)]).toEqual([isGranted, isGranted]);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("filters with a place for the address allow what they allow when it is filled in", () => {
    const place = fc.oneof(level, fc.constantFrom("+", "{address}", "x{address}", "{address}y"));
    const templates = fc
      .tuple(fc.array(place, { minLength: 1, maxLength: 4 }), fc.boolean())
      .map(([levels, rest]) => [...levels, ...(rest ? ["#"] : [])].join("/"))
      .filter(isTopicFilter);
    const list = fc.array(templates, { maxLength: 3 });
    const asked = fc.constantFrom("a", "b", "xa", "ay", "xay", "xb", "+", "");
    const topics = fc
      .tuple(fc.array(asked, { minLength: 1, maxLength: 4 }), fc.boolean())
      .map(([levels, rest]) => [...levels, ...(rest ? ["#"] : [])].join("/"));
    fc.assert(
      fc.property(list, list, fc.constantFrom("a", "b"), topics, (publishes, subscribes, address, topic) => {
        const filled = (each: readonly string[]) => each.map((text) => addressedTopic(text, address));
        const who = { id: address, kind: "device" } as const;
        const short = new Permissions({ ...who, publishes, subscribes, address });
        const long = new Permissions({
          ...who,
          publishes: filled(publishes),
          subscribes: filled(subscribes),
        });
        expect(short.maySubscribe(topic)).toBe(long.maySubscribe(topic));
        expect(short.mayPublish(topic)).toBe(long.mayPublish(topic));
        expect(short.mayReceive(topic)).toBe(long.mayReceive(topic));
      }),
      { numRuns: 2_000 },
    );
  });
});
