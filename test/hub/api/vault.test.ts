import { afterEach, beforeEach, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import { House } from "./house.ts";

let house: House;
beforeEach(() => {
  house = new House();
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

const asked = [
  ["GET", "/vault"],
  ["POST", "/vault/rotate"],
  ["GET", "/checks"],
] as const;

test.each(asked)("%s %s is for who may do everything", async (method, path) => {
  const token = house.tokenWith(["lights:read", "home:write", "people:read", "privacy", "metrics"]);
  expect((await house.send(method, path, { token })).status).toBe(403);
  expect((await house.send(method, path, { token: house.tokenWith(["admin"]) })).status).toBe(200);
});

test("how the keys are kept is told, never what they are; a rotation begins a new epoch", async () => {
  const before = await house.ask<Shape<"Vault">>("GET", "/vault");
  expect(before).toEqual({
    protector: "key-file",
    sanitization: "clear",
    moved: false,
    rootWaiting: false,
    epoch: 1,
    keys: [{ name: "root", heldBy: "key-file", destroyedBy: "overwrite" }],
  });
  expect(await house.ask("POST", "/vault/rotate")).toEqual({ ...before, epoch: 2 });
});
