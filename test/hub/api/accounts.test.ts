import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import type * as kdf from "../../../hub/crypto/kdf.ts";
import { hashPassword } from "../../../hub/crypto/password-hash.ts";
import type { PersonId } from "../../../hub/domain/ids.ts";
import { Days, Minutes, Seconds } from "../../../hub/domain/units.ts";
import { proves } from "../../support/proves.ts";
import { AccountHouse, bytes, codeOf, password } from "./account-house.ts";

/** How often a password was hashed: what the time of an answer is made of. */
const hashed = vi.hoisted(() => ({ count: 0 }));
vi.mock("../../../hub/crypto/kdf.ts", async (original) => {
  const real = await original<typeof kdf>();
  const scrypt: typeof real.scrypt = (...asked) => {
    hashed.count++;
    return real.scrypt(...asked);
  };
  return { ...real, scrypt };
});

let house: AccountHouse;
beforeEach(() => {
  house = new AccountHouse();
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

describe("signing in", () => {
  test("by name or id, with a cookie no script can read; a person is who asks from here on", async () => {
    const ana = await house.settled("Ána", { role: "owner" });
    for (const word of ["Ána", "  ána ", ana.id]) {
      const answer = await house.entering(word);
      expect(answer.headers.get("set-cookie")).toMatch(/; HttpOnly; SameSite=Strict; Max-Age=2592000$/);
      expect(await answer.json()).toMatchObject({ role: "owner", person: ana.id });
    }
    const me = await house.ask("GET", "/session", await house.browser("Ána"));
    expect(me).toMatchObject({ role: "owner", person: ana.id });
  });

  test("for a token, which goes with signing out", async () => {
    const ana = await house.settled("Ana");
    const program = await house.terminal("Ana");
    expect(await house.ask("GET", "/session", program)).toMatchObject({ role: "resident", person: ana.id });
    expect(house.tokens.list()).toEqual([]);
    expect((await house.send("DELETE", "/session", program)).status).toBe(204);
    await house.ask("GET", "/session", { ...program, status: 401 });
  });

  test("says neither whether there is such a person, nor whether they have an account, nor what was wrong", async () => {
    const ana = await house.settled("Ana");
    await house.added("Ben");
    await house.entering("Ana");
    const tries = [
      ["Ana", "not the password"],
      [ana.id, ""],
      ["Ben", password],
      ["Nobody", password],
      ["p-aaaaaaaaaaaa", password],
      ["", ""],
    ] as const;
    const answers = [];
    for (const [name, word] of tries) {
      hashed.count = 0;
      const answer = await house.entering(name, word);
      const { detail, ...problem } = (await answer.json()) as Shape<"Problem">;
      answers.push(JSON.stringify([answer.status, [...answer.headers], problem, detail, hashed.count]));
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain("sign_in_refused");
    expect(hashed.count).toBe(1);
  });

  test("two people of one name sign in with their ids", async () => {
    const [one] = [await house.settled("Ana"), await house.settled("Ana")];
    expect(await codeOf(await house.entering("Ana"))).toEqual([401, "sign_in_refused"]);
    expect((await house.entering(one?.id ?? "")).status).toBe(201);
  });

  test.each([
    ["nothing", Buffer.from("")],
    ["a name alone", Buffer.from("\u0003Ana")],
    ["a name that is cut short", Buffer.from("\u0009Ana")],
    ["a name that is no text", Buffer.from([1, 0xff, 0])],
  ])("takes no %s", async (_, raw) => {
    const answer = await house.send("POST", "/session", bytes(new Uint8Array(raw), 400, { token: null }));
    expect(await codeOf(answer)).toEqual([400, "sign_in_malformed"]);
  });

  test("as JSON is refused: a password is no text", async () => {
    const body = { name: "Ana", password };
    expect((await house.send("POST", "/session", { token: null, body })).status).toBe(415);
  });

  test(`a password that was hashed at another cost is kept at the present one from then on ${proves("EN303645:5.5-3")}`, async () => {
    const { id } = await house.settled("Ana");
    const records = house.store.records.get("accounts") ?? new Map<string, unknown>();
    const cost = { logN: 3, r: 2, p: 1 };
    const earlier = hashPassword(Buffer.from(password), Buffer.alloc(16, 1), cost);
    records.set(id, { ...(records.get(id) as object), password: earlier });
    house.accounts.start();
    expect((await house.entering("Ana", "not the word")).status).toBe(401);
    expect(records.get(id)).toMatchObject({ password: { algorithm: "scrypt", ...cost } });
    expect((await house.entering("Ana")).status).toBe(201);
    expect(records.get(id)).toMatchObject({ password: { algorithm: "scrypt", logN: 2, r: 1, p: 1 } });
    expect((await house.entering("Ana")).status).toBe(201);
  });
});

describe("guessing", () => {
  test("after five wrong ones in a row a name waits, and longer with each; it makes no odds whether it is anybody's", async () => {
    await house.settled("Ana");
    for (const name of ["Ana", "Nobody"]) {
      for (let at = 0; at < 5; at++) expect((await house.entering(name, "wrong word")).status).toBe(401);
      const answer = await house.entering(name);
      expect(answer.headers.get("retry-after")).toBe("30");
      expect(await codeOf(answer)).toEqual([429, "too_many_attempts"]);
    }
    await house.clock.advance(Seconds(30));
    expect((await house.entering("Ana", "wrong word")).status).toBe(401);
    expect((await house.entering("Ana")).headers.get("retry-after")).toBe("60");
    await house.clock.advance(Seconds(60));
    expect((await house.entering("Ana")).status).toBe(201);
    expect((await house.entering("Ana", "wrong word")).status).toBe(401);
    expect((await house.entering("Ana")).status).toBe(201);
  });

  test("a name is one name however it is written, also where it is nobody's", async () => {
    await house.settled("Ana");
    for (const name of ["Ana", "Nobody"]) {
      for (const written of [name, name.toUpperCase(), ` ${name}`, `${name} `, name.toLowerCase()])
        expect((await house.entering(written, "wrong word")).status).toBe(401);
      expect((await house.entering(` ${name.toUpperCase()}`)).status).toBe(429);
    }
  });

  test(`of ten thousand guesses at one account in a day few are looked at ${proves("EN303645:5.1-5", "A39")}`, async () => {
    await house.settled("Ana");
    hashed.count = 0;
    let looked = 0;
    for (let at = 0; at < 10_000; at++) {
      if ((await house.entering("Ana", `guess ${at}`)).status === 401) looked++;
      await house.clock.advance(Seconds(8));
    }
    expect(looked).toBeLessThan(40);
    expect(looked).toBeGreaterThan(20);
    // And one more, of nobody, the first time that somebody signs in.
    expect(hashed.count).toBe(looked + 1);
  }, 60_000);

  test("many names together wait as well, and nothing is hashed for those who do", async () => {
    for (let at = 0; at < 30; at++) expect((await house.entering(`Nobody ${at}`)).status).toBe(401);
    hashed.count = 0;
    expect(await codeOf(await house.entering("Somebody else"))).toEqual([429, "too_many_attempts"]);
    expect(hashed.count).toBe(0);
    await house.clock.advance(Seconds(2));
    expect((await house.entering("Somebody else")).status).toBe(401);
  });
});

describe("passwords", () => {
  test.each([
    ["short", "password_too_short"],
    ["x".repeat(129), "password_too_long"],
    ["Password1", "password_too_common"],
    ["anastasia", "password_too_common"],
  ])("%j is refused, and nothing is kept", async (word, code) => {
    const { id } = await house.added("Anastasia");
    expect(await house.ask("PUT", `/people/${id}/password`, bytes(word, 400))).toMatchObject({ code });
    expect(house.store.records.get("accounts")?.size ?? 0).toBe(0);
  });

  test("a name and a password are all that an account needs; of the password a slow salted hash is kept", async () => {
    const [ana, ben] = [await house.settled("Ana"), await house.settled("Ben")];
    const kept = [...(house.store.records.get("accounts")?.values() ?? [])] as {
      password: { salt: string };
    }[];
    expect(Object.keys(kept[0] ?? {}).sort()).toEqual(["password", "person", "since"]);
    expect(new Set(kept.map((each) => each.password.salt)).size).toBe(2);
    const everything = JSON.stringify([
      [...house.store.records].map(([, held]) => [...held]),
      house.log.lines,
    ]);
    for (const form of [
      password,
      Buffer.from(password).toString("base64"),
      Buffer.from(password).toString("hex"),
    ])
      expect(everything).not.toContain(form);
    for (const { id } of [ana, ben])
      expect(await house.ask<Shape<"Person">>("GET", `/people/${id}`)).toMatchObject({
        account: { totp: false },
      });
  });

  test("another one ends what was opened with the old one, and the old one", async () => {
    await house.settled("Ana");
    const [here, there] = [await house.browser("Ana"), await house.terminal("Ana")];
    await house.ask("PUT", "/account/password", bytes("quite another word", 204, here));
    for (const each of [here, there]) await house.ask("GET", "/session", { ...each, status: 401 });
    expect((await house.entering("Ana")).status).toBe(401);
    expect((await house.entering("Ana", "quite another word")).status).toBe(201);
  });

  test("nobody sets the password of somebody who may do more", async () => {
    const boss = await house.settled("Boss", { role: "owner" });
    const token = house.tokenWith(["admin", "people:read"]);
    await house.ask("PUT", `/people/${boss.id}/password`, bytes("quite another word", 403, { token }));
    expect((await house.entering("Boss")).status).toBe(201);
  });

  test("go with their person, and with them what they had signed in for", async () => {
    const { id } = await house.settled("Ana");
    await house.terminal("Ana");
    expect(house.store.records.get("person-tokens")?.size).toBe(1);
    await house.ask("DELETE", `/people/${id}`, { status: 204 });
    for (const name of ["accounts", "person-tokens"]) expect(house.store.records.get(name)?.size).toBe(0);
    expect((await house.entering("Ana")).status).toBe(401);
  });
});

describe("everywhere at once", () => {
  test("sessions, tokens and event streams end within the turn", async () => {
    const { id } = await house.settled("Ana");
    await house.settled("Ben");
    const [here, there, other] = [
      await house.browser("Ana"),
      await house.terminal("Ana"),
      await house.browser("Ben"),
    ];
    const stream = await house.send("GET", "/events", here);
    const others = await house.send("GET", "/events", other);
    expect(house.api.events.readers).toBe(2);
    house.accounts.endOf(id as PersonId);
    expect(house.api.events.readers).toBe(1);
    for (const each of [here, there]) await house.ask("GET", "/session", { ...each, status: 401 });
    await house.ask("GET", "/session", other);
    for (const each of [stream, others]) await each.body?.cancel();
  });

  test("by oneself, and by an owner; who is signed in where is shown", async () => {
    const { id } = await house.settled("Ana");
    const [here, there] = [await house.browser("Ana"), await house.terminal("Ana")];
    const { data } = await house.ask<Shape<"Sessions">>("GET", "/sessions");
    expect(data).toMatchObject([
      { person: id, kind: "browser", role: "resident" },
      { person: id, kind: "token", role: "resident" },
    ]);
    await house.ask("DELETE", "/account/sessions", { ...here, status: 204 });
    await house.ask("GET", "/session", { ...there, status: 401 });
    const again = await house.browser("Ana");
    await house.ask("DELETE", `/people/${id}/sessions`, { status: 204 });
    await house.ask("GET", "/session", { ...again, status: 401 });
    expect(await house.ask("GET", "/sessions")).toEqual({ data: [] });
  });

  test("also the browsers that a person has signed in by a code, and codes that nobody has used yet", async () => {
    const { id } = await house.settled("Boss", { role: "owner" });
    const here = await house.browser("Boss");
    const codes = [1, 2].map(() =>
      house.ask<Shape<"IssuedCode">>("POST", "/session/codes", { ...here, status: 201 }),
    );
    const [used, unused] = await Promise.all(codes);
    const enter = (code = "") => house.send("POST", "/session/code", { token: null, body: { code } });
    const answer = await enter(used?.code);
    expect(await answer.json()).toMatchObject({ role: "owner", person: id });
    const headers = { cookie: answer.headers.get("set-cookie")?.split(";")[0] ?? "" };
    await house.ask("DELETE", `/people/${id}/sessions`, { status: 204 });
    await house.ask("GET", "/session", { token: null, headers, status: 401 });
    expect((await enter(unused?.code)).status).toBe(401);
  });

  test("of many terminals of one person the oldest is signed out", async () => {
    await house.settled("Ana");
    const terminals = [];
    for (let at = 0; at < 33; at++) {
      terminals.push(await house.terminal("Ana"));
      await house.clock.advance(Seconds(2));
    }
    expect(house.tokens.ofPeople()).toHaveLength(32);
    await house.ask("GET", "/session", { ...terminals[0], status: 401 });
    for (const each of [terminals[1], terminals[32]]) await house.ask("GET", "/session", each);
  });

  test("a sign-out ends the streams of that browser, and of no other", async () => {
    await house.settled("Ana");
    const [one, two] = [await house.browser("Ana"), await house.browser("Ana")];
    const streams = [await house.send("GET", "/events", one), await house.send("GET", "/events", two)];
    await house.ask("DELETE", "/session", { ...one, status: 204 });
    expect(house.api.events.readers).toBe(1);
    await house.ask("GET", "/session", two);
    for (const each of streams) await each.body?.cancel();
  });

  test("whatever changes what somebody may do", async () => {
    const { id } = await house.settled("Ana", { role: "installer" });
    const here = await house.browser("Ana");
    await house.ask("PATCH", `/people/${id}`, { body: { name: "Anna" } });
    expect((await house.send("GET", "/session", here)).status).toBe(200);
    await house.ask("PUT", `/people/${id}/role`, { body: { role: "resident" } });
    expect((await house.send("GET", "/session", here)).status).toBe(401);
  });
});

describe("roles", () => {
  test("a guest sees and commands chosen lamps, and is gone when their time is up", async () => {
    const wanted = { role: "guest", lamps: [house.lamp], expiresIn: 3_600 };
    const visitor = await house.settled("Visitor", wanted);
    expect(visitor).toMatchObject({ guest: true, role: "guest", lamps: [house.lamp] });
    const [here, there] = [await house.browser("Visitor"), await house.terminal("Visitor")];
    for (const who of [here, there]) {
      const { data } = await house.ask<Shape<"Lights">>("GET", "/lights", who);
      expect(data.map(({ id }) => id)).toEqual([house.lamp]);
      await house.ask("PUT", `/lights/${house.other}/state`, { ...who, body: { on: true }, status: 403 });
      await house.ask("GET", "/people", { ...who, status: 403 });
    }
    const stream = await house.send("GET", "/events", here);
    await house.clock.advance(Minutes(60));
    for (const each of [here, there]) await house.ask("GET", "/session", { ...each, status: 401 });
    expect(house.api.events.readers).toBe(0);
    expect(house.people.list()).toEqual([]);
    await stream.body?.cancel();
  });

  test("a clock that nobody vouches for lets a guest in no longer, but forgets nobody", async () => {
    await house.settled("Visitor", { role: "guest", expiresIn: 3_600 });
    const here = await house.browser("Visitor");
    house.clock.setTrust({ level: "unknown" });
    house.clock.step(Days(1));
    await house.ask("GET", "/session", { ...here, status: 401 });
    expect((await house.entering("Visitor")).status).toBe(401);
    expect(house.people.list()).toHaveLength(1);
  });

  test.each([
    [{ role: "owner", guest: true }, "invalid_input"],
    [{ role: "resident", lamps: ["l-aaaaaaaaaaaa"] }, "invalid_input"],
    [{ role: "developer" }, "invalid_input"],
    [{ role: "resident", scopes: ["metrics"] }, "invalid_input"],
    [{ role: "resident", expiresIn: 60 }, "invalid_input"],
    [{ role: "guest", lamps: ["r-aaaaaaaaaaaa"] }, "invalid_input"],
    [{ role: "king" }, "invalid_input"],
  ])("%j is refused", async (body, code) => {
    const answer = await house.ask("POST", "/people", { body: { name: "Ana", ...body }, status: 400 });
    expect(answer).toMatchObject({ code });
    expect(house.people.list()).toEqual([]);
  });

  test("nobody gives away more than they have, by whichever way", async () => {
    const token = house.tokenWith(["people:write", "people:read"]);
    const { id } = await house.settled("Visitor", { role: "guest" });
    const body = { name: "Friend", role: "owner" };
    await house.ask("POST", "/people", { token, body, status: 403 });
    await house.ask("PUT", `/people/${id}/role`, { token, body: { role: "resident" }, status: 403 });
    await house.ask("PATCH", `/people/${id}`, { token, body: { guest: false }, status: 403 });
    await house.ask("PATCH", `/people/${id}`, { token, body: { name: "Guest" } });
    expect(house.people.list()).toMatchObject([{ name: "Guest", isGuest: true }]);
  });

  test("the last owner stays: neither removed, nor degraded, nor without an account", async () => {
    const boss = await house.settled("Boss", { role: "owner" });
    const heir = await house.added("Heir", { role: "owner" });
    const refused = [
      ["DELETE", `/people/${boss.id}`, {}],
      ["PUT", `/people/${boss.id}/role`, { body: { role: "resident" } }],
      ["PATCH", `/people/${boss.id}`, { body: { guest: true } }],
      ["DELETE", `/people/${boss.id}/password`, {}],
    ] as const;
    for (const [method, path, init] of refused)
      expect(await house.ask(method, path, { ...init, status: 409 })).toMatchObject({ code: "last_owner" });
    expect((await house.entering("Boss")).status).toBe(201);
    await house.ask("PUT", `/people/${heir.id}/password`, bytes(password, 204));
    await house.ask("DELETE", `/people/${boss.id}`, { status: 204 });
    expect((await house.entering("Heir")).status).toBe(201);
  });
});
