import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import { type CollectionName, collections } from "../../../hub/privacy/data-map.ts";
import type { Field } from "../../../hub/privacy/declaration.ts";
import { furnishedRecords } from "../../support/furnished-records.ts";
import { proves } from "../../support/proves.ts";
import { AccountHouse, codeOf } from "./account-house.ts";

let house: AccountHouse;
beforeEach(() => {
  house = new AccountHouse();
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

const names = Object.keys(collections) as CollectionName[];
/** The canary stands in every field of every collection that takes text. */
const furnish = (): void => {
  const records = furnishedRecords("canary");
  for (const name of names) {
    const [key, value] = records[name];
    house.store.collection(name).put(key, value as never);
  }
};
const made = (ticked?: readonly string[]) =>
  house.ask<Shape<"SupportBundle">>("POST", "/privacy/support-bundle", {
    body: ticked === undefined ? {} : { with: ticked },
  });
/** Fields about nobody: they may hold what a test writes there, and never what a home does. */
const ofNobody = (name: CollectionName): readonly string[] =>
  Object.entries(collections[name].fields as Readonly<Record<string, Field>>).flatMap(
    ([field, { class: of }]) => (of === "none" ? [field] : []),
  );

test(`with canaries everywhere a bundle holds none, and nothing of it leaves the hub ${proves("H17")}`, async () => {
  furnish();
  const dialled = vi.spyOn(house.network, "connect");
  const bundle = await made();
  for (const { name, content, ticked, records } of bundle.parts) {
    expect([name, ticked, records > 0]).toEqual([name, false, true]);
    for (const record of JSON.parse(content) as object[])
      for (const field of Object.keys(record)) expect(ofNobody(name as CollectionName)).toContain(field);
    // A simulated device's address is a number of the simulated house; the test's own mark stands there.
    if (name !== "sim-storage") expect([name, content.includes("canary")]).toEqual([name, false]);
  }
  expect(bundle.facts).not.toContain("canary");
  expect(dialled).not.toHaveBeenCalled();
});

test(`a part that is ticked is in it whole but for its secrets, and no other is ${proves("H17")}`, async () => {
  furnish();
  const { parts } = await made(["rooms", "tokens"]);
  const contentOf = (name: string) => parts.find((part) => part.name === name)?.content ?? "";
  expect(contentOf("rooms")).toContain("canary room");
  expect(contentOf("tokens")).toContain("canary token");
  expect(contentOf("tokens")).not.toContain("canary-hash");
  expect(contentOf("people")).not.toContain("canary");
  expect(parts.filter(({ ticked }) => ticked).map(({ name }) => name)).toEqual(["rooms", "tokens"]);
});

test("what is seen before is what is taken away", async () => {
  furnish();
  const [first, second] = [await made(["rooms"]), await made(["rooms"])];
  expect({ ...second, made: first.made }).toEqual(first);
});

test("a part that there is not is refused, and a field that there is not", async () => {
  const ask = (body: object) => house.send("POST", "/privacy/support-bundle", { body });
  expect(await codeOf(await ask({ with: ["passwords"] }))).toEqual([400, "invalid_input"]);
  expect(await codeOf(await ask({ everything: true }))).toEqual([400, "unknown_field"]);
});
