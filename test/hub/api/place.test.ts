import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PhoneKey } from "../../../app-sim/phone/presence-token.ts";
import { bearerText } from "../../../hub/api/auth.ts";
import type { Shape } from "../../../hub/api/contract.ts";
import type { Phone } from "../../../hub/domain/person.ts";
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

type Place = Shape<"Place">;
type SunDay = Shape<"SunDay">;
const sydney = { latitude: -33.8688, longitude: 151.2093, zone: "Australia/Sydney" };
const set = (body: unknown = sydney, status = 200) => house.ask<Place>("PUT", "/place", { body, status });
const codeOf = async (method: string, path: string, body?: unknown): Promise<string> => {
  const answer = await house.send(method, path, body === undefined ? {} : { body });
  return ((await answer.json()) as { code: string }).code;
};
const residentToken = (): string => {
  const { token, secret } = house.tokens.issue({ name: "Ben", role: "resident" });
  return bearerText(token.id, secret);
};

test("the owner sees the place as it is kept, rounded", async () => {
  expect(await house.ask("GET", "/place")).toEqual({ set: false, zone: "Europe/Berlin", veil: "off" });
  const place = await set();
  expect(place).toMatchObject({ set: true, zone: "Australia/Sydney", tolerance: 60, veil: "off" });
  expect(place.latitude).toBeCloseTo(-33.9, 0);
  expect(place.latitude).not.toBe(sydney.latitude);
  expect(await house.ask("GET", "/place")).toEqual(place);
});

test("others see whether there is one, and its zone", async () => {
  await set();
  const only = { set: true, zone: "Australia/Sydney" };
  const tokens = [residentToken(), house.tokenWith(["lights:read", "home:write", "privacy"])];
  for (const token of tokens) expect(await house.ask("GET", "/place", { token })).toEqual(only);
  const admin = house.tokenWith(["lights:read", "admin"]);
  expect(await house.ask("GET", "/place", { token: admin })).toHaveProperty("latitude");
});

test("a town of the list brings its zone, which can be another", async () => {
  const { data } = await house.ask<Shape<"Cities">>("GET", "/place/cities?q=koln");
  expect(data).toEqual([
    { id: "koln-de", name: "Köln", country: "DE", latitude: 50.9, longitude: 7, zone: "Europe/Berlin" },
  ]);
  expect(await set({ city: "koln-de" })).toMatchObject({ set: true, zone: "Europe/Berlin" });
  expect(await set({ city: "koln-de", zone: "Europe/Paris" })).toMatchObject({ zone: "Europe/Paris" });
});

test("a zone that contradicts the place is taken, and it is said so", async () => {
  const { doubt, ...place } = await set({ ...sydney, longitude: -151.2093 });
  expect(doubt).toMatchObject({ code: "longitude_sign" });
  expect(place.set).toBe(true);
  expect(await set()).not.toHaveProperty("doubt");
});

test.each([
  ["a latitude beyond the pole", { ...sydney, latitude: 90.5 }, "range_violation"],
  ["a longitude beyond half way round", { ...sydney, longitude: -181 }, "range_violation"],
  ["a tolerance of nothing", { ...sydney, tolerance: 0 }, "range_violation"],
  ["an unknown zone", { ...sydney, zone: "Australia/Sidney" }, "unknown_zone"],
  ["an offset as a zone", { ...sydney, zone: "+10:00" }, "unknown_zone"],
  ["no zone", { latitude: 1, longitude: 1 }, "invalid_input"],
  ["half a position", { latitude: 1, zone: "Europe/Berlin" }, "invalid_input"],
  ["a text for a number", { ...sydney, latitude: "-33.8" }, "invalid_input"],
  ["a town and coordinates", { ...sydney, city: "koln-de" }, "invalid_input"],
  ["a town that is not in the list", { city: "atlantis" }, "unknown_city"],
  ["a field that is none", { ...sydney, altitude: 3 }, "unknown_field"],
])(`%s is refused, and nothing is kept ${proves("U4")}`, async (_what, body, code) => {
  expect(await codeOf("PUT", "/place", body)).toBe(code);
  expect(await house.ask<Place>("GET", "/place")).toMatchObject({ set: false });
});

