import { execFileSync, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { disclosurePolicy } from "../../hub/privacy/documents/support.ts";
import {
  type Advisory,
  advisoryOf,
  exploitable,
  isAffected,
  type Register,
  type Report,
  waiting,
} from "../../scripts/support/advisories.ts";
import { registerOf } from "../../scripts/support/register.ts";
import { components } from "../../scripts/support/sbom.ts";
import { scratch } from "../support/hub-process.ts";
import { proves } from "../support/proves.ts";

const today = new Date().toISOString().slice(0, 10);

const advisory = (
  name: string,
  events: Advisory["affected"][0]["ranges"][0]["events"],
  more: Partial<Advisory> = {},
): Advisory => ({
  id: "GHSA-test",
  aliases: [],
  summary: "a made-up weakness",
  affected: [{ package: { ecosystem: "npm", name }, ranges: [{ type: "SEMVER", events }] }],
  noticed: "2026-01-01",
  ...more,
});
const withAdvisories = (...advisories: readonly Advisory[]): Register => ({ ...registerOf(), advisories });

describe("a weakness of a component", () => {
  test.each([
    ["8.0.0", true],
    ["8.17.0", true],
    ["8.17.1-rc.1", true],
    ["8.17.1", false],
    ["7.9.9", false],
    ["9.0.0", true],
    ["9.0.1", false],
  ])("is there in version %s: %s", (version, expected) => {
    const events = [
      { introduced: "8.0.0" },
      { fixed: "8.17.1" },
      { introduced: "9.0.0" },
      { fixed: "9.0.1" },
    ];
    expect(isAffected(advisory("ws", events), "ws", version)).toBe(expected);
    expect(isAffected(advisory("ws", events), "wss", version)).toBe(false);
  });

  test("is there from the first version on where nobody knows since when, and until today where nobody mended it", () => {
    expect(isAffected(advisory("ws", [{ introduced: "0" }]), "ws", "0.0.1-alpha")).toBe(true);
  });

  test(`of this very bill is found, has a day, and is overdue the day after it ${proves("EN303645:5.2-2", "EN303645:5.2-3")}`, () => {
    const parts = components();
    const register = withAdvisories(advisory("ws", [{ introduced: "0" }]));
    const due = "2026-04-01";
    expect(disclosurePolicy.fixedWithinDays).toBe(90);
    expect(exploitable(parts, register, due)).toMatchObject([{ id: "GHSA-test", due, overdue: false }]);
    expect(exploitable(parts, register, "2026-04-02")).toMatchObject([{ overdue: true }]);
    const answer = { on: "2026-01-02", why: "the hub never calls it" };
    expect(
      exploitable(
        parts,
        withAdvisories(advisory("ws", [{ introduced: "0" }], { notExploitable: answer })),
        due,
      ),
    ).toEqual([]);
  });

  test("comes in as OSV has it, with what is not about npm left out", () => {
    const osv = {
      ...advisory("ws", [{ introduced: "0" }]),
      schema_version: "1.4.0",
      affected: [
        ...advisory("ws", [{ introduced: "0" }]).affected,
        { package: { ecosystem: "PyPI", name: "ws" }, ranges: [] },
      ],
    };
    expect(advisoryOf(osv as unknown as Advisory, "2026-02-03")).toEqual(
      advisory("ws", [{ introduced: "0" }], { noticed: "2026-02-03" }),
    );
  });
});

describe("a report of a weakness of the hub", () => {
  const of = (report: Partial<Report>): Register => ({
    ...registerOf(),
    reports: [{ id: "R-1", received: "2026-01-01", told: [], ...report }],
  });
  const overdue = (report: Partial<Report>, at: string): readonly string[] =>
    waiting(of(report), at)
      .filter((each) => each.overdue)
      .map(({ what }) => what);

  test(`is acknowledged, told of and mended within the days that the policy promises, or it is overdue ${proves("EN303645:5.2-2", "EN303645:5.3-8")}`, () => {
    expect(disclosurePolicy).toMatchObject({
      acknowledgedWithinDays: 5,
      statusEveryDays: 14,
      fixedWithinDays: 90,
    });
    expect(overdue({}, "2026-01-06")).toEqual([]);
    expect(overdue({}, "2026-01-07")).toEqual(["is to be acknowledged"]);
    const acknowledged = "2026-01-04";
    expect(overdue({ acknowledged }, "2026-01-18")).toEqual([]);
    expect(overdue({ acknowledged }, "2026-01-19")).toEqual(["whoever reported it is owed news"]);
    expect(overdue({ acknowledged, told: ["2026-01-18"] }, "2026-02-01")).toEqual([]);
    expect(overdue({ acknowledged, told: ["2026-03-30"] }, "2026-04-02")).toEqual(["is to be mended"]);
    const fixed = (on: string) => ({ acknowledged, fixed: { on, version: "0.2.0" } });
    expect(overdue(fixed("2026-04-01"), "2030-01-01")).toEqual([]);
    expect(overdue(fixed("2026-04-02"), "2030-01-01")).toEqual(["was mended late"]);
  });
});

test(`of what ships today no component has a known weakness that could be used, and nothing is overdue ${proves("CRA:I.2.a", "EN303645:5.2-2", "EN303645:5.2-3", "EN303645:5.3-8")}`, () => {
  const [parts, register] = [components(), registerOf()];
  expect(exploitable(parts, register, today)).toEqual([]);
  expect(waiting(register, today).filter(({ overdue }) => overdue)).toEqual([]);
  // The register is about this house: each entry names a component that is there, in a version that once was not well.
  expect(register.advisories.length).toBeGreaterThan(10);
  const names = new Set(parts.map(({ name }) => name));
  for (const { affected, id } of register.advisories)
    for (const {
      package: { name },
      ranges,
    } of affected) {
      expect([id, names.has(name)]).toEqual([id, true]);
      const [{ introduced = "0" } = {}] = ranges[0]?.events ?? [];
      expect([id, isAffected({ affected }, name, introduced === "0" ? "0.0.1" : introduced)]).toEqual([
        id,
        true,
      ]);
    }
});

test(`an update in which a component has a known weakness is not made ${proves("CRA:I.2.a")}`, {
  timeout: 240_000,
}, () => {
  using folder = scratch();
  const file = (name: string): string => join(folder.path, name);
  const { privateKey } = generateKeyPairSync("ed25519");
  writeFileSync(file("key.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
  mkdirSync(file("image"));
  writeFileSync(file("image/hub.js"), "export const main = () => {};");
  writeFileSync(file("register.json"), JSON.stringify(withAdvisories(advisory("ws", [{ introduced: "0" }]))));
  const words = [
    "scripts/launch.mjs",
    "--run",
    "make-update",
    "--key",
    file("key.pem"),
    "--from",
    file("image"),
  ];
  const refused = spawnSync(
    process.execPath,
    [...words, "--out", file("bad.update"), "--advisories", file("register.json")],
    { encoding: "utf8" },
  );
  expect([refused.status, existsSync(file("bad.update"))]).toEqual([1, false]);
  expect(refused.stderr).toMatch(/nothing was made: GHSA-test {2}ws \d/);
  execFileSync(process.execPath, [...words, "--out", file("good.update")], { stdio: "pipe" });
  expect(existsSync(file("good.update"))).toBe(true);
});
