import { existsSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { startHub } from "../../../app-sim/testing/start-hub.ts";
import { type Route, routes } from "../../../hub/api/contract.ts";
import { type SchemaName, schemas } from "../../../hub/api/schemas/schemas.ts";
import { chains, collections, secretShelves, secrets } from "../../../hub/privacy/data-map.ts";
import { type NotCollected, notCollected } from "../../../hub/privacy/not-collected.ts";
import { logFields, outboundHosts, routeFields, topics } from "../../../hub/privacy/outlets.ts";
import { recipients } from "../../../hub/privacy/recipients.ts";
import { proves } from "../../support/proves.ts";
import { House } from "../api/house.ts";

/** One spelling for all: `dateOfBirth`, `date-of-birth` and `Date of birth` are the same word. */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** Every name of a property in a JSON Schema, however deep. */
const namesIn = (schema: unknown): readonly string[] => {
  if (Array.isArray(schema)) return schema.flatMap(namesIn);
  if (typeof schema !== "object" || schema === null) return [];
  const properties = (schema as { properties?: object }).properties ?? {};
  return [...Object.keys(properties), ...Object.values(schema).flatMap(namesIn)];
};

/** Every name that anything in the house has for something that is kept, said, asked or logged. */
const names = new Set(
  [
    ...Object.entries(collections).flatMap(([name, { fields }]) => [name, ...Object.keys(fields)]),
    ...Object.entries(chains).flatMap(([name, { fields }]) => [name, ...Object.keys(fields)]),
    ...Object.keys(secrets),
    ...Object.keys(secretShelves),
    ...Object.values(routeFields).flatMap((fields) => Object.keys(fields)),
    ...(Object.keys(schemas) as SchemaName[]).flatMap((name) =>
      namesIn(z.toJSONSchema(schemas[name](), { unrepresentable: "any" })),
    ),
    ...Object.keys(logFields),
    ...Object.keys(topics).flatMap((topic) => topic.split("/")),
    ...Object.values(recipients).flatMap(({ fields }) => fields),
  ].map(plain),
);

/** Of the others, that there is no such field is a part of the proof; the whole of it stands with what they are about. */
const provenHere = /^(H16|H22|H23|H24|H25|H63|A42|U30|Z3|Z15|Z16|Z17|D6)$/;
const proven = ({ rows }: NotCollected): string => {
  const here = rows.filter((row) => provenHere.test(row));
  return here.length === 0 ? "" : proves(...here);
};

const entries = Object.entries(notCollected) as [string, NotCollected][];

test("the search has something to search, and finds what is there", () => {
  expect(names.size).toBeGreaterThan(200);
  for (const known of ["name", "latitude", "publickey"]) expect(names.has(known)).toBe(true);
});

describe("what is not collected has no field anywhere: stored, answered, asked for, published or logged", () => {
  test.each(entries.map(([id, entry]) => [id, entry, proven(entry)] as const))("%s $2", (_id, { words }) => {
    expect(words.length).toBeGreaterThan(0);
    expect(words.map(plain).filter((word) => names.has(word))).toEqual([]);
  });
});

test(`each entry names requirements and the test that proves it, in every language ${proves("H22", "H23", "H24", "H25", "Z3", "D6")}`, () => {
  for (const [id, { label, rows, proof }] of entries) {
    expect(rows.length, id).toBeGreaterThan(0);
    expect(label.en, id).not.toBe(label.vi);
    expect(existsSync(proof), id).toBe(true);
  }
  const z3 = entries.filter(([, { rows }]) => rows.includes("Z3"));
  expect(z3.map(([id]) => id)).toEqual(["webcasts", "surveys", "job-applications", "trade-shows"]);
});

test(`no host of a social platform or anybody else can be asked by itself: there is none ${proves("H24", "H63", "Z17")}`, () => {
  expect(Object.keys(outboundHosts)).toEqual([]);
});

test(`a home that lives for a day with people, lamps and rules asks no host about anybody ${proves("H24", "Z15", "Z17")}`, {
  timeout: 60_000,
}, async () => {
  await using hub = await startHub({ bulbs: 2, sensors: 1, people: 2 });
  await hub.clock.advance({ days: 1 });
  expect(hub.egress.list().filter(({ host }) => !/^(127\.|::1|localhost)/.test(host))).toEqual([]);
});

describe("whoever sends such a thing all the same is refused, and nothing of it is kept", () => {
  let house: House;
  beforeEach(() => {
    house = new House();
  });
  afterEach(() => house.close());

  const canary = "CANARY-not-collected-7431";
  const bodies = (Object.entries(routes) as [string, Route][]).filter(
    ([, { body, root, sim }]) => body !== undefined && root !== true && sim !== true,
  );

  test.each(entries.map(([id, entry]) => [id, entry, proven(entry)] as const))(
    "%s, at every route that takes a body $2",
    async (_id, { words }) => {
      const before = JSON.stringify([...house.store.records].map(([name, held]) => [name, [...held]]));
      for (const [, { method, path }] of bodies)
        for (const word of words.slice(0, 2)) {
          const answer = await house.send(method, path.replace("{id}", house.lamp), {
            body: { [word]: canary },
          });
          expect([400, 403, 404, 409, 422], `${method} ${path}`).toContain(answer.status);
          expect(await answer.text()).not.toContain(canary);
        }
      const after = JSON.stringify([...house.store.records].map(([name, held]) => [name, [...held]]));
      expect(after).not.toContain(canary);
      expect(after).toBe(before);
      expect(JSON.stringify(house.log.lines)).not.toContain(canary);
    },
  );

  test(`a person needs no real name, birthday or address: a name is all that is taken ${proves("D6", "H23")}`, async () => {
    const taken = await house.ask("POST", "/people", { body: { name: "A" }, status: 201 });
    expect(taken).toMatchObject({ name: "A" });
    for (const more of [{ dateOfBirth: "2001-02-03" }, { postalAddress: canary }, { legalName: canary }]) {
      const answer = await house.send("POST", "/people", { body: { name: "B", ...more } });
      expect(answer.status).toBe(400);
    }
    expect(house.people.list().map(({ name }) => name)).toEqual(["A"]);
  });
});
