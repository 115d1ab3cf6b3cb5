import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import type { PersonId } from "../../../hub/domain/ids.ts";
import { proves } from "../../support/proves.ts";
import { authenticator } from "../../support/signing-in.ts";
import { AccountHouse, bytes, codeOf } from "./account-house.ts";
import type { SendInit } from "./house.ts";

type Outcome = Shape<"SimServiceOutcome">;

let house: AccountHouse;
beforeEach(() => {
  house = new AccountHouse();
  for (const purpose of ["assistant", "remote-view", "newsletter"] as const)
    house.consents.say(purpose, true);
});
afterEach(() => {
  expect(house.broken).toEqual([]);
  house.close();
});

const shown = async (name: string) => {
  const { data } = await house.ask<Shape<"ConnectorList">>("GET", "/connectors");
  const { preview = "", terms } = data.find((each) => each.name === name) ?? {};
  return { connector: name, preview, terms: terms?.version };
};
const letIn = async (name: string, more: object = {}): Promise<Shape<"Connection">> =>
  house.ask("POST", "/connections", { body: { ...(await shown(name)), ...more }, status: 201 });
const act = (service: string, what: string, words: Record<string, string> = {}): Promise<Outcome> =>
  house.ask("POST", "/sim/services/act", { body: { service, act: what, with: words } });

/** What the provider gives to whoever comes with this. */
const authorized = async ({ url }: Shape<"ProviderStep">): Promise<Shape<"ProviderReturn">> =>
  JSON.parse((await act("sim-accounts", "authorize", { url })).said);

const linked = async (name: string): Promise<{ readonly me: SendInit; readonly person: PersonId }> => {
  const person = (await house.settled(name)).id as PersonId;
  house.consents.say("identity-provider", true, person);
  const me = await house.terminal(name);
  const body = { connector: "sim-accounts", email: true };
  const step = await house.ask<Shape<"ProviderStep">>("POST", "/account/providers", { ...me, body });
  await house.ask("POST", "/account/providers/finish", { ...me, body: await authorized(step), status: 201 });
  return { me, person };
};

const comingIn = async (): Promise<Response> => {
  const body = { connector: "sim-accounts" };
  const step = await house.ask<Shape<"ProviderStep">>("POST", "/session/provider", { token: null, body });
  return house.send("POST", "/session/provider/finish", { token: null, body: await authorized(step) });
};

test(`everything that a service gets and does is in the answer before it is let in ${proves("U40", "H29", "H35")}`, async () => {
  const { data } = await house.ask<Shape<"ConnectorList">>("GET", "/connectors");
  expect(data.map(({ name }) => name)).toEqual([
    "sim-assistant",
    "sim-assistant-two",
    "sim-accounts",
    "sim-mail",
    "sim-relay",
  ]);
  for (const connector of data) {
    for (const text of [connector.warning, connector.country, connector.retention, connector.safeguard])
      expect(text).not.toBe("");
    expect(connector.hosts.length).toBeGreaterThan(0);
    for (const { says } of connector.fields) expect(says).not.toBe("");
  }
});

test("a preview of something else lets nothing in", async () => {
  const body = { ...(await shown("sim-assistant")), lamps: [{ lamp: house.lamp, alias: "Desk" }] };
  const answer = await house.send("POST", "/connections", { body: { ...body, preview: "another" } });
  expect(await codeOf(answer)).toEqual([403, "connector_refused"]);
  expect(await house.ask("GET", "/connections")).toEqual({ data: [] });
});

test.each<readonly [string, readonly (readonly ["lamp" | "other", string])[]]>([
  ["no lamps", []],
  [
    "a lamp twice",
    [
      ["lamp", "One"],
      ["lamp", "Two"],
    ],
  ],
  [
    "an alias twice",
    [
      ["lamp", "One"],
      ["other", "one"],
    ],
  ],
])("an assistant with %s is refused", async (_, lamps) => {
  const chosen = lamps.map(([lamp, alias]) => ({ lamp: house[lamp], alias }));
  const body = { ...(await shown("sim-assistant")), lamps: chosen };
  expect(await codeOf(await house.send("POST", "/connections", { body }))).toEqual([400, "invalid_input"]);
});

test("a service is let in once, seen, and taken back", async () => {
  const { id, state } = await letIn("sim-assistant", { lamps: [{ lamp: house.lamp, alias: "Desk" }] });
  expect(state).toBe("on");
  const body = { ...(await shown("sim-assistant")), lamps: [{ lamp: house.other, alias: "Other" }] };
  expect(await codeOf(await house.send("POST", "/connections", { body }))).toEqual([409, "conflict"]);
  await house.ask("DELETE", `/connections/${id}`, { status: 204 });
  expect(await codeOf(await house.send("DELETE", `/connections/${id}`))).toEqual([404, "not_found"]);
});