test("refusals repeat nothing that was sent", async () => {
  for (const body of [
    { ...sydney, latitude: 91.2345 },
    { ...sydney, zone: "Atlantis/Home" },
  ]) {
    const answer = await (await house.send("PUT", "/place", { body })).text();
    for (const said of ["91.2345", "151.2", "Atlantis"]) expect(answer).not.toContain(said);
  }
});

test("the trade of each rounding is shown, of the place and of one that is not kept", async () => {
  expect(await codeOf("GET", "/place/roundings")).toBe("no_place");
  const { data } = await house.ask<Shape<"Roundings">>("POST", "/place/roundings", { body: sydney });
  expect(data.map(({ step }) => step)).toEqual([1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001]);
  expect(data[0]?.withinKm).toBeGreaterThan(60);
  expect(data.at(-1)?.worst).toBeLessThan(1);
  expect(await house.ask<Place>("GET", "/place")).toMatchObject({ set: false });
  const { step } = await set();
  const kept = await house.ask<Shape<"Roundings">>("GET", "/place/roundings");
  expect(kept.data.at(-1)).toMatchObject({ step, worst: 0 });
});

test("a forgotten place is gone", async () => {
  await set();
  await house.ask("DELETE", "/place", { status: 204 });
  expect(await house.ask<Place>("GET", "/place")).toMatchObject({ set: false });
  expect(await codeOf("GET", "/sun")).toBe("no_place");
});

describe("a place that a phone gives", () => {
  const phoneOf = (name: string) => {
    const person = house.people.add({ name });
    const key = new PhoneKey(Buffer.alloc(32, name.charCodeAt(0)));
    return { person, phone: house.people.addPhone(person.id, key.publicKey) };
  };
  const permit = (phone: Phone, isPermitted: boolean): void =>
    house.people.hearPhone(house.people.phone(phone.id) ?? phone, 1, isPermitted)();

  test("is shown with the phone to the owner alone, and like any other to the rest", async () => {
    const { phone } = phoneOf("Ana");
    const place = await set({ ...sydney, phone: phone.id });
    expect(place).toMatchObject({ set: true, phone: phone.id });
    expect(await house.ask("GET", "/place")).toEqual(place);
    expect(await house.ask("GET", "/place", { token: residentToken() })).toEqual({
      set: true,
      zone: "Australia/Sydney",
    });
    expect(await set()).not.toHaveProperty("phone");
  });

  test("is neither used nor shown while the phone may not know where it is, and everybody is told why", async () => {
    const { phone } = phoneOf("Ana");
    await set({ ...sydney, phone: phone.id });
    permit(phone, false);
    const held = { set: true, zone: "Australia/Sydney", held: "location-not-permitted" };
    expect(await house.ask("GET", "/place")).toEqual({ ...held, phone: phone.id, veil: "off" });
    expect(await house.ask("GET", "/place", { token: residentToken() })).toEqual(held);
    expect(await codeOf("GET", "/sun")).toBe("location_not_permitted");
    expect(await codeOf("GET", "/place/roundings")).toBe("location_not_permitted");
    permit(phone, true);
    expect(await house.ask("GET", "/sun")).toHaveProperty("events");
  });

  test("is gone with the phone, or its person", async () => {
    const [ana, ben] = [phoneOf("Ana"), phoneOf("Ben")];
    await set({ ...sydney, phone: ana.phone.id });
    await house.ask("DELETE", `/phones/${ana.phone.id}`, { status: 204 });
    expect(await house.ask<Place>("GET", "/place")).toMatchObject({ set: false, zone: "Australia/Sydney" });
    await set({ ...sydney, phone: ben.phone.id });
    await house.ask("DELETE", `/people/${ben.person.id}`, { status: 204 });
    expect(await house.ask<Place>("GET", "/place")).toMatchObject({ set: false });
    expect(await codeOf("GET", "/sun")).toBe("no_place");
    expect(JSON.stringify([...house.store.records].map(([, all]) => [...all]))).not.toContain("latitude");
  });

  test("takes the owner, a phone of the home, and that phone's permission", async () => {
    const { phone } = phoneOf("Ana");
    const body = { ...sydney, phone: phone.id };
    const stranger = house.tokenWith(["lights:read", "home:write", "people:write", "sim"]);
    await house.ask("PUT", "/place", { body, token: stranger, status: 403 });
    expect(await codeOf("PUT", "/place", { ...sydney, phone: "ph-bbbbbbbbbbbb" })).toBe("not_found");
    expect(await codeOf("PUT", "/place", { ...sydney, phone: "l-bbbbbbbbbbbb" })).toBe("not_found");
    permit(phone, false);
    expect(await codeOf("PUT", "/place", body)).toBe("location_not_permitted");
    expect(await house.ask<Place>("GET", "/place")).toMatchObject({ set: false });
  });

  test("comes from a simulated phone at its owner's word, not at that of a test program", async () => {
    const { person, phone } = phoneOf("Ana");
    const path = `/sim/people/${person.id}/give-place`;
    await house.ask("POST", path, { token: house.tokenWith(["lights:read", "sim"]), status: 403 });
    await house.ask("POST", path, { status: 204 });
    expect(await house.ask("GET", "/place")).toMatchObject({ set: true, phone: phone.id, latitude: 52.5 });
  });
});

