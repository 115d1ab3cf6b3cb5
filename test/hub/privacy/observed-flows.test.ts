import { beforeAll, expect, test } from "vitest";
import { idPrefixes } from "../../../hub/domain/ids.ts";
import { collections } from "../../../hub/privacy/data-map.ts";
import { logFields, topics } from "../../../hub/privacy/outlets.ts";
import { type ObservedFlows, observedFlows, words } from "../../support/observed-flows.ts";
import { proves } from "../../support/proves.ts";

let seen: ObservedFlows;
beforeAll(async () => {
  seen = await observedFlows();
}, 60_000);

const declaredFields = Object.entries(collections).flatMap(([name, { fields }]) =>
  Object.keys(fields).map((field) => `${name}.${field}`),
);

/** Everything that is no name: random ids and addresses. */
const idText = `(?:${Object.values(idPrefixes).join("|")})[a-z2-7]{12}`;
const topicPatterns = Object.keys(topics).map(
  (topic) =>
    new RegExp(
      `^${topic.replace("{id}", idText).replace("{address}", "[a-z0-9:-]+").replace("{what}", "[a-z_/]+")}$`,
    ),
);
/** Of products that speak a dialect of their own: their maker's words around an address of the hub's. */
const makersTopic = /^(?:cmnd|stat|tele)\/[a-z0-9-]+\/[A-Za-z0-9]+$/;

const namesIn = (text: string): readonly string[] =>
  Object.values(words).filter((word) => text.toLowerCase().includes(word.toLowerCase().slice(0, 7)));

test(`what is stored is declared ${proves("M5")}`, () => {
  expect([...seen.fields].filter((field) => !declaredFields.includes(field))).toEqual([]);
  expect(seen.fields.size).toBeGreaterThan(40);
});

test(`every topic is declared, and holds random words only ${proves("H11", "M5", "CRA:I.2.g", "ISVS:1.1.2")}`, () => {
  const isDeclared = (topic: string) =>
    makersTopic.test(topic) || topicPatterns.some((pattern) => pattern.test(topic));
  expect([...seen.topics].filter((topic) => !isDeclared(topic))).toEqual([]);
  expect(namesIn([...seen.topics].join("\n"))).toEqual([]);
  expect(seen.topics.size).toBeGreaterThan(4);
});

test(`the log holds declared fields and nobody's name, and nothing had to be left out ${proves("M5", "ISVS:1.4.4")}`, () => {
  const fields = new Set(seen.logs.flatMap(({ fields }) => Object.keys(fields)));
  expect([...fields].filter((field) => !(field in logFields))).toEqual([]);
  expect(namesIn(JSON.stringify(seen.logs))).toEqual([]);
  expect(seen.logs.filter(({ event }) => event === "store.undeclared-field")).toEqual([]);
  expect(seen.metrics).toContain("lampkeeper_log_refused_total 0\n");
  expect(seen.logs.length).toBeGreaterThan(3);
});

test(`no file has a name of somebody, and there are no others than those of the store and its keys ${proves("M5")}`, () => {
  const known = /^(?:journal|files\/key-register|keys\/(?:keys\/(?:root|epoch-\d+)|device-key))$/;
  expect(seen.files.filter((file) => !known.test(file))).toEqual([]);
});

test(`nobody outside is spoken to ${proves("M5")}`, () => {
  expect(seen.hosts).toEqual([]);
});

test(`no answer had to be refused for a field that nobody declared ${proves("M5")}`, () => {
  expect(seen.failures).toEqual([]);
});

test(`metrics and events hold ids, never names ${proves("M5")}`, () => {
  expect(namesIn(seen.metrics)).toEqual([]);
  expect(namesIn(JSON.stringify(seen.events))).toEqual([]);
  expect(seen.events.length).toBeGreaterThan(5);
});
