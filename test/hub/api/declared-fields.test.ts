import { expect, test } from "vitest";
import * as z from "zod/mini";
import { type Route, routes } from "../../../hub/api/contract.ts";
import { type SchemaName, schemas } from "../../../hub/api/schemas/schemas.ts";
import { routeFields } from "../../../hub/privacy/outlets.ts";
import { proves } from "../../support/proves.ts";
import { House } from "./house.ts";

/** Names of answers, collections by their items. */
const answers = [
  ...new Set(
    (Object.values(routes) as Route[]).flatMap(({ answer }) => (answer === undefined ? [] : [answer])),
  ),
].map((name) => (name in routeFields ? name : name.replace(/s$/, "")));

const fieldsOf = (name: SchemaName): readonly string[] => {
  const { properties, oneOf, anyOf } = z.toJSONSchema(schemas[name]());
  const parts = [{ properties }, ...(oneOf ?? []), ...(anyOf ?? [])];
  return [...new Set(parts.flatMap((part) => Object.keys(part.properties ?? {})))].sort();
};

test.each([...new Set(answers)])(
  "every field of %s is declared, and nothing is declared that is not there",
  (name) => {
    const declared = (routeFields as Record<string, Record<string, string>>)[name] ?? {};
    expect(fieldsOf(name as SchemaName)).toEqual(Object.keys(declared).sort());
  },
);

test("every declaration belongs to an answer", () => {
  expect(Object.keys(routeFields).filter((name) => !answers.includes(name))).toEqual([]);
});

test(`an answer with a field that nobody declared is not given ${proves("M5")}`, async () => {
  const check = { check: "swap", state: "ok", found: "off", guest: "canary-guest" } as const;
  const house = new House({ services: { checks: () => [check] } });
  const answer = await house.send("GET", "/checks");
  expect([answer.status, (await answer.json()).code]).toEqual([500, "undeclared_field"]);
  house.close();
});
