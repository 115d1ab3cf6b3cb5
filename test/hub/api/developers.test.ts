import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DeveloperKey } from "../../../app-sim/client/developer-key.ts";
import { type Route, routes, type Shape } from "../../../hub/api/contract.ts";
import { type Decision, decided, type ResourceState } from "../../../hub/domain/developer.ts";
import type { DeveloperId } from "../../../hub/domain/ids.ts";
import { Days, Hours, Minutes, Seconds } from "../../../hub/domain/units.ts";
import { proves } from "../../support/proves.ts";
import { AccountHouse, codeOf } from "./account-house.ts";
import type { SendInit } from "./house.ts";

let house: AccountHouse;
beforeEach(() => {
  house = new AccountHouse();
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

const key = new DeveloperKey(Buffer.alloc(32, 5));
const apply = (label = "Mood light", by = key, extra: object = {}) =>
  house.send("POST", "/developer", {
    token: null,
    body: { label, publicKey: by.publicKey, terms: 1, signature: by.signApplication(label), ...extra },
  });
const applied = async (label?: string, by = key) =>
  (await (await apply(label, by)).json()) as Shape<"Developer">;
const challenge = async (id: string) => {
  const asked = { token: null, body: { id } };
  return (await house.ask<Shape<"DeveloperChallenge">>("POST", "/developer/challenge", asked)).challenge;
};
const prove = async (id: string, by = key, word?: string) => {
  const text = word ?? (await challenge(id));
  const body = { id, challenge: text, signature: by.signProof(id, text) };
  return house.send("POST", "/developer/token", { token: null, body });
};
const entered = async (id: string, by = key): Promise<SendInit> => {
  const { token } = (await (await prove(id, by)).json()) as Shape<"DeveloperToken">;
  return { token };
};
const ask = (who: SendInit, device: string, action: string) =>
  house.send("POST", "/developer/resources", { ...who, body: { device, action } });
const decide = (id: string, device: string, action: string, decision: Decision, reason?: string) =>
  house.send("POST", `/developers/${id}/decisions`, {
    body: { device, action, decision, ...(reason === undefined ? {} : { reason }) },
  });
const state = (lamp: string, who: SendInit, method = "GET") =>
  house.send(method, `/developer/devices/${lamp}/state`, {
    ...who,
    ...(method === "PUT" ? { body: { on: true } } : {}),
  });
const kept = () =>
  JSON.stringify([[...house.store.records].map(([name, held]) => [name, [...held]]), house.log.lines]);

/** A program that may do something with a lamp. */
const allowed = async (action: string, device: string = house.lamp) => {
  const { id } = await applied();
  await ask(await entered(id), device, action);
  await decide(id, device, action, "approve");
  return { id, who: await entered(id) };
};

describe(`a program makes itself known ${proves("D1")}`, () => {
  test("with a key and a word, and nothing else is stored", async () => {
    const { id } = await applied();
    expect([...(house.store.records.get("developers") ?? [])]).toEqual([
      [
        id,
        {
          id,
          label: "Mood light",
          publicKey: key.publicKey,
          terms: 1,
          created: house.clock.now(),
          resources: [],
        },
      ],
    ]);
  });

  test.each(["name", "realName", "email", "phone", "company", "address"])(
    "whoever made it is not asked, and may not say: %s",
    async (field) => {
      expect(await codeOf(await apply("Mood light", key, { [field]: "maker-canary" }))).toEqual([
        400,
        "unknown_field",
      ]);
      expect(kept()).not.toContain("maker-canary");
    },
  );

  test("by the owner of the key alone, once, and under the words that hold", async () => {
    const another = new DeveloperKey(Buffer.alloc(32, 6));
    const stolen = await apply("Mood light", key, { signature: another.signApplication("Mood light") });
    expect(await codeOf(stolen)).toEqual([401, "proof_refused"]);
    const otherLabel = await apply("Mood light", key, { label: "Something else" });
    expect(await codeOf(otherLabel)).toEqual([401, "proof_refused"]);
    expect(await codeOf(await apply("Mood light", key, { terms: 2 }))).toEqual([409, "conflict"]);
    expect((await apply()).status).toBe(201);
    expect(await codeOf(await apply())).toEqual([409, "conflict"]);
  });

  test("strangers cannot fill the house: sixteen wait, and no more", async () => {
    const statuses = [];
    for (let at = 0; at < 20; at++) {
      await house.clock.advance(Minutes(1));
      statuses.push((await apply(`P${at}`, new DeveloperKey(Buffer.alloc(32, 100 + at)))).status);
    }
    expect(statuses.filter((status) => status === 201)).toHaveLength(16);
    expect(statuses.at(-1)).toBe(413);
  });
});

describe(`a token is given to whoever has the key ${proves("D1")}`, () => {
  test("for an hour", async () => {
    const { id } = await applied();
    const who = await entered(id);
    expect(await house.ask("GET", "/developer", who)).toMatchObject({
      id,
      label: "Mood light",
      resources: [],
    });
    await house.clock.advance(Hours(1));
    await house.ask("GET", "/developer", { ...who, status: 401 });
  });

  test("not for an old, a used or somebody else's challenge, nor for another key", async () => {
    const { id } = await applied();
    const another = new DeveloperKey(Buffer.alloc(32, 6));
    const { id: otherId } = await applied("Other", another);
    const word = await challenge(id);
    expect((await prove(id, key, word)).status).toBe(201);
    expect(await codeOf(await prove(id, key, word))).toEqual([401, "proof_refused"]);
    expect(await codeOf(await prove(otherId, another, await challenge(id)))).toEqual([401, "proof_refused"]);
    expect(await codeOf(await prove(id, another))).toEqual([401, "proof_refused"]);
    const late = await challenge(id);
    await house.clock.advance(Minutes(2));
    expect(await codeOf(await prove(id, key, late))).toEqual([401, "proof_refused"]);
    expect(await codeOf(await prove("dv-aaaaaaaaaaaa"))).toEqual([401, "proof_refused"]);
  });

  test("it is on no disk", async () => {
    const { id } = await applied();
    const { token = "" } = await entered(id);
    expect(kept()).not.toContain(token?.split(".")[1]);
    expect(house.tokens.list()).toEqual([]);
  });
});

describe(`what it asks for ${proves("D2", "D3")}`, () => {
  test("is pending, then approved; before that everything is 403", async () => {
    const { id } = await applied();
    const who = await entered(id);
    expect(await codeOf(await state(house.lamp, who))).toEqual([403, "resource_not_approved"]);
    expect((await ask(who, house.lamp, "read")).status).toBe(201);
    expect(await house.ask("GET", "/developer", who)).toMatchObject({
      resources: [{ device: house.lamp, action: "read", state: "pending" }],
    });
    expect((await state(house.lamp, who)).status).toBe(403);
    expect((await decide(id, house.lamp, "read", "approve")).status).toBe(200);
    const again = await entered(id);
    expect((await state(house.lamp, again)).status).toBe(200);
    expect((await state(house.lamp, again, "PUT")).status).toBe(403);
    expect((await state(house.other, again)).status).toBe(403);
  });

  test("every device and action was approved or is refused: all cells", async () => {
    const { who } = await allowed("command");
    const cells = [];
    for (const lamp of [house.lamp, house.other])
      for (const method of ["GET", "PUT"]) cells.push((await state(lamp, who, method)).status);
    expect(cells).toEqual([403, 200, 403, 403]);
    const { data } = await house.ask<Shape<"DeveloperDevices">>("GET", "/developer/devices", who);
    expect(data).toMatchObject([{ id: house.lamp, actions: ["list", "command"] }]);
  });

  test("no other route is open to it, whatever was approved", async () => {
    const { who } = await allowed("command", "all");
    for (const [name, route] of Object.entries(routes) as [string, Route][]) {
      if (["open", "any", "developer"].includes(route.scope)) continue;
      const body = route.body === undefined ? {} : { body: { "not-a-field": true } };
      const path = `${route.root ? "/~" : ""}${route.path}`.replace(
        "{id}",
        route.id === "lamp" ? house.lamp : "x",
      );
      const answer = await house.send(route.method, path, { ...who, ...body });
      expect([name, answer.status]).toEqual([name, 403]);
      await answer.body?.cancel();
    }
    await house.ask("PUT", `/lights/${house.lamp}/state`, { ...who, body: { on: true }, status: 403 });
  });

  test("is refused with a reason that the program is told, and may be asked for again", async () => {
    const { id } = await applied();
    const who = await entered(id);
    await ask(who, house.lamp, "command");
    expect((await decide(id, house.lamp, "command", "refuse")).status).toBe(400);
    await decide(id, house.lamp, "command", "refuse", "Not in the bedroom");
    const again = await entered(id);
    expect(await house.ask("GET", "/developer", again)).toMatchObject({
      resources: [{ state: "refused", reason: "Not in the bedroom" }],
    });
    expect((await ask(again, house.lamp, "command")).status).toBe(201);
    expect(await house.ask("GET", "/developer", again)).toMatchObject({ resources: [{ state: "pending" }] });
    expect((await ask(again, house.lamp, "command")).status).toBe(409);
  });

  test("the decision is in a book that can only be added to", async () => {
    const { id } = await allowed("read");
    await decide(id, house.lamp, "read", "revoke");
    expect(house.privacy.books.verify().find(({ book }) => book === "access")?.verdict).toMatchObject({
      sound: true,
      entries: 2,
    });
  });

  const table: readonly (readonly [ResourceState, Decision, ResourceState | "refused to move"])[] = [
    ["pending", "approve", "approved"],
    ["pending", "refuse", "refused"],
    ["pending", "revoke", "refused to move"],
    ["approved", "approve", "refused to move"],
    ["approved", "refuse", "refused to move"],
    ["approved", "revoke", "revoked"],
    ["refused", "approve", "approved"],
    ["refused", "refuse", "refused to move"],
    ["refused", "revoke", "refused to move"],
    ["revoked", "approve", "approved"],
    ["revoked", "refuse", "refused to move"],
    ["revoked", "revoke", "refused to move"],
  ];
  test.each(table)("from %s, %s leads to %s", (from, decision, to) => {
    if (to === "refused to move") expect(() => decided(from, decision)).toThrow(/cannot be decided/);
    else expect(decided(from, decision)).toBe(to);
  });

  test("what nobody asked for cannot be approved, and residents decide nothing", async () => {
    const { id } = await applied();
    expect((await decide(id, house.lamp, "read", "approve")).status).toBe(404);
    const token = house.tokenWith(["lights:read", "home:write", "people:read", "people:write"]);
    await house.ask("GET", "/developers", { token, status: 403 });
  });
});

test(`it sees models and versions, and none of the names that people gave ${proves("D4")}`, async () => {
  house.inventory.renameRoom(house.room.id, "Room-canary");
  for (const id of [house.lamp, house.other, house.sensor])
    house.inventory.changeDevice(id, { name: `Name-canary ${id}` });
  house.people.add({ name: "Person-canary" });
  const { id, who } = await allowed("list", "all");
  for (const action of ["read", "command"]) {
    await ask(who, "all", action);
    await decide(id, "all", action, "approve");
  }
  const again = await entered(id);
  const answers = [];
  for (const path of [
    "/developer",
    "/developer/devices",
    `/developer/devices/${house.lamp}/state`,
    "/developer/terms",
  ])
    answers.push(await (await house.send("GET", path, again)).text());
  answers.push(await (await state(house.lamp, again, "PUT")).text());
  expect(answers.join()).not.toContain("canary");
  const { data } = await house.ask<Shape<"DeveloperDevices">>("GET", "/developer/devices", again);
  expect(data.map(({ id: device, model }) => [device, model]).sort()).toEqual(
    [
      [house.lamp, "test/color"],
      [house.other, "test/color"],
      [house.sensor, "test/motion"],
    ].sort(),
  );
});

describe(`its log ${proves("D5")}`, () => {
  const log = async (id: string) =>
    (await house.ask<Shape<"DeveloperCalls">>("GET", `/developers/${id}/log`)).data;

  test("a hundred calls are a hundred lines: route, time and outcome, without any query", async () => {
    const { id, who } = await allowed("read");
    const before = (await log(id)).length;
    const calls: readonly (readonly [string, string])[] = [
      [`/developer/devices/${house.lamp}/state`, "200"],
      [`/developer/devices/${house.other}/state`, "403"],
      ["/developer?q=query-canary", "400"],
      ["/people?q=query-canary", "403"],
    ];
    for (let at = 0; at < 100; at++) {
      const [path = ""] = calls[at % calls.length] ?? [];
      await (await house.send("GET", path, who)).body?.cancel();
      await house.clock.advance(Seconds(1));
    }
    const lines = (await log(id)).slice(before);
    expect(lines).toHaveLength(100);
    expect(lines.slice(0, 4).map(({ route, outcome }) => [route, outcome])).toEqual([
      ["GET /developer/devices/{id}/state", 200],
      ["GET /developer/devices/{id}/state", 403],
      ["GET /developer", 400],
      ["GET /people", 403],
    ]);
    expect(JSON.stringify(lines)).not.toContain(house.lamp);
    expect(kept()).not.toContain("query-canary");
  });

  test("the address is hashed, and another one every day", async () => {
    const { id, who } = await allowed("read");
    const fromSomewhere = async (of: SendInit) => {
      await house.send("GET", "/developer", of);
      return (await log(id)).at(-1)?.address;
    };
    const one = await fromSomewhere(who);
    expect(await fromSomewhere(who)).toBe(one);
    expect(one).toMatch(/^[0-9a-f]{16}$/);
    await house.clock.advance(Days(1));
    expect(await fromSomewhere(await entered(id))).not.toBe(one);
    // What House gives as the address of whoever asks.
    expect(JSON.stringify([...(house.store.records.get("developer-calls") ?? [])])).not.toContain('"test"');
  });

  test("it has its own time to be kept, is for the owner alone, and goes with the program", async () => {
    const { id, who } = await allowed("read");
    const { developerLog } = house.privacy.members;
    await house.send("GET", "/developer", who);
    await house.clock.advance(Days(91));
    for (let at = 0; at < 100; at++) developerLog.note(id as DeveloperId, "GET /developer", 200, "somewhere");
    const oldest = Math.min(...(await log(id)).map(({ at }) => Date.parse(at)));
    expect(oldest).toBe(house.clock.now());
    const again = await entered(id);
    await house.ask("GET", `/developers/${id}/log`, { ...again, status: 403 });
    await house.ask("DELETE", `/developers/${id}`, { status: 204 });
    expect(house.store.records.get("developer-calls")?.size).toBe(0);
  });
});

describe("taken back", () => {
  test("one access, or the whole program: the next call is refused", async () => {
    const { id, who } = await allowed("read");
    await decide(id, house.lamp, "read", "revoke", "Enough");
    await house.ask("GET", "/developer", { ...who, status: 401 });
    const again = await entered(id);
    expect(await codeOf(await state(house.lamp, again))).toEqual([403, "resource_not_approved"]);
    expect(await house.ask("GET", "/developer", again)).toMatchObject({
      resources: [{ state: "revoked", reason: "Enough" }],
    });
    await house.ask("DELETE", `/developers/${id}`, { status: 204 });
    await house.ask("GET", "/developer", { ...again, status: 401 });
    expect(await codeOf(await prove(id))).toEqual([401, "proof_refused"]);
  });
});
