import { expect, test } from "vitest";
import type { LampId, PersonId, RuleId } from "../../hub/domain/ids.ts";
import { Days, Hours } from "../../hub/domain/units.ts";
import { answered } from "../../hub/platform/sim/web-fetch.ts";
import { PeopledHub } from "../support/peopled-hub.ts";
import { thisMap } from "../support/privacy-map.ts";
import { proves } from "../support/proves.ts";
import { octets, signIn } from "../support/signing-in.ts";

/** What somebody may give or refuse. */
const optional = ["place", "people", "rules", "account"] as const;
type Optional = (typeof optional)[number];

/** What a home can do, and what each of these needs beside lamps. */
const needs = {
  light: [],
  scene: [],
  "why it is lit": [],
  "by the clock": ["rules"],
  "by the sun": ["rules", "place"],
  "by who comes home": ["rules", "people"],
  "signing in": ["people", "account"],
} as const satisfies Readonly<Record<string, readonly Optional[]>>;
type Ability = keyof typeof needs;

/** A home whose people have given everything but one thing. */
class Home {
  readonly #home: PeopledHub;
  readonly #refused: Optional | undefined;
  #lamp = "" as LampId;
  #person: PersonId | undefined;
  #scenes = 0;

  private constructor(home: PeopledHub, refused: Optional | undefined) {
    this.#home = home;
    this.#refused = refused;
  }

  static async without(refused: Optional | undefined): Promise<Home> {
    const home = new Home(await PeopledHub.open("2026-06-21T03:00:00Z", 0), refused);
    await home.#furnish();
    return home;
  }

  close(): Promise<void> {
    return this.#home.close();
  }

  async #furnish(): Promise<void> {
    const { client } = this.#home;
    const body = { name: "Lamp", profile: "lampkeeper/dimmable-bulb", address: "aabbccddeef0" };
    this.#lamp = (await client.call("addDevice", { body })).id as LampId;
    if (this.#gives("place"))
      await client.call("setPlace", { body: { latitude: 52.5, longitude: 13.4, zone: "Europe/Berlin" } });
    if (this.#gives("people"))
      this.#person = (await client.call("addPerson", { body: { name: "Ana" } })).id as PersonId;
    const id = this.#person;
    if (id !== undefined && this.#gives("account"))
      await client.call("setPassword", { id, bytes: Buffer.from("three keys on a ring") });
  }

  #gives(what: Optional): boolean {
    return this.#refused !== what;
  }

  /** Whether a rule that is set off by something lights the lamp within a day. */
  async #lights(trigger: object, meanwhile: () => Promise<unknown> = async () => {}): Promise<boolean> {
    const { client, clock } = this.#home;
    await client.call("setLight", { id: this.#lamp, body: { on: false } });
    if (!this.#gives("rules")) return false;
    const actions = [{ kind: "light" as const, target: this.#lamp, command: { on: true } }];
    const body = { name: "Rule", triggers: [trigger as never], actions };
    const rule = await client.call("addSchedule", { body });
    await clock.advance(Hours(1));
    await meanwhile();
    await clock.advance(Days(1));
    await client.call("removeSchedule", { id: rule.id as RuleId });
    return (await client.call("getLight", { id: this.#lamp })).desired.on;
  }

  async can(what: Ability): Promise<boolean> {
    const { client } = this.#home;
    switch (what) {
      case "light":
        return (await client.call("setLight", { id: this.#lamp, body: { on: true } })).desired.on;
      case "scene": {
        await client.call("setLight", { id: this.#lamp, body: { on: true } });
        const body = { name: `Scene ${this.#scenes++}`, capture: this.#lamp };
        const scene = await client.call("addScene", { body });
        await client.call("setLight", { id: this.#lamp, body: { on: false } });
        await client.call("recallScene", { id: scene.id });
        return (await client.call("getLight", { id: this.#lamp })).desired.on;
      }
      case "why it is lit":
        return (await client.call("explainLight", { id: this.#lamp })).entries.length > 0;
      case "by the clock":
        return this.#lights({ kind: "daily", at: { kind: "time", at: "12:00" }, days: {} });
      case "by the sun":
        return this.#lights({ kind: "daily", at: { kind: "sun", event: "sunset", offset: 0 }, days: {} });
      case "by who comes home": {
        const person = this.#person;
        if (person === undefined) return false;
        const say = (home: boolean) => client.call("setPresence", { id: person, body: { home } as never });
        await say(false);
        return this.#lights({ kind: "presence", event: "first-arrives" }, () => say(true));
      }
      case "signing in":
        return (await this.#entering()) < 300;
    }
  }

  async #entering(): Promise<number> {
    const raw = signIn("Ana", "three keys on a ring", "");
    const request = new Request("http://localhost/api/v1/session", {
      method: "POST",
      headers: octets,
      body: raw,
    });
    return (await answered(this.#home.hub.handle, request, "local")).status;
  }

  /** What stops a rule that follows the sun, in the word that people are shown. */
  async heldBy(): Promise<string | undefined> {
    const actions = [{ kind: "light" as const, target: this.#lamp, command: { on: true } }];
    const body = { name: "Sun", triggers: [sunset as never], actions };
    const rule = await this.#home.client.call("addSchedule", { body });
    const { held } = await this.#home.client.call("explainSchedule", { id: rule.id });
    return held;
  }
}

const sunset = { kind: "daily", at: { kind: "sun", event: "sunset", offset: 0 } };

test.each([undefined, ...optional])(
  `without %s exactly what needs it stops, and everything else goes on ${proves("H2", "A21", "GDPR:13(2)(e)")}`,
  { timeout: 60_000 },
  async (refused) => {
    const home = await Home.without(refused);
    const able: string[] = [];
    for (const ability of Object.keys(needs) as Ability[]) if (await home.can(ability)) able.push(ability);
    const expected = (Object.keys(needs) as Ability[]).filter(
      (ability) => !(needs[ability] as readonly string[]).includes(refused ?? ""),
    );
    expect(able).toEqual(expected);
    await home.close();
  },
);

test(`what rests says why ${proves("H2", "A21")}`, async () => {
  const home = await Home.without("place");
  expect(await home.heldBy()).toBe("no-place");
  await home.close();
  const whole = await Home.without(undefined);
  expect(await whole.heldBy()).toBeUndefined();
  await whole.close();
});

test(`everything in the map is essential or optional, and says what stops without it ${proves("H2", "A21")}`, () => {
  for (const { id, need, stopsIfRefused } of thisMap.items) {
    expect(["essential", "optional"], id).toContain(need);
    expect(stopsIfRefused, id).not.toBe("");
  }
  // Who somebody is, where they are and where the home is may always be refused.
  const personal = thisMap.items.filter(({ category }) => /name|location/.test(category));
  expect(personal.length).toBeGreaterThan(3);
  expect(personal.filter(({ need }) => need !== "optional")).toEqual([]);
});
