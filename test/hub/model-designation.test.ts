import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Shape } from "../../hub/api/contract.ts";
import { release } from "../../hub/release.ts";
import { proves } from "../support/proves.ts";
import { AccountHouse } from "./api/account-house.ts";

let house: AccountHouse;
beforeEach(() => {
  house = new AccountHouse();
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

/** What whoever makes a label is told to print on it. */
const labelText = (): string | undefined =>
  /^Model designation: `([^`]+)`/m.exec(readFileSync("README.md", "utf8"))?.[1];

test(`the model is called the same on the label, in the API, in updates and on the printed page ${proves("EN303645:5.3-16", "IR8425:AssetIdentification")}`, async () => {
  const label = labelText();
  expect(label).toMatch(/^[a-z-]{3,}$/);
  const { model } = await house.ask<Shape<"System">>("GET", "/system");
  const support = await (await house.send("GET", "/privacy/support", { token: null })).json();
  const printed = await (await house.send("GET", "/reset/instructions", { token: null })).text();
  expect([model, support.content.product.model, release.model]).toEqual([label, label, label]);
  expect(printed).toContain(`(model ${label})`);
});
