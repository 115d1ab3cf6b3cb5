import { afterEach, beforeEach, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import type { PersonId } from "../../../hub/domain/ids.ts";
import { proves } from "../../support/proves.ts";
import { AccountHouse, codeOf } from "./account-house.ts";
import type { SendInit } from "./house.ts";

let house: AccountHouse;
let id: PersonId;
let ana: SendInit;
beforeEach(async () => {
  house = new AccountHouse();
  id = (await house.settled("Ana")).id as PersonId;
  ana = await house.terminal("Ana");
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

const choose = async (brightness: number, times = 1, who: SendInit = ana): Promise<void> => {
  for (let n = 0; n < times; n++)
    await house.ask("PUT", `/lights/${house.lamp}/state`, {
      ...who,
      body: { on: true, brightness, colorTemperature: 2_700 },
    });
};
const tastes = async (who: SendInit = ana) =>
  (await house.ask<Shape<"Tastes">>("GET", "/account/tastes", who)).data;
const asUsual = (who: SendInit = ana) => house.send("POST", `/rooms/${house.room.id}/as-usual`, who);

test("nothing is learned of somebody who did not agree to it", async () => {
  await choose(40, 9);
  expect(await tastes()).toEqual([]);
  expect(await codeOf(await asUsual())).toEqual([409, "conflict"]);
});

test(`who agrees is offered the light they usually choose, and why says that it was learned ${proves("H21")}`, async () => {
  house.agreed.give("learned-scenes", id);
  await choose(40, 4);
  expect(await codeOf(await asUsual())).toEqual([409, "conflict"]);
  await choose(60, 2);
  const [taste] = await tastes();
  expect(taste).toMatchObject({ room: house.room.id, samples: 6, colorTemperature: 2_700, enough: true });
  expect(taste?.brightness).toBeGreaterThan(40);
  expect(taste?.brightness).toBeLessThan(60);
  expect((await asUsual()).status).toBe(200);
  const why = await house.ask<Shape<"Why">>("GET", `/lights/${house.lamp}/why`);
  expect(why.cause).toMatchObject({ kind: "person", trigger: "learned from your own choices" });
  expect(await house.ask<Shape<"Light">>("GET", `/lights/${house.lamp}`)).toMatchObject({
    desired: { brightness: taste?.brightness },
  });
  // What was suggested is not learned from: else it would become its own reason.
  expect((await tastes())[0]?.samples).toBe(6);
});

test(`withdrawn, what was learned is erased at once, and scenes made by hand stay ${proves("H21", "GDPR:7(3)")}`, async () => {
  house.agreed.give("learned-scenes", id);
  await choose(40, 6);
  await house.ask("POST", "/scenes", { ...ana, body: { name: "Mine", capture: house.room.id }, status: 201 });
  house.agreed.withdraw("learned-scenes", id);
  expect([...house.store.collection("tastes").entries()]).toEqual([]);
  expect(await house.ask<Shape<"Scenes">>("GET", "/scenes")).toMatchObject({ data: [{ name: "Mine" }] });
  expect(await codeOf(await asUsual())).toEqual([409, "conflict"]);
  await choose(40, 6);
  expect(await tastes()).toEqual([]);
});

test("each person's is their own, can be forgotten by them, and a program has none", async () => {
  await house.settled("Ben");
  const ben = await house.terminal("Ben");
  house.agreed.give("learned-scenes", id);
  await choose(30, 6);
  await choose(90, 6, ben);
  expect((await tastes())[0]?.brightness).toBe(30);
  expect(await tastes(ben)).toEqual([]);
  expect(await codeOf(await asUsual(ben))).toEqual([409, "conflict"]);
  await house.ask("DELETE", "/account/tastes", { ...ben, status: 204 });
  expect(await tastes()).toHaveLength(1);
  await house.ask("DELETE", "/account/tastes", { ...ana, status: 204 });
  expect(await tastes()).toEqual([]);
  expect(await codeOf(await house.send("GET", "/account/tastes"))).toEqual([409, "no_account"]);
});

test("what is off, and what a rule or a scene does, is no choice", async () => {
  house.agreed.give("learned-scenes", id);
  await house.ask("PUT", `/lights/${house.lamp}/state`, { ...ana, body: { on: false } });
  house.privacy.retained.acting.by({ id: "t-aaaaaaaaaaaa", person: id }, () =>
    house.lights.command(house.lamp, { on: true }, { kind: "rule" }),
  );
  expect(await tastes()).toEqual([]);
});
