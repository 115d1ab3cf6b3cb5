import { afterEach, beforeEach, expect, test } from "vitest";
import { chains, collections } from "../../hub/privacy/data-map.ts";
import type { Field } from "../../hub/privacy/declaration.ts";
import { proves } from "../support/proves.ts";
import { AccountHouse } from "./api/account-house.ts";

let house: AccountHouse;
beforeEach(() => {
  house = new AccountHouse();
});
afterEach(() => house.close());

const kept = () => JSON.stringify([...house.store.records].map(([name, held]) => [name, [...held]]));

test(`what a person did stays in the home's history, and nothing is left by which it is theirs ${proves("U29", "GDPR:17")}`, async () => {
  const ana = await house.settled("Ana Canary", { role: "owner" });
  await house.settled("Ben", { role: "owner" });
  const terminal = await house.terminal("Ana Canary");
  await house.ask("PUT", `/lights/${house.lamp}/state`, { ...terminal, body: { on: true } });
  await house.ask("PUT", "/account/notice", { ...terminal, body: { version: 1 } });
  const hers = house.tokens.ofPeople().filter(({ person }) => person === ana.id);
  expect(hers).toHaveLength(1);
  expect(kept()).toContain("Ana Canary");
  await house.ask("DELETE", `/people/${ana.id}`, { status: 204 });
  const after = kept();
  // Neither her name nor her id, and of her credential no record that says whose it was.
  for (const word of ["Ana Canary", ana.id]) expect(after).not.toContain(word);
  expect(house.tokens.ofPeople().some(({ id }) => id === hers[0]?.id)).toBe(false);
  expect(house.store.records.get("person-tokens")?.has(`${ana.id}/${hers[0]?.id}`)).toBe(false);
  expect(after).toContain("Ben");
});

test(`no item of the household is declared to name a person: what is somebody's is under their key ${proves("U29")}`, () => {
  const fields = [...Object.values(collections), ...Object.values(chains)].flatMap(
    ({ fields: each }) => Object.entries(each) as [string, Field][],
  );
  const naming = fields.filter(
    ([name, field]) => /^person|personId$/.test(name) && field.class !== "none" && field.class !== "person",
  );
  expect(naming).toEqual([]);
});
