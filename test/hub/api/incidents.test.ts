import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PhoneKey } from "../../../app-sim/phone/presence-token.ts";
import type { Shape } from "../../../hub/api/contract.ts";
import type { PersonId, PhoneId } from "../../../hub/domain/ids.ts";
import { Hours, Minutes } from "../../../hub/domain/units.ts";
import { proves } from "../../support/proves.ts";
import { AccountHouse, bytes, codeOf } from "./account-house.ts";

let house: AccountHouse;
beforeEach(() => {
  house = new AccountHouse();
});
afterEach(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

const parts = {
  situation: "A drill: nothing has happened.",
  measures: "None was needed.",
  suggestions: "Look where you are signed in.",
  remedies: "None is needed.",
  contact: "The keeper, at the kitchen table.",
};

const drill = () =>
  house.ask<Shape<"Incident">>("POST", "/incidents", { body: { drill: true }, status: 201 });

describe("incidents", () => {
  test(`a drill: register, clock, draft, notices to those with an account, and a banner for the one without ${proves("U26", "Z24", "D14", "GDPR:33", "GDPR:34", "IR8425:InformationDissemination")}`, async () => {
    await house.settled("Ana");
    await house.added("Zyxcanary Ben");
    const { id, since, due, people } = await drill();
    expect([Date.parse(due) - Date.parse(since), people]).toEqual([Hours(72), 2]);
    const report = await house.ask<Shape<"IncidentReport">>("GET", `/incidents/${id}/report`);
    expect(report).toMatchObject({ drill: true, people: 2, due });
    expect(report.categories).toContain("user.name");
    expect(await house.ask("POST", `/incidents/${id}/notice`, { body: parts })).toEqual({
      reached: 1,
      banner: true,
    });
    const ana = await house.terminal("Ana");
    const { data } = await house.ask<Shape<"Messages">>("GET", "/account/notices", ana);
    expect(data).toMatchObject([
      { class: "incident", title: "Drill: An incident was reported", steps: Object.values(parts) },
    ]);
    const open = await house.ask<Shape<"Banners">>("GET", "/incidents/banners", { token: null });
    expect(open.data).toMatchObject([{ title: "Drill: An incident was reported", notice: parts }]);
    expect(JSON.stringify(open)).not.toMatch(/Zyxcanary|Ana|p-[a-z2-7]{12}/);
    await house.clock.advance(Hours(72));
    const owner = await house.ask<Shape<"Messages">>("GET", "/account/notices");
    expect(owner.data.map(({ title }) => title)).toContain("Drill: The time to report an incident is over");
    expect(await house.ask("POST", `/incidents/${id}/reported`)).toMatchObject({ drill: true });
    await house.ask("POST", `/incidents/${id}/close`);
    expect(await codeOf(await house.send("POST", `/incidents/${id}/close`))).toEqual([409, "conflict"]);
  });

  test.each(Object.keys(parts))(
    `a notice without %s, or with it empty, is refused ${proves("D13")}`,
    async (missing) => {
      await house.settled("Ana");
      const { id } = await drill();
      const send = async (body: object) =>
        codeOf(await house.send("POST", `/incidents/${id}/notice`, { body }));
      expect(await send({ ...parts, [missing]: " " })).toEqual([400, "notice_incomplete"]);
      expect(await send({ ...parts, [missing]: undefined })).toEqual([400, "invalid_input"]);
      const ana = await house.terminal("Ana");
      expect(await house.ask("GET", "/account/notices", ana)).toEqual({ data: [] });
      expect(await house.ask("GET", "/incidents/banners", { token: null })).toEqual({ data: [] });
    },
  );

  test(`what looks wrong at the doors is noticed, told once with steps, and the home is served all the while ${proves("A39", "A40", "D7")}`, async () => {
    await house.settled("Ana");
    for (let count = 0; count < 200; count++) await house.entering("Ana", `guess ${count}`);
    for (let count = 0; count < 5; count++) await house.clock.advance(Minutes(10));
    const { data } = await house.ask<Shape<"Messages">>("GET", "/account/notices");
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({ class: "security", title: "Somebody is guessing passwords or tokens" });
    expect(data[0]?.steps.length).toBeGreaterThan(1);
    await house.ask("PUT", `/lights/${house.lamp}/state`, { body: { on: true } });
    expect(house.lights.get(house.lamp)?.desired.on).toBe(true);
  });

  test(`a phone's word that is repeated by somebody else is refused, and three of them are told, with steps ${proves("A40", "EN303645:5.10-1")}`, async () => {
    const ana = await house.added("Ana");
    const key = new PhoneKey(Buffer.alloc(32, "a key in a phone"));
    const { id: phone } = await house.ask<{ id: string }>("POST", `/people/${ana.id}/phones`, {
      body: { publicKey: key.publicKey },
      status: 201,
    });
    const whose = { person: ana.id as PersonId, phone: phone as PhoneId };
    const word = key.sign(whose, { word: "entered", counter: 1, issuedAt: house.clock.now() });
    const say = () => house.send("POST", "/presence", bytes(Uint8Array.from(word), 204, { token: null }));
    expect((await say()).status).toBe(204);
    for (let count = 0; count < 3; count++)
      expect(await codeOf(await say())).toEqual([409, "presence_token_replayed"]);
    await house.clock.advance(Minutes(10));
    expect(house.privacy.incidents.list()).toMatchObject([{ detector: "replay", people: [ana.id] }]);
    const { data } = await house.ask<Shape<"Messages">>("GET", "/account/notices");
    expect(data).toMatchObject([{ title: "A phone's word was repeated by somebody else" }]);
  });
});
