import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Shape } from "../../hub/api/contract.ts";
import { Days, Hours, Minutes } from "../../hub/domain/units.ts";
import { answerDays, unusedDays } from "../../hub/people/token-service.ts";
import { checkUp, type SecurityState, type WeakPoint, weakPoints } from "../../hub/rights/check-up.ts";
import { proves } from "../support/proves.ts";
import { authenticator } from "../support/signing-in.ts";
import { AccountHouse, bytes } from "./api/account-house.ts";

const sound: SecurityState = {
  accounts: 2,
  owners: 1,
  ownersWithoutCode: 0,
  othersWithoutCode: 0,
  oldPasswords: 0,
  unusedTokens: 0,
  endlessAdminTokens: 0,
  legacyListener: false,
  plainBeyond: false,
  certificateEnds: false,
  protector: "tpm",
  swap: false,
  booksSound: true,
  openIncidents: 0,
  lateRequests: 0,
  isReviewOverdue: false,
};

/** What makes each of them true, and by how much. */
const weak: Readonly<Record<WeakPoint, Partial<SecurityState>>> = {
  "no-owner-account": { owners: 0 },
  "owner-without-second-factor": { ownersWithoutCode: 1 },
  "person-without-second-factor": { othersWithoutCode: 1 },
  "old-password": { oldPasswords: 1 },
  "unused-token": { unusedTokens: 1 },
  "endless-admin-token": { endlessAdminTokens: 1 },
  "legacy-listener": { legacyListener: true },
  "plain-listener": { plainBeyond: true },
  "certificate-ends": { certificateEnds: true },
  "keys-in-clear": { protector: "key-file" },
  swap: { swap: true },
  "broken-book": { booksSound: false },
  "open-incident": { openIncidents: 1 },
  "late-request": { lateRequests: 1 },
  "review-overdue": { isReviewOverdue: true },
};

describe("of every state", () => {
  test(`a home in which all is well has no weak point ${proves("A38", "EN303645:5.12-3")}`, () => {
    expect(checkUp(sound)).toEqual([]);
    for (const protector of ["tpm", "passphrase", "systemd-credential"])
      expect(checkUp({ ...sound, protector })).toEqual([]);
  });

  test.each(weakPoints)(
    `%s is found, it alone, and says what to do ${proves("A38", "EN303645:5.12-3")}`,
    (point) => {
      const found = checkUp({ ...sound, ...weak[point] });
      expect(found.map((each) => each.point)).toEqual([point]);
      expect(found[0]).toMatchObject({
        count: 1,
        found: expect.stringMatching(/\w{3}/),
        repair: expect.stringMatching(/\w{3}/),
      });
    },
  );

  test("all at once, the worst first", () => {
    const worst = Object.assign({}, sound, ...Object.values(weak));
    const found = checkUp(worst);
    expect(found.map(({ point }) => point).sort()).toEqual([...weakPoints].sort());
    const order = found.map(({ severity }) => ["high", "medium", "low"].indexOf(severity));
    expect(order).toEqual(order.toSorted());
  });
});

describe("of a real house", () => {
  let house: AccountHouse;
  beforeEach(() => {
    house = new AccountHouse();
  });
  afterEach(() => {
    house.close();
    expect(house.broken).toEqual([]);
  });

  const points = async (): Promise<readonly string[]> =>
    (await house.ask<Shape<"WeakPoints">>("GET", "/privacy/check-up")).data.map(({ point }) => point).sort();
  const has = async (point: WeakPoint): Promise<boolean> => (await points()).includes(point);

  test(`what it says comes and goes with what is so ${proves("A38", "EN303645:5.12-3", "IR8425:CybersecurityStateAwareness")}`, async () => {
    expect(await points()).toEqual(["keys-in-clear", "no-owner-account", "swap"]);
    house.vault = { ...house.vault, protector: "passphrase" };
    await house.settled("Boss", { role: "owner" });
    expect(await points()).toEqual(["owner-without-second-factor", "swap"]);
    await house.settled("Ana");
    expect(await points()).toEqual(["owner-without-second-factor", "person-without-second-factor", "swap"]);
    for (const name of ["Boss", "Ana"]) {
      const who = await house.terminal(name);
      const { uri } = await house.ask<{ uri: string }>("POST", "/account/totp", who);
      const code = authenticator(uri)(house.clock.now());
      await house.ask("POST", "/account/totp/confirm", bytes(code, 200, who));
    }
    expect(await points()).toEqual(["swap"]);
    const issued = house.tokens.issue({ name: "all", role: "owner" });
    expect(await has("endless-admin-token")).toBe(true);
    house.tokens.revoke(issued.token.id);
    expect(await has("endless-admin-token")).toBe(false);
    const incident = await house.ask<Shape<"Incident">>("POST", "/incidents", { body: {}, status: 201 });
    expect(await has("open-incident")).toBe(true);
    await house.ask("POST", `/incidents/${incident.id}/close`);
    expect(await has("open-incident")).toBe(false);
  });

  test(`a password is old after a year, its age is shown, and another one is one call ${proves("D19", "A38")}`, async () => {
    await house.settled("Ana");
    const since = house.clock.now();
    house.clock.step(Days(365) - Minutes(1));
    expect(await has("old-password")).toBe(false);
    await house.clock.advance(Minutes(1));
    expect(await has("old-password")).toBe(true);
    const ana = await house.terminal("Ana");
    expect(await house.ask("GET", "/account", ana)).toMatchObject({ since: new Date(since).toISOString() });
    await house.ask("PUT", "/account/password", bytes("another word for the door", 204, ana));
    expect(await has("old-password")).toBe(false);
  });

  test("a yearly look at what is kept is missed, and made up for", async () => {
    house.clock.step(Days(500));
    expect(await has("review-overdue")).toBe(true);
    await house.ask("PUT", "/privacy/review");
    expect(await has("review-overdue")).toBe(false);
  });

  test(`a token that nobody has used for 90 days is asked about, and then taken back ${proves("A38", "D17")}`, async () => {
    const forgotten = house.tokenWith(["lights:read"]);
    const used = house.tokenWith(["lights:read"]);
    const status = async (token: string) => (await house.send("GET", "/session", { token })).status;
    for (let day = 0; day < unusedDays; day += 10) {
      house.clock.step(Days(10));
      expect(await status(used)).toBe(200);
    }
    await house.clock.advance(Hours(6));
    expect(await has("unused-token")).toBe(true);
    const asked = house.privacy.board.list(undefined).filter(({ title }) => title.includes("still needed"));
    expect(asked).toHaveLength(1);
    house.clock.step(Days(answerDays));
    expect(await status(used)).toBe(200);
    await house.clock.advance(Hours(6));
    expect([await status(forgotten), await status(used)]).toEqual([401, 200]);
    expect(await has("unused-token")).toBe(false);
  });

  test("who answers the question by using the token keeps it", async () => {
    const token = house.tokenWith(["lights:read"]);
    house.clock.step(Days(unusedDays + 1));
    await house.clock.advance(Hours(6));
    expect((await house.send("GET", "/session", { token })).status).toBe(200);
    house.clock.step(Days(answerDays + 30));
    await house.clock.advance(Hours(6));
    expect((await house.send("GET", "/session", { token })).status).toBe(200);
  });

  test(`how to reset is there for who has no account and no token ${proves("H48")}`, async () => {
    const answer = await house.send("GET", "/reset/instructions", { token: null });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/plain; charset=utf-8"]);
    const text = await answer.text();
    expect(text).toContain("Hold its button for 12 seconds");
    expect(text).not.toMatch(/https?:/);
  });
});
