import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { type Route, type RouteName, routes, type Shape } from "../../../hub/api/contract.ts";
import { type SchemaName, schemas } from "../../../hub/api/schemas/schemas.ts";
import { parseObject } from "../../../hub/codec/mqtt-json.ts";
import { collections } from "../../../hub/privacy/data-map.ts";
import { proves } from "../../support/proves.ts";
import { octets } from "../../support/signing-in.ts";
import { House } from "./house.ts";

/** Nobody needs any of these, so nobody may send them. */
const needless: Readonly<Record<string, unknown>> = {
  gender: "female",
  income: "income-canary",
  anythingElse: "unknown-canary",
  dateOfBirth: "1990-01-31",
  birthday: "1990-01-31",
  postalAddress: "1 Main Street",
  deliveryAddress: "1 Main Street",
  imei: "490154203237518",
  imsi: "310170845466094",
  operator: "carrier-canary",
  cellId: "cell-canary-40023",
  regionName: "region-canary",
  systemVersion: "phone-os-canary",
};
const card = "4111-1111-1111-1111";

const all = Object.entries(routes) as [RouteName, Route][];
/** What runs on and is no place for what anybody says. */
const asked = all.filter(([, { streamed }]) => streamed !== true);
const taking = all.filter(([, { body }]) => body !== undefined);

/** The kinds of things that the house has one of. */
const present = ["lamp", "sensor", "room", "device", "person", "token"];
const isThere = ({ id }: Route): boolean => id === undefined || present.includes(id);

let house: House;
let person = "";
let token = "";
beforeAll(() => {
  house = new House();
  person = house.people.add({ name: "Somebody" }).id;
  token = house.tokens.issue({ name: "Panel", role: "resident" }).token.id;
});
afterAll(() => house.close());

/** Everything that is kept, and everything that was written to the log. */
const kept = (): string =>
  JSON.stringify([[...house.store.records].map(([name, held]) => [name, [...held]]), house.log.lines]);

const ids = (): Readonly<Record<string, string>> => ({
  lamp: house.lamp,
  sensor: house.sensor,
  room: house.room.id,
  device: house.lamp,
  person,
  token,
});

const send = (route: Route, init: Parameters<House["send"]>[2], query = "") => {
  const path = `${route.root ? "/~" : ""}${route.path}`.replace("{id}", ids()[route.id ?? ""] ?? "x");
  return house.send(route.method, `${path}${query}`, init);
};

const refusal = async (answer: Response): Promise<readonly [number, string]> => {
  const problem = (await answer.json()) as Shape<"Problem">;
  return [answer.status, problem.code];
};

describe(`what nobody needs is refused by every route that takes a body ${proves("A1", "H16", "H23", "U2", "U4", "EN303645:5.13-1A", "EN303645:5.13-1B")}`, () => {
  test.each(taking.filter(([, route]) => isThere(route)))("%s", async (_, route) => {
    for (const [field, value] of Object.entries(needless)) {
      const [status, code] = await refusal(await send(route, { body: { [field]: value } }));
      expect([status, ["unknown_field", "invalid_input", "card_number_refused"].includes(code)]).toEqual([
        400,
        true,
      ]);
    }
    for (const value of Object.values(needless)) expect(kept()).not.toContain(`${value}`);
  });
});

describe(`and by every route that takes none ${proves("A1")}`, () => {
  const silent = asked.filter(
    ([, route]) =>
      route.body === undefined && route.bytes === undefined && route.method !== "GET" && isThere(route),
  );
  test.each(silent)("%s", async (_, route) => {
    const before = kept();
    expect(await refusal(await send(route, { body: { gender: "female" } }))).toEqual([400, "unknown_field"]);
    expect(kept()).toBe(before);
  });
});

describe(`and in the query of every route ${proves("A1")}`, () => {
  test.each(asked.filter(([name, route]) => isThere(route) && name !== "streamEvents"))(
    "%s",
    async (_, route) => {
      const body = route.bytes === undefined ? {} : { raw: new Uint8Array(1), headers: octets };
      expect((await send(route, body, "?gender=female")).status).toBe(400);
    },
  );
});

type Json = { readonly [key: string]: unknown };

/** Every place in a shape where a text may stand that is not one of a few words: as a body with `text` there. */
function* textsIn(schema: Json, text: string): Generator<unknown> {
  const { type, properties = {}, items, additionalProperties, prefixItems } = schema;
  const several = (schema["anyOf"] ?? schema["oneOf"] ?? []) as readonly Json[];
  for (const each of several) yield* textsIn(each, text);
  if (type === "string" && schema["enum"] === undefined && schema["const"] === undefined) yield text;
  for (const [name, inner] of Object.entries(properties as Record<string, Json>))
    for (const value of textsIn(inner, text)) yield { [name]: value };
  for (const inner of [items, ...((prefixItems as readonly Json[] | undefined) ?? [])])
    if (inner !== undefined) for (const value of textsIn(inner as Json, text)) yield [value];
  if (typeof additionalProperties === "object" && additionalProperties !== null) {
    yield { [text]: {} };
    for (const value of textsIn(additionalProperties as Json, text)) yield { key: value };
  }
}

