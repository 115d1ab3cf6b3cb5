import type { MqttClient } from "mqtt";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PersonId } from "../../hub/domain/ids.ts";
import { Minutes } from "../../hub/domain/units.ts";
import { mostAddresses } from "../../hub/people/credential-watch.ts";
import { answered } from "../../hub/platform/sim/web-fetch.ts";
import { AccountHub } from "../support/account-hub.ts";
import { closing } from "../support/broker-rig.ts";
import { proves } from "../support/proves.ts";

/** Somebody else was here, or a token was found: on a whole hub, with a broker on a socket. */

const password = Buffer.from("three keys on a ring");
const newPassword = Uint8Array.from(Buffer.from("another word for the door"));

let home: AccountHub;
let person: PersonId;
beforeEach(async () => {
  home = await AccountHub.open();
  person = (await home.owner.call("addPerson", { body: { name: "Ana", role: "owner" } })).id as PersonId;
  await home.owner.call("setPassword", { id: person, bytes: Uint8Array.from(password) });
});
afterEach(() => home.close());

const oneSecond = 1_000;

/** How long this process works, hub and clients together, until all of these connections are ended. Others may work meanwhile. */
const timed = async (clients: readonly MqttClient[], act: () => Promise<unknown>): Promise<number> => {
  const ends = clients.map(closing);
  const begun = process.cpuUsage();
  await act();
  await Promise.all(ends);
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1_000;
};

const signedIn = () => home.signIn("Ana", `${password}`);

describe("this was not me", () => {
  test(`one call: everything that was opened ends, the password is another, and it is on record ${proves("U28", "D17")}`, async () => {
    const [here, thief] = [await signedIn(), await signedIn()];
    const clients = [await home.connect(here), await home.connect(thief), await home.connect(thief)];
    const browser = home.hub.sessions.open({ role: "owner", scopes: new Set(), person }, { until: null });
    const took = await timed(clients, () => here.client.call("wasNotMe", { bytes: newPassword }));
    expect(took).toBeLessThan(oneSecond);
    for (const { client } of [here, thief])
      await expect(client.call("getSession")).rejects.toMatchObject({ code: "not_authenticated" });
    expect(home.hub.sessions.callerOf(browser.secret)).toBeUndefined();
    await expect(home.connect(thief)).rejects.toThrow();
    await home.clock.advance(Minutes(1));
    await expect(signedIn()).rejects.toMatchObject({ code: "sign_in_refused" });
    expect((await home.signIn("Ana", "another word for the door")).person).toBe(person);
    const { data } = await home.owner.call("listIncidents");
    expect(data).toMatchObject([{ detector: "not-me", people: 1, drill: false }]);
    expect((await home.owner.call("listMessages")).data).toMatchObject([
      { class: "security", title: "Somebody says that it was not them" },
    ]);
  });

  test("a new password that is none changes nothing", async () => {
    const here = await signedIn();
    const short = Uint8Array.from(Buffer.from("short"));
    await expect(here.client.call("wasNotMe", { bytes: short })).rejects.toMatchObject({
      code: "password_too_short",
    });
    expect(await here.client.call("getSession")).toMatchObject({ person });
    expect((await home.owner.call("listIncidents")).data).toEqual([]);
  });

  test("whoever found an open browser an hour later cannot use it to lock its owner out", async () => {
    const here = await signedIn();
    await home.clock.advance(Minutes(60));
    await expect(here.client.call("wasNotMe", { bytes: newPassword })).rejects.toMatchObject({
      code: "step_up_needed",
    });
    expect(await here.client.call("getSession")).toMatchObject({ person });
  });
});

