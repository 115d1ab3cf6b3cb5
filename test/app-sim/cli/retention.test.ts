import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import { proves } from "../../support/proves.ts";
import { Terminal } from "./terminal.ts";

let terminal: Terminal;
beforeEach(async () => {
  terminal = await Terminal.open();
});
afterEach(() => terminal.close());

test(`a bundle is shown before it is a file, and the file holds what was shown ${proves("H17")}`, async () => {
  const file = join(terminal.folder, "bundle.json");
  const shown = (await terminal.json("support", "bundle", "--with", "rooms")) as Shape<"SupportBundle">;
  const { code, stderr } = await terminal.type(["support", "bundle", "--with", "rooms", "--out", file]);
  expect([code, stderr.includes("written to")]).toEqual([0, true]);
  expect({ ...JSON.parse(readFileSync(file, "utf8")), made: shown.made }).toEqual(shown);
  expect(readFileSync(file, "utf8")).toContain("Kitchen");
  expect(JSON.stringify(await terminal.json("support", "bundle"))).not.toContain("Kitchen");
});

test("a hold is opened and closed by hand", async () => {
  const hold = (await terminal.json("privacy", "hold", "rooms", "claim")) as Shape<"Hold">;
  const held = (await terminal.json("privacy", "retention")) as Shape<"RetentionItems">["data"];
  expect(held.find(({ item }) => item === "rooms")).toMatchObject({ held: 1 });
  expect((await terminal.type(["privacy", "release", hold.id])).code).toBe(0);
  expect((await terminal.type(["privacy", "release", hold.id])).code).toBe(5);
  expect((await terminal.type(["privacy", "hold", "rooms", "because"])).code).toBe(2);
});

test("a date that the clock does not show is not confirmed", async () => {
  expect((await terminal.type(["privacy", "confirm-date", "2031-01-01"])).code).toBe(6);
  expect((await terminal.type(["privacy", "confirm-date", "2026-09-21"])).code).toBe(0);
});

test("whoever has no account has no tastes", async () => {
  expect((await terminal.type(["privacy", "tastes", "--forget"])).code).not.toBe(0);
});