const bodiesWith = (name: SchemaName, text: string): readonly unknown[] => {
  const shape = z.toJSONSchema(schemas[name](), { io: "input", reused: "inline", unrepresentable: "any" });
  return [...textsIn(shape as Json, text)];
};

describe(`the number of a card is refused in every text that a route takes ${proves("H15", "A36")}`, () => {
  const withTexts = taking.filter(
    ([, route]) => bodiesWith(route.body as SchemaName, card).length > 0 && isThere(route),
  );
  test("there are many", () => {
    expect(withTexts.length).toBeGreaterThan(20);
    const places = withTexts.flatMap(([, { body }]) => bodiesWith(body as SchemaName, card));
    expect(places.length).toBeGreaterThan(60);
  });
  test.each(withTexts)("%s", async (_, route) => {
    for (const number of [card, "4111111111111111", "5555 5555 5555 4444", "Amex 378282246310005."])
      for (const body of bodiesWith(route.body as SchemaName, number))
        expect(await refusal(await send(route, { body }))).toEqual([400, "card_number_refused"]);
    expect(kept()).not.toMatch(/4111|5555 5555|378282/);
  });
});

test(`also over MQTT ${proves("H15")}`, () => {
  for (const body of [{ to: card }, { from: "x", options: [{ name: "5555555555554444" }] }, { [card]: 1 }])
    expect(parseObject(Buffer.from(JSON.stringify(body)))).toMatchObject({
      refusal: { code: "card_number_refused" },
    });
  expect(parseObject(Buffer.from('{"to":"Kitchen 4111"}'))).toHaveProperty("value");
});

const recordings: Readonly<Record<string, Buffer>> = {
  wave: Buffer.concat([Buffer.from("RIFF"), Buffer.from([36, 0, 0, 0]), Buffer.from("WAVEfmt ")]),
  ogg: Buffer.concat([Buffer.from("OggS"), Buffer.from([0, 2, 0, 0]), Buffer.from("Opus")]),
  mp3: Buffer.concat([Buffer.from("ID3"), Buffer.from([4, 0, 0, 0, 0, 0]), Buffer.from("canary")]),
  flac: Buffer.concat([Buffer.from("fLaC"), Buffer.from([0, 0, 0, 34])]),
};

describe(`sound is refused by every route ${proves("H30")}`, () => {
  test.each(all)("%s: by its type", async (_, route) => {
    for (const type of ["audio/wav", "audio/ogg; codecs=opus", "AUDIO/mpeg"]) {
      const body = route.method === "GET" ? {} : { raw: new Uint8Array(recordings["wave"] ?? []) };
      const answer = await send(route, { ...body, headers: { "content-type": type } });
      expect(await refusal(answer)).toEqual([415, "unsupported_media_type"]);
    }
  });
  const withBody = all.filter(
    ([name, route]) => route.method !== "GET" && isThere(route) && !/install|updateDevice/.test(name),
  );
  test.each(withBody)("%s: by how it begins, whatever it is called", async (_, route) => {
    for (const recording of Object.values(recordings)) {
      const answer = await send(route, { raw: new Uint8Array(recording), headers: octets });
      expect(await refusal(answer)).toEqual([415, "unsupported_media_type"]);
    }
    expect(kept()).not.toContain("canary");
  });
});

test(`no shape that comes in and nothing that is kept knows a birthday, an address for letters or a phone's numbers ${proves("H16", "H23", "U2", "U4")}`, () => {
  const foreign =
    /birth|postal|delivery|street|zip|gender|income|imei|imsi|operator|carrier|cell|card|iban|email|e-mail|mobile|regionName/i;
  const incoming = taking.map(([route, { body }]) => {
    const shape = z.toJSONSchema(schemas[body as SchemaName](), { io: "input", unrepresentable: "any" });
    return [...JSON.stringify(shape).matchAll(/"([A-Za-z]+)":\{/g)].map(([, name]) => [route, name ?? ""]);
  });
  const stored = Object.entries(collections).flatMap(([collection, { fields }]) =>
    [collection, ...Object.keys(fields)].map((name) => [collection, name]),
  );
  // One exception: who links an account of theirs may say yes to having its address noted with it. Said is a yes or a no, and
  // nobody types an address; what is noted is optional, and sealed under the person's own key.
  expect([...incoming.flat(), ...stored].filter(([, name = ""]) => foreign.test(name))).toEqual([
    ["beginProviderLink", "email"],
    ["provider-links", "email"],
  ]);
  const asked = z.toJSONSchema(schemas[routes.beginProviderLink.body]());
  expect(asked).toMatchObject({ properties: { email: { type: "boolean" } } });
  expect(asked.required).not.toContain("email");
  expect(collections["provider-links"].fields.email).toMatchObject({
    class: "person",
    key: "person",
    need: "optional",
  });
});
