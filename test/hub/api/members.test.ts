import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import { ageRuleOf, ageRules, isUnderAge } from "../../../hub/domain/age-rule.ts";
import type { PersonId } from "../../../hub/domain/ids.ts";
import { Instant, Minutes } from "../../../hub/domain/units.ts";
import { proves } from "../../support/proves.ts";
import { AccountHouse, bytes, codeOf, password } from "./account-house.ts";
import type { SendInit } from "./house.ts";

let house: AccountHouse;
beforeEach(() => {
  house = new AccountHouse();
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

/** Written by hand from the laws, and by nothing that the hub reads: below which age a guardian is needed. */
const lines: Readonly<Record<string, number>> = {
  ...{
    AT: 14,
    BE: 13,
    BG: 14,
    CY: 14,
    CZ: 15,
    DE: 16,
    DK: 15,
    EE: 13,
    ES: 14,
    FI: 13,
    FR: 15,
    GR: 15,
    HR: 16,
  },
  ...{
    HU: 16,
    IE: 16,
    IT: 14,
    LT: 14,
    LU: 16,
    LV: 13,
    MT: 13,
    NL: 16,
    PL: 16,
    PT: 13,
    RO: 16,
    SE: 13,
    SI: 15,
  },
  ...{ SK: 16, IS: 13, LI: 16, NO: 13, GB: 13, US: 13, BR: 12, CN: 14, KR: 14, VN: 16 },
};

describe(`ages ${proves("A54", "GDPR:8")}`, () => {
  test("the table is the one written here, and nothing else", () => {
    expect(Object.keys(ageRules).sort()).toEqual(Object.keys(lines).sort());
  });

  test.each(Object.entries(lines))(
    "%s: who is %i needs nobody, who is a year younger does",
    (country, line) => {
      const rule = ageRuleOf(country);
      const says = (years: number) =>
        ({
          band: years < rule.guardianBelow ? "under" : "of-age",
          line: rule.guardianBelow,
          at: Instant(0),
        }) as const;
      expect([line - 1, line, line + 1].map((years) => isUnderAge(says(years), rule))).toEqual([
        true,
        false,
        false,
      ]);
      expect(rule.source).not.toBe("");
    },
  );

  test.each([undefined, "XX", "ZZ", "constructor", ""])(
    "where the country is %s the strictest line holds",
    (country) => {
      expect(ageRuleOf(country).guardianBelow).toBe(16);
    },
  );

  test("a word about one line counts at another as far as it reaches", () => {
    const [at13, at16] = [ageRuleOf("GB"), ageRuleOf("DE")];
    const over = (line: number) => ({ band: "of-age", line, at: Instant(0) }) as const;
    const under = (line: number) => ({ band: "under", line, at: Instant(0) }) as const;
    expect([isUnderAge(over(16), at13), isUnderAge(over(13), at16)]).toEqual([false, true]);
    expect([isUnderAge(under(13), at16), isUnderAge(under(16), at13)]).toEqual([true, true]);
  });

  test("Viet Nam also asks the young person from seven on, and Brazil protects until eighteen", () => {
    expect(ageRuleOf("VN")).toMatchObject({ guardianBelow: 16, agreesFrom: 7 });
    expect(ageRuleOf("BR")).toMatchObject({ guardianBelow: 12, minorBelow: 18 });
  });
});

describe("under age", () => {
  let parent: Shape<"Person">;
  let child: Shape<"Person">;
  beforeEach(async () => {
    await house.ask("PUT", "/age-rule", { body: { country: "DE" } });
    parent = await house.settled("Parent", { age: "of-age" });
    child = await house.added("Child", { age: "under" });
  });
  const press = () => {
    house.panel.work("pressed");
    house.panel.work("released");
  };
  const setPassword = (id: string) => house.send("PUT", `/people/${id}/password`, bytes(password, 204));
  const offered = (who: SendInit, id = child.id) => house.send("POST", `/people/${id}/guardian`, who);
  const confirmed = (who: SendInit, id = child.id) =>
    house.send("POST", `/people/${id}/guardian/confirm`, who);
  const guarded = async () => {
    const who = await house.browser("Parent");
    await offered(who);
    press();
    await confirmed(who);
    return who;
  };

  test(`an account is refused without a guardian ${proves("H42", "D20", "GDPR:8")}`, async () => {
    expect(await codeOf(await setPassword(child.id))).toEqual([409, "guardian_needed"]);
    expect(house.store.records.get("accounts")?.has(child.id)).toBe(false);
  });

  test(`a second account and the button give it ${proves("H42", "D20", "GDPR:8")}`, async () => {
    const who = await house.browser("Parent");
    expect((await offered(who)).status).toBe(202);
    expect(await codeOf(await confirmed(who))).toEqual([409, "second_step_needed"]);
    expect(await codeOf(await setPassword(child.id))).toEqual([409, "guardian_needed"]);
    press();
    expect(await (await confirmed(who)).json()).toMatchObject({ guardian: parent.id, age: "under" });
    expect((await setPassword(child.id)).status).toBe(204);
    expect((await house.entering("Child")).status).toBe(201);
    const book = house.privacy.books.verify().find(({ book }) => book === "access");
    expect(book?.verdict).toMatchObject({ sound: true, entries: 1 });
  });

  test(`the button alone, an old press, another account and a late word do not ${proves("D20")}`, async () => {
    await house.settled("Other", { age: "of-age" });
    const [who, other] = [await house.browser("Parent"), await house.browser("Other")];
    press();
    expect((await confirmed(who)).status).toBe(404);
    await offered(who);
    // Pressed before it was offered: does not count.
    expect((await confirmed(who)).status).toBe(409);
    press();
    expect((await confirmed(other)).status).toBe(404);
    await house.clock.advance(Minutes(2));
    expect((await confirmed(who)).status).toBe(404);
  });

  test(`a guardian has just shown who they are ${proves("D20")}`, async () => {
    const who = await house.browser("Parent");
    await house.clock.advance(Minutes(6));
    expect(await codeOf(await offered(who))).toEqual([403, "step_up_needed"]);
  });

  test.each([
    ["somebody who did not say they are of age", {}, "age"],
    ["somebody under age", { age: "under" }, undefined],
    ["a guest", { age: "of-age", role: "guest" }, undefined],
    ["an installer", { age: "of-age", role: "installer" }, undefined],
  ])(`%s is no guardian ${proves("D20")}`, async (_, body, kind) => {
    const person = await house.added("Somebody", body);
    if ((await setPassword(person.id)).status !== 204) return expect(body).toMatchObject({ age: "under" });
    const answer = await offered(await house.browser("Somebody"));
    expect([403, 409]).toContain(answer.status);
    if (kind !== undefined) expect(await answer.json()).toMatchObject({ code: "no_guardian" });
  });

  test("nobody is their own guardian, nor is a program", async () => {
    expect((await offered({})).status).toBe(409);
    const who = await house.browser("Parent");
    expect(await codeOf(await offered(who, parent.id))).toEqual([409, "no_guardian"]);
  });

  test("an account rests at once when its guardian takes it back, is removed, or the line rises", async () => {
    const ends = [
      async (who: SendInit) => house.ask("DELETE", `/people/${child.id}/guardian`, { ...who, status: 204 }),
      async () => house.ask("DELETE", `/people/${parent.id}/password`, { status: 204 }),
    ];
    for (const end of ends) {
      const who = await guarded();
      await setPassword(child.id);
      const here = await house.browser("Child");
      await house.ask("GET", "/session", here);
      await end(who);
      await house.ask("GET", "/session", { ...here, status: 401 });
      expect(await codeOf(await house.entering("Child"))).toEqual([409, "guardian_needed"]);
    }
    const teen = await house.added("Teen");
    await house.ask("PUT", "/age-rule", { body: { country: "GB" } });
    await house.ask("PUT", `/people/${teen.id}/age`, { body: { age: "of-age" } });
    await setPassword(teen.id);
    const here = await house.browser("Teen");
    await house.ask("PUT", "/age-rule", { body: { country: "FR" } });
    await house.ask("GET", "/session", { ...here, status: 401 });
  });

  test(`a wrong password is answered as before: who is under age is told to nobody ${proves("H42")}`, async () => {
    expect(await codeOf(await house.entering("Child", "not the word"))).toEqual([401, "sign_in_refused"]);
  });

  test(`of the age nothing is kept but its side of the line ${proves("H42", "H23")}`, async () => {
    for (const body of [
      { age: 12 },
      { age: "12" },
      { age: "under", born: 2014 },
      { dateOfBirth: "2014-02-01" },
    ])
      expect((await house.send("PUT", `/people/${child.id}/age`, { body })).status).toBe(400);
    expect(house.people.need(child.id as PersonId).age).toEqual({
      band: "under",
      line: 16,
      at: house.clock.now(),
    });
  });

  test(`purging forgets that person, everything scheduled for them, and nothing else ${proves("H42", "A58", "U41", "Z26")}`, async () => {
    await guarded();
    await setPassword(child.id);
    const here = await house.browser("Child");
    const rule = (name: string, ...triggers: object[]) =>
      house.ask<Shape<"Schedule">>("POST", "/schedules", {
        body: { name, triggers, actions: [{ kind: "light", target: house.lamp, command: { on: true } }] },
        status: 201,
      });
    const arrives = (person: string) => ({ kind: "presence", event: "arrives", person });
    const daily = { kind: "daily", at: { kind: "time", at: "07:00" } };
    const own = await rule("Child comes", arrives(child.id));
    const shared = await rule("Both", arrives(child.id), arrives(parent.id));
    const others = await rule("Morning", daily);
    const before = JSON.stringify([
      house.people.need(parent.id as PersonId),
      await house.ask("GET", `/schedules/${others.id}`),
    ]);
    const { data } = await house.ask<Shape<"Schedules">>("GET", "/schedules");
    expect(data).toHaveLength(3);

    expect(await house.ask("POST", `/people/${child.id}/purge`)).toEqual({ rules: 1, schedules: 1 });
    await house.ask("GET", "/session", { ...here, status: 401 });
    await house.ask("GET", `/schedules/${own.id}`, { status: 404 });
    const left = await house.ask<Shape<"Schedule">>("GET", `/schedules/${shared.id}`);
    expect(left.triggers).toMatchObject([{ person: parent.id }]);
    const kept = JSON.stringify([
      [...house.store.records].map(([name, held]) => [name, [...held]]),
      house.schedules.list(),
    ]);
    expect(kept).not.toContain(child.id);
    expect(
      JSON.stringify([
        house.people.need(parent.id as PersonId),
        await house.ask("GET", `/schedules/${others.id}`),
      ]),
    ).toBe(before);
  });

  test("the last owner is not purged, and nothing of theirs is cancelled", async () => {
    const boss = await house.settled("Boss", { role: "owner" });
    const answer = await house.send("POST", `/people/${boss.id}/purge`);
    expect(await codeOf(answer)).toEqual([409, "last_owner"]);
  });
});

describe(`the words of a role ${proves("A9")}`, () => {
  const added = async (role: string, body: object = {}) => {
    const person = await house.added("Fitter", { role, ...body });
    await house.ask("PUT", `/people/${person.id}/password`, bytes(password, 204));
    return person;
  };

  test.each(["installer", "developer"])(
    "%s: until they are agreed to the role is inert, and then it counts",
    async (role) => {
      const person = await added(role, role === "developer" ? { scopes: ["lights:read"] } : {});
      const here = await house.browser("Fitter");
      for (const path of ["/lights", "/rooms", "/devices"])
        await house.ask("GET", path, { ...here, status: 403 });
      const terms = await house.ask<Shape<"RoleTerms">>("GET", "/account/role-terms", here);
      expect(terms).toMatchObject({ role, version: 1, acknowledged: false });
      for (const version of [0, 2, 99])
        expect(
          (await house.send("PUT", "/account/role-terms", { ...here, body: { version } })).status,
        ).toBeGreaterThanOrEqual(400);
      await house.ask("GET", "/lights", { ...here, status: 403 });

      await house.ask("PUT", "/account/role-terms", { ...here, body: { version: 1 } });
      const again = await house.browser("Fitter");
      await house.ask("GET", "/lights", again);
      expect(house.people.need(person.id as PersonId).acknowledged).toMatchObject({ role, version: 1 });
      expect(house.privacy.books.verify()).toContainEqual({
        book: "access",
        verdict: expect.objectContaining({ sound: true, entries: 1 }),
      });
    },
  );

  test("words of another role do not count", async () => {
    const person = await added("installer");
    house.agree(person.id);
    await house.ask("PUT", `/people/${person.id}/role`, {
      body: { role: "developer", scopes: ["lights:read"] },
    });
    expect((await house.send("GET", "/lights", await house.browser("Fitter"))).status).toBe(403);
  });

  test("whoever could not give the role cannot give its password either, agreed or not", async () => {
    const person = await added("installer");
    const token = house.tokenWith(["admin"]);
    await house.ask("PUT", `/people/${person.id}/password`, bytes("quite another word", 403, { token }));
    expect((await house.entering("Fitter", "quite another word")).status).toBe(401);
  });

  test("residents and owners are asked for none", async () => {
    await house.settled("Ana");
    const here = await house.browser("Ana");
    expect(await house.ask("GET", "/account/role-terms", here)).toEqual({ acknowledged: true });
    await house.ask("PUT", "/account/role-terms", { ...here, body: { version: 1 }, status: 409 });
  });
});

describe("who is in this home", () => {
  test(`every adult sees every grant there is; none is hidden ${proves("D10")}`, async () => {
    await house.settled("Boss", { role: "owner" });
    await house.settled("Ana");
    await house.settled("Fitter", { role: "installer" });
    await house.settled("Visitor", { role: "guest", lamps: [house.lamp] });
    await house.ask("POST", "/tokens", { body: { name: "Panel", role: "owner" }, status: 201 });
    const scene = await house.ask<Shape<"Scene">>("POST", "/scenes", {
      body: { name: "Evening", capture: house.lamp },
      status: 201,
    });
    await house.ask("POST", "/guest/passes", {
      body: { kind: "wall", scenes: [scene.id], expiresIn: 3600 },
      status: 201,
    });
    const [here] = [await house.browser("Ana"), await house.terminal("Boss")];
    const { data } = await house.ask<Shape<"Grants">>("GET", "/grants", here);
    const seen = new Set(data.map(({ id }) => id));
    /** Whatever opens a door, read from where it is kept. */
    const kept = ["people", "tokens", "guest-passes", "developers"].flatMap((name) => [
      ...(house.store.records.get(name)?.keys() ?? []),
    ]);
    expect(kept).toHaveLength(6);
    expect(kept.filter((id) => !seen.has(id))).toEqual([]);
    const ofSessions = house.sessions.list().flatMap(({ caller }) => caller.person ?? []);
    expect(ofSessions.filter((id) => !seen.has(id))).toEqual([]);
    expect(data.find(({ name }) => name === "Boss")).toMatchObject({ role: "owner", signedIn: 1 });
    for (const who of ["Visitor", "Fitter"])
      await house.ask("GET", "/grants", { ...(await house.browser(who)), status: 403 });
  });

  test(`which lamp belongs to whose account is a record that is seen and taken away; the lamp stays as it is ${proves("H14")}`, async () => {
    const { id } = await house.settled("Visitor", { role: "guest", lamps: [house.lamp] });
    const linked = async () =>
      (await house.ask<Shape<"Grants">>("GET", "/grants")).data.find((each) => each.id === id)?.lamps;
    expect(await linked()).toEqual([house.lamp]);
    await house.ask("PUT", `/people/${id}/role`, { body: { role: "guest", lamps: [] } });
    expect(await linked()).toEqual([]);
    expect(JSON.stringify([...(house.store.records.get("people") ?? [])])).not.toContain(house.lamp);
    await house.ask("PUT", `/lights/${house.lamp}/state`, { body: { on: true } });
    expect(house.lights.get(house.lamp)?.desired.on).toBe(true);
    const here = await house.browser("Visitor");
    expect(await house.ask("GET", "/lights", here)).toEqual({ data: [] });
  });

  test("forgetting one person leaves the others as they were", async () => {
    const ana = await house.settled("Ana");
    const ben = await house.settled("Ben");
    await house.browser("Ben");
    const of = (id: string) =>
      JSON.stringify(
        [...house.store.records].map(([name, held]) => [
          name,
          [...held].filter(([key]) => key.startsWith(id)),
        ]),
      );
    const before = of(ben.id);
    await house.ask("DELETE", `/people/${ana.id}`, { status: 204 });
    expect(of(ben.id)).toBe(before);
    expect(of(ana.id)).not.toContain("Ana");
  });
});
