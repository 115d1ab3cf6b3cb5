import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PhoneKey, type Said } from "../../../app-sim/phone/presence-token.ts";
import { bearerText } from "../../../hub/api/auth.ts";
import type { Shape } from "../../../hub/api/contract.ts";
import type { Scope } from "../../../hub/domain/access.ts";
import type { PersonId, PhoneId } from "../../../hub/domain/ids.ts";
import { Minutes } from "../../../hub/domain/units.ts";
import { settle } from "../../../hub/platform/sim/virtual-clock.ts";
import { proves } from "../../support/proves.ts";
import { House } from "./house.ts";

let house: House;
beforeEach(() => {
  house = new House();
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

type Person = Shape<"Person">;

const add = (body: object = { name: "Ana" }): Promise<Person> =>
  house.ask<Person>("POST", "/people", { body, status: 201 });

const key = new PhoneKey(Buffer.alloc(32, 3));

const enrol = async (person: string) => {
  const body = { publicKey: key.publicKey };
  const { id } = await house.ask<Shape<"Phone">>("POST", `/people/${person}/phones`, { body, status: 201 });
  const whose = { person: person as PersonId, phone: id as PhoneId };
  return {
    id,
    says: (word: Said["word"], counter: number) =>
      key.sign(whose, { word, counter, issuedAt: house.clock.now() }),
  };
};

const tell = (raw: Uint8Array<ArrayBuffer>, type = "application/octet-stream") =>
  house.send("POST", "/presence", { token: null, raw, headers: { "content-type": type } });

const codeOf = async (answer: Response): Promise<[number, string]> => [
  answer.status,
  ((await answer.json()) as Shape<"Problem">).code,
];

test("a person is added, shown, changed and forgotten", async () => {
  const ana = await add({ name: " Ana ", addresses: ["02:00:00:AA:BB:CC"] });
  expect(ana).toEqual({
    id: expect.stringMatching(/^p-[a-z2-7]{12}$/),
    name: "Ana",
    guest: false,
    role: "resident",
    expires: null,
    presence: "unknown",
    phones: [],
    beacons: [],
    onNetwork: true,
    agreed: {
      state: "given",
      decided: { at: expect.any(String), way: "witness", by: expect.stringMatching(/^t-/) },
    },
  });
  expect(await house.ask("GET", "/people")).toEqual({ data: [ana] });
  const changed = await house.ask("PATCH", `/people/${ana.id}`, {
    body: { name: "Anna", guest: true, expiresIn: 3_600, addresses: [] },
  });
  expect(changed).toMatchObject({ name: "Anna", guest: true, onNetwork: false });
  await house.ask("DELETE", `/people/${ana.id}`, { status: 204 });
  await house.ask("GET", `/people/${ana.id}`, { status: 404 });
});

test("neither a key nor an address is ever shown again", async () => {
  const ana = await add({ name: "Ana", addresses: ["02:00:00:aa:bb:cc"] });
  await enrol(ana.id);
  const text = JSON.stringify(await house.ask("GET", "/people"));
  expect(text).not.toContain("02:00");
  expect(text).not.toContain(key.publicKey);
});

test("a signed token is credential enough, and shows as presence with source and confidence", async () => {
  const ana = await add();
  const phone = await enrol(ana.id);
  expect((await tell(phone.says("entered", 1))).status).toBe(204);
  expect(await house.ask("GET", `/people/${ana.id}`)).toMatchObject({
    presence: "home",
    source: "phone",
    confidence: 95,
    since: new Date(house.clock.now()).toISOString(),
    phones: [{ id: phone.id }],
  });
  expect(await codeOf(await tell(phone.says("entered", 1)))).toEqual([409, "presence_token_replayed"]);
  await house.ask("DELETE", `/phones/${phone.id}`, { status: 204 });
  expect(await codeOf(await tell(phone.says("left", 2)))).toEqual([403, "presence_token_unknown_phone"]);
  expect(await house.ask("GET", `/people/${ana.id}`)).toMatchObject({ presence: "home", phones: [] });
});

test("what is no token is told so", async () => {
  const phone = await enrol((await add()).id);
  const token = phone.says("entered", 1);
  expect(await codeOf(await tell(new Uint8Array(104)))).toEqual([400, "presence_token_malformed"]);
  expect(await codeOf(await tell(new Uint8Array()))).toEqual([400, "presence_token_malformed"]);
  expect(await codeOf(await tell(new Uint8Array(105)))).toEqual([413, "limit_exceeded"]);
  expect(await codeOf(await tell(token, "application/json"))).toEqual([415, "unsupported_media_type"]);
  token[103] = (token[103] ?? 0) ^ 1;
  expect(await codeOf(await tell(token))).toEqual([403, "presence_token_forged"]);
  const foreign = { "content-type": "application/octet-stream", origin: "https://elsewhere.example" };
  const answer = await house.send("POST", "/presence", { token: null, raw: token, headers: foreign });
  expect(await codeOf(answer)).toEqual([403, "origin_not_allowed"]);
});

test("by hand, pause and resume", async () => {
  const { id } = await add();
  expect(await house.ask("PUT", `/people/${id}/presence`, { body: { home: true } })).toMatchObject({
    presence: "home",
    source: "hand",
    confidence: 99,
  });
  const paused = await house.ask<Person>("POST", `/people/${id}/pause`);
  expect(paused).toMatchObject({ presence: "unknown", paused: { reason: "by-hand" } });
  await house.ask("PUT", `/people/${id}/presence`, { body: { home: false }, status: 409 });
  expect(await house.ask("POST", `/people/${id}/resume`)).not.toHaveProperty("paused");
});

/** What a reader of the stream hears while a home lives. */
const heardBy = async (token: string, live: () => Promise<void>): Promise<string> => {
  const answer = await house.send("GET", "/events", { token });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const reading = (async () => {
    for (let next = await reader?.read(); next?.done === false; next = await reader?.read())
      text += next.value;
  })();
  await live();
  await settle();
  await reader?.cancel();
  await reading;
  return text;
};

describe("events about people", () => {
  const live = async (): Promise<void> => {
    const { id } = await add();
    const phone = await enrol(id);
    await tell(phone.says("left", 1));
    await tell(phone.says("approaching", 2));
    await tell(phone.says("entered", 3));
    house.lights.command(house.lamp, { on: true }, { kind: "api" });
    await house.clock.advance(Minutes(1));
  };

  const kindsIn = (text: string) => new Set([...text.matchAll(/^event: (.+)$/gm)].map(([, kind]) => kind));

  test("reach those who may see people", async () => {
    const text = await heardBy(house.tokenWith(["lights:read", "people:read"]), live);
    expect(kindsIn(text)).toContain("presence.changed");
    expect(kindsIn(text)).toContain("presence.approaching");
    expect(text).toContain('"what":"person"');
  });

  test.each([
    ["a program with everything else", (): string => house.tokenWith(others)],
    [
      "a guest, even one of a chosen lamp",
      (): string => {
        const { token, secret } = house.tokens.issue({ name: "x", role: "guest", lamps: [house.lamp] });
        return bearerText(token.id, secret);
      },
    ],
    [
      "a developer of chosen lamps who may see people",
      (): string => {
        const scopes = ["lights:read", "people:read"] as const;
        const { token, secret } = house.tokens.issue({
          name: "x",
          role: "developer",
          scopes,
          lamps: [house.lamp],
        });
        return bearerText(token.id, secret);
      },
    ],
  ])("do not reach %s", async (_who, token) => {
    const text = await heardBy(token(), live);
    expect(kindsIn(text)).toContain("light.desired-changed");
    expect(text).not.toMatch(/presence|"p-|"what":"person"/);
  });

  test("are left out of what is replayed, too", async () => {
    const first = await heardBy(house.owner, async () => {
      house.inventory.addRoom("Attic");
    });
    const last = [...first.matchAll(/^id: (.+)$/gm)].at(-1)?.[1] ?? "";
    await live();
    const replay = async (token: string) => {
      const answer = await house.send("GET", "/events", { token, headers: { "last-event-id": last } });
      const reader = answer.body?.getReader();
      const chunks = [await reader?.read(), await reader?.read()];
      await reader?.cancel();
      return chunks.map((chunk) => Buffer.from(chunk?.value ?? []).toString()).join("");
    };
    expect(kindsIn(await replay(house.owner))).toContain("presence.changed");
    const text = await replay(house.tokenWith(others));
    expect(kindsIn(text)).toContain("light.desired-changed");
    expect(text).not.toMatch(/presence|"what":"person"/);
  });
});

const others: readonly Scope[] = ["lights:read", "lights:write", "home:write", "devices:write", "admin"];

test(`names stand in no path, no metric and no log line ${proves("ISVS:1.4.4")}`, async () => {
  const ana = await add({ name: "Kanarienvogel" });
  const phone = await enrol(ana.id);
  await tell(phone.says("entered", 1));
  await tell(phone.says("entered", 1));
  const metrics = await (await house.send("GET", "/~/metrics")).text();
  expect(metrics).not.toContain("Kanarienvogel");
  expect(metrics).not.toContain(ana.id);
  expect(JSON.stringify(house.log.lines)).not.toMatch(/Kanarienvogel/);
});