describe("the sun of a day", () => {
  const sunOf = (token?: string) =>
    house.ask<SunDay>("GET", "/sun?date=2026-06-21", token === undefined ? {} : { token });

  test("has the events of that civil day, and a curve through it", async () => {
    await set({ ...sydney, tolerance: 1 });
    const { events, curve, zone } = await sunOf();
    expect(zone).toBe("Australia/Sydney");
    // Sydney, winter solstice: 07:00 and 16:54 by its clocks.
    const time = (name: string) => events.find(({ event }) => event === name)?.time ?? "";
    expect(time("sunrise")).toMatch(/^2026-06-20T2[01]:/);
    expect(time("sunset")).toMatch(/^2026-06-21T06:5/);
    expect(curve).toHaveLength(97);
    expect(curve[0]?.at).toBe("2026-06-20T14:00:00.000Z");
    expect(Math.max(...curve.map(({ elevation }) => elevation))).toBeCloseTo(90 - 33.87 - 23.44, 0);
  });

  test("is the stated one for the owner and moved on purpose for everybody else", async () => {
    await set();
    expect((await sunOf()).moved).toBe(false);
    const exact = await sunOf();
    house.places.veilBeforePublishing();
    expect(await sunOf()).toEqual(exact);
    const moved = await sunOf(residentToken());
    expect(moved.moved).toBe(true);
    expect(moved.curve).not.toEqual(exact.curve);
    const heights = new Set(exact.events.map(({ time }) => time));
    expect(moved.events.filter(({ time }) => heights.has(time))).toEqual([]);
  });

  test("of a day that is none is refused", async () => {
    await set();
    expect(await codeOf("GET", "/sun?date=2026-02-30")).toBe("invalid_input");
  });
});

test("only the owner says where the home is: who could say a place they know would see how far it is moved", async () => {
  await set();
  for (const token of [residentToken(), house.tokenWith(["lights:read", "home:write", "privacy"])]) {
    await house.ask("PUT", "/place", { token, body: sydney, status: 403 });
    await house.ask("DELETE", "/place", { token, status: 403 });
    await house.ask("PUT", "/place/veil", { token, body: { level: "off" }, status: 403 });
  }
  expect(await house.ask<Place>("GET", "/place")).toMatchObject({ set: true, zone: "Australia/Sydney" });
});

test("the veil is the owner's to choose", async () => {
  await set();
  expect(await house.ask("PUT", "/place/veil", { body: { level: "strong" } })).toMatchObject({
    veil: "strong",
  });
  await house.ask("PUT", "/place/veil", { body: { level: "thick" }, status: 400 });
});
