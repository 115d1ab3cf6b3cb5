import { afterEach, describe, expect, test } from "vitest";
import type { InsideClient } from "../../../app-sim/client/inside-client.ts";
import { rightsOfPeople } from "../../../app-sim/web/screens/privacy/rights-of-people.ts";
import { routes } from "../../../hub/api/contract.ts";
import { PeopleHome } from "../../support/people-home.ts";
import { proves } from "../../support/proves.ts";

const open: PeopleHome[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ rig }) => rig.close()));
});
const peopled = async (): Promise<PeopleHome> => {
  const made = await PeopleHome.of(["Quokka", "Wombat", "Bilby"]);
  open.push(made);
  return made;
};

/** Everything that a resident does with light, and what came of each: ids and times aside. */
const lightingSuite = async (
  client: InsideClient,
  [lamp = "", other = ""]: readonly string[],
): Promise<readonly unknown[]> => {
  const shown = async (id: string) => (await client.call("getLight", { id })).desired;
  const results: unknown[] = [];
  const note = (result: unknown): void => void results.push(result);
  await client.call("setLight", { id: lamp, body: { on: true, brightness: 61 } });
  note(await shown(lamp));
  await client.call("setLight", { id: lamp, body: { on: "toggle" } });
  note(await shown(lamp));
  await client.call("setLight", { id: lamp, body: { on: true, brightnessStep: -11, transition: 1 } });
  note(await shown(lamp));
  const room = await client.call("addRoom", { body: { name: "Suite" } });
  await client.call("changeLight", { id: other, body: { room: room.id } });
  await client.call("setRoom", { id: room.id, body: { on: true, brightness: 22 } });
  note(await shown(other));
  const scene = await client.call("addScene", { body: { name: "Suite", capture: room.id } });
  await client.call("setRoom", { id: room.id, body: { on: false } });
  await client.call("recallScene", { id: scene.id, body: {} });
  note(await shown(other));
  const rule = await client.call("addSchedule", {
    body: {
      name: "Suite",
      triggers: [{ kind: "daily", at: { kind: "time", at: "06:00" } }],
      actions: [{ kind: "light", target: other, command: { on: true, brightness: 33 } }],
    },
  });
  await client.call("runSchedule", { id: rule.id });
  note(await shown(other));
  note((await client.call("explainSchedule", { id: rule.id })).held ?? null);
  note((await client.call("explainLight", { id: other })).cause.kind);
  note((await client.call("listLights")).data.length);
  await client.call("removeSchedule", { id: rule.id });
  await client.call("removeScene", { id: scene.id });
  await client.call("removeRoom", { id: room.id });
  note((await client.call("listScenes")).data.length);
  return results;
};

describe("seven rights", () => {
  test(`are on one page, each with what does it ${proves("Z21")}`, () => {
    expect(rightsOfPeople.map(({ right }) => right)).toEqual([
      "know",
      "copy",
      "correct",
      "restrict",
      "object",
      "move",
      "erase",
    ]);
    for (const { route, label, says } of rightsOfPeople) {
      expect(Object.keys(routes)).toContain(route);
      expect([label.length > 3, says.length > 10]).toEqual([true, true]);
      // Anybody who has signed in has them, a guest as well.
      expect(routes[route]).toMatchObject({ scope: "any", chosenLamps: true });
    }
  });

  const used: readonly (readonly [string, (home: PeopleHome, who: InsideClient) => Promise<unknown>])[] = [
    ["know", (_, who) => who.call("readRightToKnow")],
    ["copy", (_, who) => who.call("readOwnData")],
    ["correct", (_, who) => who.call("correctOwnData", { body: { name: "Wombat the second" } })],
    ["restrict", (_, who) => who.call("restrictOwnData")],
    ["object", (_, who) => who.call("setOwnObjection", { body: { purpose: "newsletter", objects: true } })],
    [
      "move",
      async (home) =>
        expect(
          (await home.rig.fetch("GET", "/account/data/report", { token: home.person(1).token })).status,
        ).toBe(200),
    ],
    [
      "lift",
      async (_, who) => {
        await who.call("restrictOwnData");
        await who.call("announceOwnLift");
        await who.call("liftOwnRestriction");
      },
    ],
  ];

  test.each(used)(
    `%s: whoever has used it gets the same light as before, and so do the others ${proves("A45", "Z21")}`,
    async (_name, use) => {
      const made = await peopled();
      const [who, other] = [made.person(1).client, made.person(2).client];
      const before = [await lightingSuite(who, made.lamps), await lightingSuite(other, made.lamps)];
      const role = (await who.call("getAccount")).role;
      await use(made, who);
      expect([await lightingSuite(who, made.lamps), await lightingSuite(other, made.lamps)]).toEqual(before);
      expect((await who.call("getAccount")).role).toBe(role);
    },
  );

  test(`erase: the others get the same light as before, and whoever comes back as somebody new does ${proves("A45", "Z21")}`, async () => {
    const made = await peopled();
    const other = made.person(2).client;
    const before = await lightingSuite(other, made.lamps);
    await made.person(1).client.call("eraseOwnAccount", { body: { sure: true } });
    expect(await lightingSuite(other, made.lamps)).toEqual(before);
    const { id } = await made.rig.owner.call("addPerson", { body: { name: "Wombat" } });
    await made.rig.owner.call("setPassword", { id, bytes: Buffer.from("three keys on a ring") });
    const again = await made.rig.signIn("Wombat", "three keys on a ring");
    expect(await lightingSuite(again.client, made.lamps)).toEqual(before);
  });
});

test(`a scene that is given away is light alone ${proves("Z4")}`, async () => {
  const made = await peopled();
  const { owner } = made.rig;
  for (const [index, id] of made.lamps.entries())
    await owner.call("setLight", { id, body: { on: true, brightness: 90 - index } });
  const room = await owner.call("addRoom", { body: { name: "Zyxcanary den" } });
  for (const id of made.lamps) await owner.call("changeLight", { id, body: { room: room.id } });
  const scene = await owner.call("addScene", {
    body: {
      name: "Zyxcanary of Quokka",
      capture: room.id,
      room: room.id,
      palette: { period: 30, colors: [{ brightness: 50, colorTemperature: 2_700 }] },
    },
  });
  const shared = await owner.call("shareScene", { id: scene.id });
  const text = JSON.stringify(shared);
  expect(text).not.toMatch(/Zyxcanary|Quokka|[a-z]{1,2}-[a-z2-7]{12}/);
  expect(shared.states.map(({ brightness }) => brightness)).toEqual([89, 90]);
  expect(shared).toEqual({
    schema: "lampkeeper.scene/1",
    states: expect.any(Array),
    palette: { period: 30, colors: [{ brightness: 50, colorTemperature: 2_700 }] },
  });
  // What is stripped is there to be stripped.
  expect(JSON.stringify(await owner.call("getScene", { id: scene.id }))).toMatch(/Zyxcanary of Quokka/);
});
