import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import type { TokenId } from "../../../hub/domain/ids.ts";
import { Days, Hours, Minutes } from "../../../hub/domain/units.ts";
import { proves } from "../../support/proves.ts";
import { signIn } from "../../support/signing-in.ts";
import { AccountHouse, bytes, password } from "./account-house.ts";
import type { SendInit } from "./house.ts";

let house: AccountHouse;
beforeEach(() => {
  house = new AccountHouse();
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

const statusOf = async (who: SendInit): Promise<number> => (await house.send("GET", "/session", who)).status;

/** Somebody at a browser that others use too. */
const atShared = async (name: string) => {
  const asked = bytes(signIn(name, password), 201, { token: null });
  const answer = await house.send("POST", "/session?terminal=shared", asked);
  const cookie = answer.headers.get("set-cookie") ?? "";
  return { cookie, who: { token: null, headers: { cookie: cookie.split(";")[0] ?? "" } } };
};

describe("a session that nobody uses", () => {
  test(`ends by itself, with the stream it opened ${proves("U27")}`, async () => {
    await house.settled("Ana");
    const here = await house.browser("Ana");
    const stream = await house.send("GET", "/events", here);
    await house.clock.advance(Days(6));
    expect(await statusOf(here)).toBe(200);
    await house.clock.advance(Days(6));
    expect([await statusOf(here), house.api.events.readers]).toEqual([200, 1]);
    // The stream goes on by itself, so it is no use.
    await house.clock.advance(Days(7));
    expect([house.sessions.list().length, house.api.events.readers]).toEqual([0, 0]);
    expect(await statusOf(here)).toBe(401);
    await stream.body?.cancel();
  });

  test("ends after thirty days also where it is used", async () => {
    await house.settled("Ana");
    const here = await house.browser("Ana");
    for (let day = 0; day < 30; day++) {
      expect(await statusOf(here)).toBe(200);
      await house.clock.advance(Days(1));
    }
    expect(await statusOf(here)).toBe(401);
  });
});

describe(`at a browser that others use too ${proves("U27", "D18")}`, () => {
  test("nothing is left after ten minutes without use, and after an hour in any case", async () => {
    await house.settled("Ana");
    const { who, cookie } = await atShared("Ana");
    // No age: the browser forgets it when it is closed.
    expect(cookie).toMatch(/^lampkeeper_test=[\w-]+; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(house.sessions.list()).toMatchObject([{ isShared: true }]);
    for (let at = 0; at < 6; at++) {
      expect(await statusOf(who)).toBe(200);
      await house.clock.advance(Minutes(9));
    }
    expect(await statusOf(who)).toBe(200);
    await house.clock.advance(Minutes(6));
    expect([await statusOf(who), house.sessions.list()]).toEqual([401, []]);

    const again = await atShared("Ana");
    await house.clock.advance(Minutes(10));
    expect([house.sessions.list(), await statusOf(again.who)]).toEqual([[], 401]);
  });

  test("signing out takes the cookie and whatever the page has stored", async () => {
    await house.settled("Ana");
    const { who } = await atShared("Ana");
    const answer = await house.send("DELETE", "/session", who);
    expect(answer.headers.get("set-cookie")).toMatch(/^lampkeeper_test=; .*Max-Age=0/);
    expect(answer.headers.get("clear-site-data")).toBe('"cache", "storage"');
    expect(await statusOf(who)).toBe(401);
  });

  test("no other place to sign in is known than these two", async () => {
    const asked = bytes(signIn("Ana", password), 400, { token: null });
    await house.ask("POST", "/session?terminal=anywhere", asked);
    expect(house.sessions.list()).toEqual([]);
  });
});

describe("sign-ins", () => {
  test("are told to the person, newest first, and to nobody else", async () => {
    const { id } = await house.settled("Ana");
    await house.settled("Ben", { role: "owner" });
    const here = await house.browser("Ana");
    await house.clock.advance(Minutes(5));
    await atShared("Ana");
    await house.clock.advance(Minutes(5));
    const there = await house.terminal("Ana");
    const read = () => house.ask<Shape<"SignIns">>("GET", "/account/sign-ins", here);
    const { data } = await read();
    expect(data.map(({ by, seen }) => [by, seen])).toEqual([
      ["token", false],
      ["shared-browser", false],
      ["browser", false],
    ]);
    await house.ask("POST", "/account/sign-ins/seen", { ...there, status: 204 });
    expect((await read()).data.every(({ seen }) => seen)).toBe(true);
    const others = await house.ask<Shape<"SignIns">>("GET", "/account/sign-ins", await house.browser("Ben"));
    expect(others.data).toHaveLength(1);
    await house.ask("DELETE", `/people/${id}`, { status: 204 });
    expect([...(house.store.records.get("sign-ins")?.keys() ?? [])].some((key) => key.startsWith(id))).toBe(
      false,
    );
  });

  test("a wrong password is none; fifty are kept, for ninety days", async () => {
    const { id } = await house.settled("Ana");
    expect((await house.entering("Ana", "not the word")).status).toBe(401);
    const { signIns } = house.privacy.members;
    expect(signIns.of(id as never)).toEqual([]);
    for (let at = 0; at < 55; at++) signIns.note(id as never, "browser");
    expect(signIns.of(id as never)).toHaveLength(50);
    await house.clock.advance(Days(91));
    signIns.note(id as never, "token");
    expect(signIns.of(id as never).map(({ by }) => by)).toEqual(["token"]);
  });
});

describe("a token that nobody uses", () => {
  const issued = async (name: string) =>
    house.ask<Shape<"IssuedToken">>("POST", "/tokens", { body: { name, role: "resident" }, status: 201 });
  const shown = async (id: string) => house.ask<Shape<"Token">>("GET", `/tokens/${id}`);

  test("is asked about after ninety days, and removed thirty days later", async () => {
    const { id, token } = await issued("Panel");
    await house.clock.advance(Days(89));
    expect((await shown(id)).asked).toBeUndefined();
    await house.clock.advance(Days(1));
    expect((await shown(id)).asked).toBe(new Date(house.clock.now()).toISOString());
    await house.clock.advance(Days(29));
    expect(await shown(id)).toHaveProperty("asked");
    await house.clock.advance(Days(1));
    await house.ask("GET", `/tokens/${id}`, { status: 404 });
    expect(await statusOf({ token })).toBe(401);
  });

  test("stays when it is used or somebody says so; its use is known to the day", async () => {
    const [one, two, three] = [await issued("Used"), await issued("Kept"), await issued("Neither")];
    await house.clock.advance(Days(100));
    expect(await statusOf({ token: one.token })).toBe(200);
    const { used, asked } = await shown(one.id);
    expect([used, asked]).toEqual([
      `${new Date(house.clock.now()).toISOString().slice(0, 10)}T00:00:00.000Z`,
      undefined,
    ]);
    expect(await house.ask("POST", `/tokens/${two.id}/keep`)).not.toHaveProperty("asked");
    await house.clock.advance(Days(60));
    const left = house.tokens.list().map(({ id }) => id);
    expect([left.includes(one.id as TokenId), left.includes(two.id as TokenId)]).toEqual([true, true]);
    expect(left).not.toContain(three.id);
  });

  test("is not removed by a clock that nobody vouches for", async () => {
    const { id } = await issued("Panel");
    house.clock.setTrust({ level: "unknown" });
    await house.clock.advance(Days(400));
    expect(await shown(id)).not.toHaveProperty("asked");
  });

  test("costs one writing a day, however often it is used", async () => {
    const { token, id } = await issued("Panel");
    await statusOf({ token });
    let writes = 0;
    const { collection } = house.store;
    house.store.collection = (name) => {
      const held = collection.call(house.store, name) as ReturnType<typeof collection>;
      const put = (key: string, value: never) => {
        // What retention keeps of its own time is of no token.
        if (name !== "retention-time") writes++;
        held.put(key, value);
      };
      return { ...held, put } as never;
    };
    for (let at = 0; at < 50; at++) await statusOf({ token });
    await house.clock.advance(Hours(25));
    await statusOf({ token });
    expect(writes).toBe(1);
    expect(house.tokens.get(id as TokenId)?.used).toBeDefined();
  });
});

test(`another password ends every session and token of the old one, and the old one ${proves("EN303645:5.1-4", "ISVS:2.1.8")}`, async () => {
  await house.settled("Ana");
  const open = [await house.browser("Ana"), await house.terminal("Ana"), (await atShared("Ana")).who];
  await house.ask("PUT", "/account/password", bytes("quite another word", 204, open[0]));
  expect(await Promise.all(open.map(statusOf))).toEqual([401, 401, 401]);
  expect((await house.entering("Ana")).status).toBe(401);
  expect((await house.entering("Ana", "quite another word")).status).toBe(201);
});