describe("signing in by another provider", () => {
  beforeEach(() => letIn("sim-accounts"));

  test(`whoever linked an account comes in by it, with their own rights ${proves("H13")}`, async () => {
    const { person } = await linked("Ana");
    const answer = await comingIn();
    expect(answer.status).toBe(201);
    expect(await answer.json()).toMatchObject({ person, role: "resident" });
    const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect(answer.headers.get("set-cookie")).toMatch(/HttpOnly; SameSite=Strict/);
    const me = { token: null, headers: { cookie } };
    expect(await house.ask("GET", "/account", me)).toMatchObject({ person });
    // It is no proof that they are there just now.
    const step = await house.send("PUT", "/account/contacts", {
      ...me,
      body: { channel: "email", address: "a@b.example" },
    });
    expect(await codeOf(step)).toEqual([403, "step_up_needed"]);
  });

  test("whoever has not linked it stays outside, and learns nothing", async () => {
    await house.settled("Ana");
    expect(await codeOf(await comingIn())).toEqual([401, "not_authenticated"]);
  });

  test("it is no way around a second factor, nor into an account that is gone", async () => {
    const { me, person } = await linked("Ana");
    const { uri } = await house.ask<Shape<"TotpSetUp">>("POST", "/account/totp", me);
    await house.ask("POST", "/account/totp/confirm", bytes(authenticator(uri)(house.clock.now()), 200, me));
    expect(await codeOf(await comingIn())).toEqual([401, "not_authenticated"]);
    await house.ask("DELETE", `/people/${person}`, { status: 204 });
    expect(await codeOf(await comingIn())).toEqual([401, "not_authenticated"]);
  });

  test(`of what the provider offers the friends list is named as dropped ${proves("A8")}`, async () => {
    const person = (await house.settled("Ana")).id as PersonId;
    house.consents.say("identity-provider", true, person);
    const me = await house.terminal("Ana");
    const body = { connector: "sim-accounts" };
    const step = await house.ask<Shape<"ProviderStep">>("POST", "/account/providers", { ...me, body });
    expect(step.scopes.map(({ scope }) => scope)).toEqual(["openid", "profile"]);
    expect(step.declined).toContain("friends");
    const end = { ...me, body: await authorized(step), status: 201 };
    const link = await house.ask<Shape<"ProviderLink">>("POST", "/account/providers/finish", end);
    expect(link.notKept).toContain("friends");
    expect(link.email).toBeNull();
  });
});

test(`news go to those who have said yes twice, and the answer says to how many ${proves("H27", "U6")}`, async () => {
  await letIn("sim-mail");
  const person = (await house.settled("Ana")).id as PersonId;
  house.consents.say("newsletter", true, person);
  const me = await house.terminal("Ana");
  const body = { subject: "New scenes", text: "Try the evening scene." };
  expect(await house.ask("POST", "/news", { body })).toEqual({ sent: 0, unreached: 1 });
  await house.ask("PUT", "/account/contacts", {
    ...me,
    body: { channel: "email", address: "ana@home.example" },
  });
  const { subject } = await house.ask<Shape<"NewsCode">>("POST", "/account/news", {
    ...me,
    body: { channel: "email" },
  });
  expect(await house.ask("POST", "/news", { body })).toEqual({ sent: 0, unreached: 1 });
  await act("sim-mail", "write", { from: "ana@home.example", subject });
  expect(await house.ask("POST", "/news", { body })).toEqual({ sent: 1, unreached: 0 });
  await act("sim-mail", "click");
  expect(await house.ask("POST", "/news", { body })).toEqual({ sent: 0, unreached: 1 });
});

test(`a banner is there for everybody, signed in or not, and says nothing about anybody ${proves("D14", "Z24")}`, async () => {
  await house.settled("Ana");
  const body = { kind: "breach", subject: "Somebody guessed", text: "Change your password." };
  expect(await house.ask("POST", "/banners", { body })).toEqual({ sent: 0, unreached: 1 });
  const { data } = await house.ask<Shape<"IncidentBanners">>("GET", "/banners", { token: null });
  expect(data).toEqual([{ kind: "breach", since: expect.stringMatching(/^20/) }]);
  await house.ask("POST", "/banners/dismiss", { body: { kind: "breach" }, status: 204 });
  expect(await house.ask("GET", "/banners", { token: null })).toEqual({ data: [] });
});

test("a person's addresses and links are theirs alone: no route of the owner's shows them", async () => {
  await letIn("sim-mail");
  await letIn("sim-accounts");
  const { me } = await linked("Ana");
  await house.ask("PUT", "/account/contacts", {
    ...me,
    body: { channel: "email", address: "canary@home.example" },
  });
  const seen = await Promise.all(
    ["/people", "/connections", "/service-notices", "/account/contacts", "/banners"].map(async (path) =>
      (await house.send("GET", path)).text(),
    ),
  );
  expect(seen.join()).not.toContain("canary@home.example");
  expect(seen.join()).not.toContain("sim_person");
});
