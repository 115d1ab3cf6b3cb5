import { describe, expect, test } from "vitest";
import { type StartFacts, startChecks } from "../../../hub/lifecycle/start-checks.ts";

const sound: StartFacts = {
  inspector: "off",
  coreDump: "off",
  report: "off",
  heapSnapshot: "off",
  wideFiles: { repaired: 0, left: 0 },
  wideFolders: [],
  swap: "off",
  ioUring: "off",
};

const troubles = (facts: Partial<StartFacts>, isSim = false) =>
  startChecks({ ...sound, ...facts }, isSim).filter(({ state }) => state !== "ok");

test("a sound process has eight rows of nothing to do", () => {
  expect(startChecks(sound, false)).toHaveLength(8);
  expect(troubles({})).toEqual([]);
});

describe("what would leak keeps a hub from starting", () => {
  test.each([
    ["inspector", { inspector: "on" }],
    ["inspector", { inspector: "by-signal" }],
    ["core-dump", { coreDump: "whole" }],
    ["report", { report: "on" }],
    ["heap-snapshot", { heapSnapshot: "on" }],
    ["file-modes", { wideFiles: { repaired: 1, left: 2 } }],
  ] as const)("%s: %o", (check, facts) => {
    expect(troubles(facts)).toEqual([
      expect.objectContaining({ check, state: "refused", repair: expect.any(String) }),
    ]);
  });
});

test("a simulated home may be looked into, and says so; its keys are still nobody else's", () => {
  for (const facts of [{ inspector: "on" }, { report: "on" }, { heapSnapshot: "on" }] as const)
    expect(troubles(facts, true)).toEqual([expect.objectContaining({ state: "warn" })]);
  for (const facts of [{ coreDump: "whole" }, { wideFiles: { repaired: 0, left: 1 } }] as const)
    expect(troubles(facts, true)).toEqual([expect.objectContaining({ state: "refused" })]);
});

test("what may leak by way of the system is said, with the one thing to do about it", () => {
  for (const facts of [{ swap: "on" }, { ioUring: "on" }, { wideFolders: ["data"] }] as const) {
    expect(troubles(facts)).toEqual([expect.objectContaining({ state: "warn", repair: expect.any(String) })]);
  }
});

test("what was put right is fine: swap in memory, core files without memory, narrowed files", () => {
  expect(troubles({ swap: "sealed", coreDump: "empty", wideFiles: { repaired: 3, left: 0 } })).toEqual([]);
});
