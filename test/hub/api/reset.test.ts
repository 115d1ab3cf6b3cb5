import { afterEach, expect, test } from "vitest";
import { ResetHome } from "../reset/reset-home.ts";
import { House } from "./house.ts";

const house = () => {
  const made = new House();
  houses.push(made);
  return made;
};
const houses: House[] = [];

afterEach(() => {
  for (const each of houses.splice(0)) {
    expect(each.broken).toEqual([]);
    each.close();
  }
});

interface Offer {
  readonly id: string;
  readonly needsButton: boolean;
}

test("asked for, seconded at the hub, confirmed", async () => {
  const home = house();
  const offer = await home.ask<Offer>("POST", "/reset", { body: { level: "factory" }, status: 202 });
  expect(offer).toMatchObject({
    level: "factory",
    needsButton: true,
    expiresIn: 120,
    device: { counter: 5 },
  });
  const refused = await home.ask("POST", `/reset/${offer.id}/confirm`, { status: 409 });
  expect(refused).toMatchObject({ code: "second_step_needed" });
  home.panel.work("released");
  expect(await home.ask("POST", `/reset/${offer.id}/confirm`, { status: 202 })).toEqual({
    id: offer.id,
    level: "factory",
  });
  expect(home.begun).toEqual(["factory"]);
});

test("nobody but an administrator may", async () => {
  const home = house();
  const token = home.tokenWith([
    "lights:read",
    "lights:write",
    "home:write",
    "people:write",
    "devices:write",
  ]);
  const refused = await home.ask("POST", "/reset", { body: { level: "factory" }, token, status: 403 });
  expect(refused).toMatchObject({ code: "not_authorised" });
  const { id } = await home.ask<Offer>("POST", "/reset", { body: { level: "factory" }, status: 202 });
  home.panel.work("released");
  await home.ask("POST", `/reset/${id}/confirm`, { token, status: 403 });
  await home.ask("POST", `/reset/${id}/confirm`, { token: null, status: 401 });
  expect(home.begun).toEqual([]);
});

test.each([
  [{}, 400],
  [{ level: "everything" }, 400],
  [{ level: "factory", challenge: "zz" }, 400],
  [{ level: "factory", extra: 1 }, 400],
])("%j is refused", async (body, status) => {
  const home = house();
  await home.ask("POST", "/reset", { body, status });
  await home.ask("POST", "/reset", { body: { level: "network" }, status: 202 });
  await home.ask("POST", "/reset", { body: { level: "network" }, status: 409 });
  await home.ask("POST", "/reset/rs-aaaaaaaaaaaa/confirm", { status: 404 });
  await home.ask("POST", "/reset/nonsense/confirm", { status: 404 });
  expect(home.begun).toEqual([]);
});

test("the certificate of the last reset is for whoever has the hub", async () => {
  const home = house();
  await home.ask("GET", "/reset/certificate", { token: null, status: 404 });
  const other = await ResetHome.left("factory");
  const certificate = await other.finish();
  if (certificate === "power cut") throw new RangeError("this disk has power");
  home.certificate = certificate;
  expect(await home.ask("GET", "/reset/certificate", { token: null })).toEqual(certificate);
});
