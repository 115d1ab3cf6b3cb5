import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requireProgram } from "../support/programs.ts";
import { proves } from "../support/proves.ts";
import { isLong, size } from "../support/size.ts";
import { filesUnder, resetProgram, resetRemains } from "./support/after-reset.ts";
import { type ClaimName, claims } from "./support/claims.ts";
import { quarters } from "./support/quarter.ts";
import { traced } from "./support/traced.ts";
import { liveYear, nextYear, type YearEvidence } from "./support/year-evidence.ts";

/**
 * Every byte a hub ever gave to the system in a year, held against 500 canaries: one in every text and key that anybody
 * can put in. `npm test` lives the whole year sealed and its first quarter with sealing off; `npm run test:long` both.
 */
beforeAll(() => void requireProgram("strace"), 300_000);

describe("a year in a home", () => {
  let year: YearEvidence;

  beforeAll(async () => {
    year = await liveYear();
  }, 600_000);
  afterAll(() => year.dispose());

  test(`500 canaries have arrived: shown by the API, or used to sign in, to notice or to be believed ${proves("M1", "U12", "EN303645:5.4-1", "GDPR:32", "IR8425:DataProtection", "CRA:I.2.e", "ISVS:2.3.1", "ISVS:3.2.5")}`, () => {
    const missing = year.canaries.flatMap(({ kind }, number) =>
      year.arrived.has(number) ? [] : [`${kind} ${number}`],
    );
    expect(missing).toEqual([]);
    expect(new Set(year.canaries.map(({ text }) => text)).size).toBe(500);
    expect(year.secrets.length).toBeGreaterThan(50);
  });

  test.each(Object.keys(claims) as ClaimName[])("%s", (claim) => {
    expect(claims[claim](year)).toEqual([]);
  });

  test("there was much to look at", () => {
    expect(year.watch.writtenBytes).toBeGreaterThan(20_000_000);
    expect(year.watch.names.size).toBeGreaterThan(100);
    expect(year.log.length).toBeGreaterThan(100);
    expect(year.topics.length).toBeGreaterThan(50);
  });

  test(`after a factory reset none of them is in what is left, nor in what the reset wrote ${proves("M2", "H47", "EN303645:5.11-1", "ISVS:2.3.2", "CRA:I.2.m")}`, async () => {
    const args = [year.folder, "{}", "factory", `${nextYear}`];
    const { code, unread } = await traced(resetProgram, args, (call) => year.watch.see(call));
    expect({ code, unread }).toEqual({ code: 0, unread: 0 });
    expect(filesUnder(year.folder)).toEqual(resetRemains);
    for (const claim of Object.keys(claims) as ClaimName[]) expect(claims[claim](year), claim).toEqual([]);
  }, 60_000);
});

test(`with sealing off the same script leaves every canary behind that is kept at all ${proves("M22")}`, async () => {
  const open = await liveYear({ plant: "sealing off", quarters: size(1, quarters), days: size(1, 30) });
  const found = claims["nothing readable is written"](open).flatMap(
    (hit) => /^.* \d+(?= in )/.exec(hit) ?? [],
  );
  const expected = [...open.arrived]
    .map((number) => `${open.canaries[number]?.kind} ${number}`)
    // Of these a hash is all there ever is to seal.
    .filter((canary) => !canary.startsWith("account password"));
  expect(new Set(found)).toEqual(new Set(expected));
  expect(expected.length).toBeGreaterThan(isLong ? 491 : 120);
  open.dispose();
}, 600_000);