describe("a token that leaked", () => {
  test(`found by its owner: worth nothing within a second, at every door, and replaced ${proves("D17", "U28")}`, async () => {
    const issued = await home.owner.call("addToken", { body: { name: "wall", scopes: ["lights:read"] } });
    const clients = [await home.connect(issued), await home.connect(issued)];
    let replacement: typeof issued | undefined;
    const took = await timed(clients, async () => {
      replacement = await home.owner.call("replaceLeakedToken", { id: issued.id });
    });
    expect(took).toBeLessThan(oneSecond);
    await expect(home.as(issued.token).call("getSession")).rejects.toMatchObject({
      code: "not_authenticated",
    });
    await expect(home.connect(issued)).rejects.toThrow();
    expect(await home.as(replacement?.token ?? "").call("getSession")).toMatchObject({
      scopes: ["lights:read"],
    });
    expect((await home.owner.call("listIncidents")).data).toMatchObject([{ detector: "leaked-token" }]);
  });

  test(`used from more places at once than one program is at: it is an incident ${proves("A40", "EN303645:5.10-1")}`, async () => {
    const issued = await home.owner.call("addToken", { body: { name: "wall", scopes: ["lights:read"] } });
    const from = (remote: string) =>
      answered(
        home.hub.handle,
        new Request("http://localhost/api/v1/session", {
          headers: { authorization: `Bearer ${issued.token}` },
        }),
        remote,
      );
    for (let count = 0; count < mostAddresses; count++)
      expect((await from(`192.0.2.${count}`)).status).toBe(200);
    await home.clock.advance(Minutes(2));
    await from("192.0.2.77");
    expect(home.hub.privacy.incidents.list()).toEqual([]);
    for (let count = 0; count < mostAddresses; count++) await from(`198.51.100.${count}`);
    expect(home.hub.privacy.incidents.list()).toMatchObject([
      { detector: "leaked-token", subject: issued.id },
    ]);
    const everything = JSON.stringify([
      ...home.hub.privacy.incidents.list(),
      home.hub.privacy.board.list(undefined),
    ]);
    expect(everything).not.toMatch(/192\.0\.2|198\.51/);
  });
});

describe("a device that is not what it says", () => {
  const profile = "lampkeeper/dimmable-bulb";

  test(`unknown address, identity of another, a second of the same, and what was good before: refused and noticed ${proves("U11")}`, async () => {
    const { inventory, identities, grantOfLogin } = home.hub;
    const [lamp, other] = [
      inventory.addDevice({ profile, name: "Lamp" }),
      inventory.addDevice({ profile, name: "Other" }),
    ];
    const passwordOf = (device: typeof lamp): Buffer =>
      identities.credentialsOf(device)?.password ?? Buffer.alloc(0);
    const come = (address: string, word: Uint8Array) =>
      grantOfLogin(address, Uint8Array.from(word), "192.0.2.9");
    expect(come(lamp.address, passwordOf(lamp))).toMatchObject({ id: lamp.address });
    expect(come("02aabbccddee", passwordOf(lamp))).toBeUndefined();
    expect(come(lamp.address, passwordOf(other))).toBeUndefined();
    expect(() => inventory.addDevice({ profile, name: "Clone", address: lamp.address })).toThrow(
      expect.objectContaining({ code: "conflict" }),
    );
    const proof = passwordOf(lamp);
    inventory.removeDevice(lamp.id);
    inventory.addDevice({ profile, name: "Lamp again", address: lamp.address });
    expect(come(lamp.address, proof)).toBeUndefined();
    for (let count = 0; count < 2; count++) come(`02aabbccdd0${count}`, proof);
    expect(home.hub.privacy.incidents.list()).toMatchObject([{ detector: "clone", entrance: "mqtt" }]);
    expect(home.hub.privacy.board.list(undefined)).toHaveLength(1);
  });

  test(`two with one identity push each other out: that is noticed ${proves("U11", "EN303645:5.10-1")}`, async () => {
    const { inventory, identities } = home.hub;
    const lamp = inventory.addDevice({ profile, name: "Lamp" });
    const { username = "", password: word = Buffer.alloc(0) } = identities.credentialsOf(lamp) ?? {};
    const mqtt = { username, password: word.toString("latin1") };
    for (let count = 0; count < 7; count++) await home.connect({ mqtt });
    await home.clock.advance(Minutes(10));
    expect(home.hub.privacy.incidents.list()).toMatchObject([{ detector: "clone" }]);
  });
});
