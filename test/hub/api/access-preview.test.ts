import { afterEach, beforeEach, expect, test } from "vitest";
import { type Route, type RouteName, routes, type Shape } from "../../../hub/api/contract.ts";
import type { LampId } from "../../../hub/domain/ids.ts";
import { Minutes } from "../../../hub/domain/units.ts";
import { proves } from "../../support/proves.ts";
import { AccountHouse } from "./account-house.ts";
import type { SendInit } from "./house.ts";

type Preview = Shape<"AccessPreview">;

let house: AccountHouse;
beforeEach(() => {
  house = new AccountHouse();
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

const preview = (body: object) => house.ask<Preview>("POST", "/privacy/preview", { body });
const idsAt = async (path: string, who: SendInit) => {
  const answer = await house.send("GET", path, who);
  if (answer.status === 403) return [];
  return ((await answer.json()) as { data: { id: string }[] }).data.map(({ id }) => id).sort();
};
const reading = (Object.entries(routes) as [RouteName, Route][])
  .filter(
    ([, { method, id, media, scope, sim }]) => method === "GET" && !id && !media && scope !== "open" && !sim,
  )
  .map(([, route]) => route);

/** What they see indeed, next to what was said before. */
const compared = async (said: Preview, who: SendInit): Promise<void> => {
  expect(await idsAt("/lights", who)).toEqual([...said.lamps].sort());
  expect(await idsAt("/devices", who)).toEqual([...said.devices].sort());
  const may = new Set(said.may.map(({ method, path }) => `${method} ${path}`));
  expect(reading.length).toBeGreaterThan(25);
  for (const route of reading) {
    const { status } = await house.send("GET", `${route.root ? "/~" : ""}${route.path}`, who);
    expect([route.path, status !== 403]).toEqual([route.path, may.has(`GET ${route.path}`)]);
  }
};

test(`a guest sees exactly what the preview said, until they are out, which is at once ${proves("H46")}`, async () => {
  const said = await preview({ role: "guest", lamps: [house.lamp] });
  expect(said).toMatchObject({ lamps: [house.lamp], devices: [], people: false });
  const { id } = await house.settled("Gast", { role: "guest", lamps: [house.lamp] });
  const guest = await house.terminal("Gast");
  await compared(said, guest);
  await house.ask("DELETE", `/people/${id}/sessions`, { status: 204 });
  expect((await house.send("GET", "/lights", guest)).status).toBe(401);
});

test(`so does a developer, of what is shared ${proves("H46")}`, async () => {
  house.scopes.set(house.other as LampId, { sharing: false });
  const said = await preview({ role: "developer", scopes: ["lights:read"] });
  expect([said.lamps.includes(house.lamp), said.lamps.includes(house.other)]).toEqual([true, false]);
  await compared(said, { token: house.tokenWith(["lights:read"]) });
});

test("a resident and an installer as well", async () => {
  for (const role of ["resident", "installer"] as const) {
    const said = await preview({ role });
    await house.settled(role, { role });
    await house.clock.advance(Minutes(1));
    await compared(said, await house.terminal(role));
  }
});

test("to look gives nothing, and needs the right to share", async () => {
  const before = house.tokens.list().length;
  await preview({ role: "owner" });
  expect(house.tokens.list()).toHaveLength(before);
  const asked = await house.send("POST", "/privacy/preview", {
    token: house.tokenWith(["lights:read"]),
    body: { role: "owner" },
  });
  expect(asked.status).toBe(403);
  expect((await house.send("POST", "/privacy/preview", { body: { role: "king" } })).status).toBe(400);
});
