import { afterEach, beforeEach, expect, test } from "vitest";
import type { ProviderAccount, TokenFault } from "../../../app-sim/world/identity-provider.ts";
import type { PersonId } from "../../../hub/domain/ids.ts";
import { Minutes } from "../../../hub/domain/units.ts";
import { proves } from "../../support/proves.ts";
import { ConnectedHouse, keysOf, refusalOf } from "./connected-house.ts";

const canary = (what: string) => `CANARY-${what}-7f3a`;

/** Twenty claims more than anybody asked for. */
const more = Object.fromEntries(
  Array.from({ length: 19 }, (_, at) => [`claim_${at}`, canary(`claim-${at}`)] as const),
);
const account: ProviderAccount = {
  sub: canary("subject"),
  claims: {
    preferred_username: "ana_at_provider",
    email: "ana@mail.example",
    email_verified: true,
    ...more,
    friends: [canary("friend-1"), canary("friend-2")],
  },
};

let house: ConnectedHouse;
beforeEach(() => {
  house = new ConnectedHouse();
  house.letIn("sim-accounts");
  house.consents.say("identity-provider", true, house.ana);
});
afterEach(() => house.close());

const provider = () => house.connected.provider;

const linking = async (person: PersonId, wanted: readonly "email"[] = ["email"], as = account) => {
  const begun = await provider().begin("sim-accounts", { person, wanted });
  const { state, code } = house.outside.provider.authorize(begun.url, as) ?? { state: "", code: "" };
  return { begun, made: await provider().link(person, state, code) };
};

const signingIn = async (as = account) => {
  const begun = await provider().begin("sim-accounts", {});
  const { state, code } = house.outside.provider.authorize(begun.url, as) ?? { state: "", code: "" };
  return provider().signIn(state, code);
};

test(`of more than twenty claims two are kept, and the rest is noted and nowhere ${proves("H13", "A8")}`, async () => {
  const { made } = await linking(house.ana);
  expect(made.link).toMatchObject({ account: "ana_at_provider", email: "ana@mail.example" });
  expect(made.notKept.slice().sort()).toEqual([...Object.keys(more), "friends"].sort());
  expect(made.notKept.length).toBeGreaterThanOrEqual(20);
  const stored = JSON.stringify([...house.store.records].map(([name, held]) => [name, [...held]]));
  expect(stored).toContain("ana@mail.example");
  expect(stored).not.toContain("CANARY");
  expect(JSON.stringify(house.log)).not.toContain("CANARY");
});

test(`each scope is shown, and the friends list is never asked for ${proves("A8")}`, async () => {
  const begun = await provider().begin("sim-accounts", { person: house.ana });
  expect(begun.scopes).toEqual(["openid", "profile"]);
  expect(begun.declined).toEqual(["email", "friends", "location", "birthday"]);
  expect(new URL(begun.url).searchParams.get("scope")).toBe("openid profile");
  const withEmail = await provider().begin("sim-accounts", { person: house.ana, wanted: ["email"] });
  expect(withEmail.scopes).toEqual(["openid", "profile", "email"]);
});

test(`an e-mail address that nobody asked for, or that is not verified, is not kept ${proves("H13")}`, async () => {
  const { made } = await linking(house.ana, []);
  expect(made.link.email).toBeUndefined();
  expect(made.notKept).toContain("email");
  const unverified = { ...account, claims: { ...account.claims, email_verified: false } };
  const { made: again } = await linking(house.ana, ["email"], unverified);
  expect(again.link.email).toBeUndefined();
});

test("nothing of the home goes to the provider", async () => {
  await linking(house.ana);
  const said = house.outside.provider.received.map((each) => each.said);
  expect(new Set(said.flatMap(keysOf))).toEqual(new Set(["kind", "client", "code", "verifier"]));
  expect(JSON.stringify(said)).not.toContain(house.ana);
});

test("whoever linked an account comes in by it, and nobody else", async () => {
  await expect(signingIn()).rejects.toThrow("nobody here has linked");
  await linking(house.ana);
  expect(await signingIn()).toBe(house.ana);
  await expect(signingIn({ ...account, sub: "somebody else" })).rejects.toThrow("nobody here has linked");
  // An address that is the same is no proof that somebody is the same.
  expect(house.people.list()).toHaveLength(1);
});

test("an account that is one person's cannot become another's", async () => {
  await linking(house.ana);
  const ben = house.people.add({ name: "Ben" }).id;
  house.consents.say("identity-provider", true, ben);
  await expect(linking(ben)).rejects.toMatchObject({ code: "conflict" });
});

test("unlinked, or with consent taken back, it opens nothing", async () => {
  await linking(house.ana);
  house.consents.say("identity-provider", false, house.ana);
  await expect(signingIn()).rejects.toMatchObject({ code: "not_authenticated" });
  expect(await refusalOf(linking(house.ana))).toEqual(["no-consent", "identity-provider"]);
  house.consents.say("identity-provider", true, house.ana);
  provider().unlink(house.ana);
  expect(provider().of(house.ana)).toEqual([]);
  await expect(signingIn()).rejects.toMatchObject({ code: "not_authenticated" });
});

test.each<TokenFault>(["none-algorithm", "other-key", "other-audience", "old", "other-nonce", "rs256"])(
  "a token with %s is not believed",
  async (fault) => {
    await linking(house.ana);
    house.outside.provider.fault = fault;
    await expect(signingIn()).rejects.toMatchObject({ code: "not_authenticated" });
  },
);

test("a sign-in is good once, for ten minutes, and for whom it was begun", async () => {
  const begin = () => provider().begin("sim-accounts", { person: house.ana });
  const answer = (url: string) => house.outside.provider.authorize(url, account) ?? { state: "", code: "" };
  const ben = house.people.add({ name: "Ben" }).id;
  const one = answer((await begin()).url);
  await expect(provider().link(ben, one.state, one.code)).rejects.toMatchObject({
    code: "not_authenticated",
  });
  await expect(provider().link(house.ana, one.state, one.code)).rejects.toMatchObject({
    code: "not_authenticated",
  });
  const late = answer((await begin()).url);
  await house.clock.advance(Minutes(10));
  await expect(provider().link(house.ana, late.state, late.code)).rejects.toMatchObject({
    code: "not_authenticated",
  });
  const wrong = await begin();
  await expect(provider().link(house.ana, wrong.state, "not the code")).rejects.toMatchObject({
    code: "not_authenticated",
  });
  expect(provider().of(house.ana)).toEqual([]);
});

test("a code that somebody else has seen is worth nothing without the proof key", async () => {
  const begun = await provider().begin("sim-accounts", {});
  await linking(house.ana);
  const seen = house.outside.provider.authorize(begun.url, account) ?? { state: "", code: "" };
  const other = await provider().begin("sim-accounts", {});
  await expect(provider().signIn(other.state, seen.code)).rejects.toMatchObject({
    code: "not_authenticated",
  });
});

test("a provider that is taken back while it answers does not sign anybody in", async () => {
  await linking(house.ana);
  const begun = await provider().begin("sim-accounts", {});
  const { state, code } = house.outside.provider.authorize(begun.url, account) ?? { state: "", code: "" };
  const going = provider().signIn(state, code);
  const [connection] = house.connected.connections.list();
  if (connection !== undefined) house.connected.connections.revoke(connection.id);
  await expect(going).rejects.toMatchObject({ code: "connector_refused" });
});
