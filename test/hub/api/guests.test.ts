import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Route, type RouteName, routes, type Shape } from "../../../hub/api/contract.ts";
import type { PersonId } from "../../../hub/domain/ids.ts";
import { Days, Hours, Minutes } from "../../../hub/domain/units.ts";
import { proves } from "../../support/proves.ts";
import { AccountHouse, codeOf } from "./account-house.ts";
import type { SendInit } from "./house.ts";

let house: AccountHouse;
let scene: Shape<"Scene">;
let other: Shape<"Scene">;
beforeEach(async () => {
  house = new AccountHouse();
  const added = (name: string) =>
    house.ask<Shape<"Scene">>("POST", "/scenes", { body: { name, capture: house.lamp }, status: 201 });
  [scene, other] = [await added("Welcome"), await added("Bedroom")];
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

type Wanted = { readonly [key: string]: unknown };
const issued = (body: Wanted) =>
  house.ask<Shape<"IssuedPass">>("POST", "/guest/passes", {
    body: { expiresIn: 86_400, ...body },
    status: 201,
  });
const forWall = () => issued({ kind: "wall", scenes: [scene.id] });
const invitation = (body: Wanted = {}) => issued({ kind: "invitation", lamps: [house.lamp], ...body });
const entering = (body: Wanted) => house.send("POST", "/guest/enter", { token: null, body });
const comeIn = async (body: Wanted): Promise<SendInit> => {
  const answer = await entering(body);
  expect(answer.status).toBe(201);
  return { token: null, headers: { cookie: answer.headers.get("set-cookie")?.split(";")[0] ?? "" } };
};
const kept = () =>
  JSON.stringify([[...house.store.records].map(([name, held]) => [name, [...held]]), house.log.lines]);

describe(`a guest whom nobody knows ${proves("A6")}`, () => {
  test("uses the scenes at the wall, and nothing about them is stored", async () => {
    const { code } = await forWall();
    const before = kept();
    const here = await comeIn({ code });
    expect(await house.ask("GET", "/guest/scenes", here)).toEqual({
      data: [{ id: scene.id, name: "Welcome" }],
    });
    await house.ask("POST", "/guest/recall", { ...here, body: { scene: scene.id }, status: 204 });
    expect(house.people.list()).toEqual([]);
    expect(kept()).toBe(before);
  });

  test("gives no name, also not by mistake", async () => {
    const { code } = await forWall();
    expect((await entering({ code, name: "Name-canary" })).status).toBe(400);
    expect(kept()).not.toContain("Name-canary");
  });

  test("has no other scene, no lamp, and no other route", async () => {
    const { code } = await forWall();
    const here = await comeIn({ code });
    for (const id of [other.id, "sc-aaaaaaaaaaaa", house.lamp])
      await house.ask("POST", "/guest/recall", { ...here, body: { scene: id }, status: 404 });
    expect(await house.ask("GET", "/lights", here)).toEqual({ data: [] });
    for (const path of [`/lights/${house.lamp}`, "/scenes", "/rooms", "/people", "/grants", "/guest/passes"])
      await house.ask("GET", path, { ...here, status: 403 });
    await house.ask("PUT", `/lights/${house.lamp}/state`, { ...here, body: { on: true }, status: 403 });
  });

  test("is out after ten minutes without use, and at once when the pass is taken back", async () => {
    const { code, id } = await forWall();
    const [one, two] = [await comeIn({ code }), await comeIn({ code })];
    await house.clock.advance(Minutes(9));
    await house.ask("GET", "/guest/scenes", two);
    await house.clock.advance(Minutes(1));
    await house.ask("GET", "/guest/scenes", { ...one, status: 401 });
    await house.ask("GET", "/guest/scenes", two);
    await house.ask("DELETE", `/guest/passes/${id}`, { status: 204 });
    await house.ask("GET", "/guest/scenes", { ...two, status: 401 });
    expect(await codeOf(await entering({ code }))).toEqual([401, "pass_refused"]);
  });
});

describe(`an invitation ${proves("Z12")}`, () => {
  test("is a code: nothing about the friend can be said with it, and nothing is stored of them", async () => {
    for (const [field, value] of [
      ["email", "friend-canary@example.org"],
      ["phone", "+49-30-friend-canary"],
      ["name", "Friend-canary"],
      ["to", "friend-canary"],
    ])
      expect(
        (
          await house.send("POST", "/guest/passes", {
            body: { kind: "invitation", lamps: [house.lamp], expiresIn: 60, [field as string]: value },
          })
        ).status,
      ).toBe(400);
    const { fragment, code } = await invitation();
    expect(fragment).toBe(`#guest=${code}`);
    expect(kept()).not.toMatch(/canary/i);
    expect(kept()).not.toContain(code);
  });

  test("is good once, for a name that the guest chose and so long as was said", async () => {
    const { code } = await invitation({ staysFor: 7_200 });
    const here = await comeIn({ code, name: "Somebody" });
    const [guest] = house.people.list();
    expect(guest).toMatchObject({ name: "Somebody", isGuest: true, lamps: [house.lamp] });
    expect(await codeOf(await entering({ code, name: "Another" }))).toEqual([401, "pass_refused"]);
    const { data } = await house.ask<Shape<"Lights">>("GET", "/lights", here);
    expect(data.map(({ id }) => id)).toEqual([house.lamp]);
    await house.clock.advance(Hours(2));
    await house.ask("GET", "/lights", { ...here, status: 401 });
    expect(house.people.list()).toEqual([]);
  });

  test("is shown before it is used, and ends with its time", async () => {
    const { code } = await invitation();
    const look = () => house.send("POST", "/guest/look", { token: null, body: { code } });
    const offer = (await (await look()).json()) as Shape<"PassOffer">;
    expect(offer).toMatchObject({
      kind: "invitation",
      access: { people: false, lights: [{ id: house.lamp }] },
    });
    expect(house.people.list()).toEqual([]);
    await house.clock.advance(Days(1));
    expect(await codeOf(await look())).toEqual([401, "pass_refused"]);
    expect(await house.ask("GET", "/guest/passes")).toEqual({ data: [] });
  });

  test("cannot be guessed: wrong codes are slowed down, and right ones are not locked out by them", async () => {
    const { code } = await invitation();
    const answers = [];
    for (let at = 0; at < 200; at++)
      answers.push((await entering({ code: `guess-${at}`, name: "X" })).status);
    expect(answers.filter((status) => status === 401).length).toBeLessThan(40);
    expect(answers.at(-1)).toBe(429);
    await house.clock.advance(Minutes(2));
    await comeIn({ code, name: "Somebody" });
  });

  test.each([
    [{ kind: "wall" }],
    [{ kind: "wall", scenes: ["sc-aaaaaaaaaaaa"] }],
    [{ kind: "invitation" }],
    [{ kind: "invitation", lamps: ["r-aaaaaaaaaaaa"] }],
    [{ kind: "wall", scenes: [], lamps: [] }],
  ])("%j is refused", async (body) => {
    await house.ask("POST", "/guest/passes", { body: { expiresIn: 3_600, ...body }, status: 400 });
    expect(await house.ask("GET", "/guest/passes")).toEqual({ data: [] });
  });

  test("nobody gives away more than they have", async () => {
    const token = house.tokenWith(["people:write", "people:read"]);
    const body = { kind: "invitation", lamps: [house.lamp], expiresIn: 3_600 };
    await house.ask("POST", "/guest/passes", { token, body, status: 403 });
    expect(house.privacy.members.passes.list()).toEqual([]);
  });
});

const all = Object.entries(routes) as [RouteName, Route][];
/** What would sign the guest out, or run on. */
const ending = ["signOut", "endOwnSessions", "streamEvents"];

describe(`what will they see ${proves("H46", "D10")}`, () => {
  test("a guest sees exactly what was shown before, on every route", async () => {
    const wanted = { role: "guest", lamps: [house.lamp] };
    const shown = await house.ask<Shape<"Access">>("POST", "/access/preview", { body: wanted });
    const { id } = await house.settled("Visitor", wanted);
    expect(await house.ask("GET", `/people/${id}/access`)).toEqual(shown);
    const who = await house.browser("Visitor");
    const open: string[] = [];
    for (const [name, route] of all.filter(([each]) => !ending.includes(each))) {
      const path = `${route.root ? "/~" : ""}${route.path}`.replace(
        "{id}",
        route.id === "lamp" ? house.lamp : "x",
      );
      const body = route.body === undefined ? {} : { body: { "not-a-field": true } };
      const answer = await house.send(route.method, path, { ...who, ...body });
      const isProblem = answer.headers.get("content-type") === "application/problem+json";
      const code = isProblem ? ((await answer.json()) as Shape<"Problem">).code : "";
      if (code !== "not_authorised" && code !== "not_authenticated") open.push(name);
    }
    expect([...open, ...ending].sort()).toEqual(shown.routes);
    const { data } = await house.ask<Shape<"Lights">>("GET", "/lights", who);
    expect(data.map(({ id, name }) => ({ id, name }))).toEqual(shown.lights);
    expect(shown).toMatchObject({ people: false, scenes: [], lights: [{ id: house.lamp, name: "Sink" }] });
    const rights = [...shown.reads, ...shown.writes].filter((topic) => !topic.includes(house.lamp));
    expect(rights).toEqual(["bridge/state"]);
  });

  test("a planted grant beyond the preview is seen by this comparison", async () => {
    const shown = await house.ask<Shape<"Access">>("POST", "/access/preview", {
      body: { role: "guest", lamps: [house.lamp] },
    });
    const wide = await house.ask<Shape<"Access">>("POST", "/access/preview", {
      body: { role: "guest", lamps: [house.lamp, house.other] },
    });
    expect(wide).not.toEqual(shown);
    expect(
      (await house.ask<Shape<"Access">>("POST", "/access/preview", { body: { role: "resident" } })).people,
    ).toBe(true);
  });

  test("revoked, it is over within the turn, on every door", async () => {
    const { id } = await house.settled("Visitor", { role: "guest", lamps: [house.lamp] });
    const [here, there] = [await house.browser("Visitor"), await house.terminal("Visitor")];
    const stream = await house.send("GET", "/events", here);
    await house.ask("DELETE", `/people/${id}/sessions`, { status: 204 });
    for (const who of [here, there]) await house.ask("GET", "/lights", { ...who, status: 401 });
    expect(house.api.events.readers).toBe(0);
    await stream.body?.cancel();
  });
});

describe(`a guest who wants to know who is at home ${proves("EN303645:5.5-5")}`, () => {
  /** Everything a guest gets to hear, and how often it was looked whether somebody is at home. */
  const probed = async (where: "home" | "away" | "nobody") => {
    const inside = new AccountHouse();
    const ana = where === "nobody" ? undefined : await inside.settled("Ana");
    const visitor = await inside.settled("Visitor", { role: "guest", lamps: [inside.lamp] });
    if (ana !== undefined)
      await inside
        .ask("POST", `/people/${ana.id}/presence`, { body: { home: where === "home" } })
        .catch(() => undefined);
    if (ana !== undefined) inside.presence.set(ana.id as PersonId, where === "home");
    const who = await inside.browser("Visitor");
    let looked = 0;
    const of = inside.presence.of.bind(inside.presence);
    inside.presence.of = (id) => {
      looked++;
      return of(id);
    };
    const answers: string[] = [];
    const targets = [ana?.id ?? "p-aaaaaaaaaaaa", "p-bbbbbbbbbbbb"];
    for (const [name, route] of all.filter(([each]) => !ending.includes(each))) {
      if (["beginTotp", "getSession", "listSignIns", "readClock", "stepUp"].includes(name)) continue;
      for (const target of targets) {
        const id = route.id === "lamp" ? inside.lamp : target;
        const path = `${route.root ? "/~" : ""}${route.path}`.replace("{id}", id);
        const body = route.body === undefined ? {} : { body: { "not-a-field": true } };
        const answer = await inside.send(route.method, path, { ...who, ...body });
        // Their own id is drawn at random: it says nothing of others, and is not the same in another house.
        const text = (await answer.text()).replaceAll(visitor.id, "own-id");
        answers.push(`${name} ${answer.status} ${text}`);
      }
    }
    inside.close();
    return { answers, looked };
  };

  test("gets the same answers, byte for byte, whoever is in and whether there is anybody; and nobody looks for them", async () => {
    const [home, away, nobody] = [await probed("home"), await probed("away"), await probed("nobody")];
    const without = (answers: readonly string[]) =>
      answers.map((text) => text.replaceAll(/"(?:id|room|run|command|actor|person|code)":"[^"]*"/g, '""'));
    expect(away.answers).toEqual(home.answers);
    expect(without(nobody.answers)).toEqual(without(home.answers));
    expect([home.looked, away.looked, nobody.looked]).toEqual([0, 0, 0]);
    expect(home.answers.length).toBeGreaterThan(150);
  });
});

test("a pass that is not there cannot be taken back", async () => {
  expect((await house.send("DELETE", "/guest/passes/gp-aaaaaaaaaaaa")).status).toBe(404);
});
