import type { LampId, PersonId } from "../../hub/domain/ids.ts";
import { Days, Seconds } from "../../hub/domain/units.ts";
import { AccountHub, type Visitor } from "./account-hub.ts";

export const homePassword = "three keys on a ring";

/** Somebody who lives in a home, with everything a home can know of a person, each word of it their own. */
export interface Inhabitant extends Visitor {
  readonly name: string;
  /** Words that stand for them and for nobody else. */
  readonly canaries: readonly string[];
  /** As it stands behind `Bearer`. */
  readonly token: string;
}

/** Public keys of phones, each of one person [RFC 8032, 7.1, and three more of the curve]. */
const phoneKeys = [
  "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
  "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw",
  "_FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU",
  "J4EX_BRMcjQPZ9DyMW6Dhs7_vysKKMnFH-98WX8dQm4",
  "7BcrjuXTHJlgRvtKIFnhvR4gcvh0ff--4YEtqSyFrD8",
] as const;

/** A home with people, rooms, a scene and rules, on a disk that outlives the hub. */
export class PeopleHome {
  readonly rig: AccountHub;
  readonly people: readonly Inhabitant[];
  readonly lamps: readonly LampId[];

  private constructor(rig: AccountHub, people: readonly Inhabitant[], lamps: readonly LampId[]) {
    this.rig = rig;
    this.people = people;
    this.lamps = lamps;
  }

  /** @param names of up to five people; the first is the owner */
  static async of(names: readonly string[]): Promise<PeopleHome> {
    const rig = await AccountHub.open();
    const lamps = [await rig.addLamp("Zyxcanary sink"), await rig.addLamp("Zyxcanary desk")];
    await furnish(rig, lamps);
    const people: Inhabitant[] = [];
    for (const [index, name] of names.entries()) people.push(await settle(rig, name, index, lamps));
    return new PeopleHome(rig, people, lamps);
  }

  person(index: number): Inhabitant {
    const found = this.people[index];
    if (found === undefined) throw new RangeError("nobody of this number lives here");
    return found;
  }

  /** Signed in anew: what was opened before may be over, or too long ago. */
  async again(index: number): Promise<Inhabitant> {
    const person = this.person(index);
    const visitor = await this.rig.signIn(person.name, homePassword);
    return { ...person, ...visitor, token: tokenOf(visitor) };
  }

  /** So many days during which the hub was off; nobody is signed in after them. */
  async afterDays(days: number): Promise<PeopleHome> {
    await this.rig.close();
    await this.rig.clock.advance(Days(days));
    return new PeopleHome(await AccountHub.open(this.rig), this.people, this.lamps);
  }

  /** Ids of rules that name somebody. */
  rulesNaming(person: PersonId): readonly string[] {
    return this.rig.hub.schedules
      .list()
      .flatMap((rule) => (JSON.stringify(rule).includes(person) ? [rule.id] : []));
  }
}

const tokenOf = ({ mqtt }: Visitor): string => `${mqtt.username}.${mqtt.password}`;

const furnish = async ({ owner }: AccountHub, [lamp = ""]: readonly string[]): Promise<void> => {
  const room = await owner.call("addRoom", { body: { name: "Zyxcanary kitchen" } });
  await owner.call("changeLight", { id: lamp, body: { room: room.id } });
  await owner.call("addZone", { body: { name: "Zyxcanary upstairs", members: [lamp] } });
  await owner.call("addGroup", { body: { name: "Zyxcanary ceiling", members: [lamp] } });
  await owner.call("setLight", { id: lamp, body: { on: true, brightness: 40 } });
  await owner.call("addScene", { body: { name: "Zyxcanary evening", capture: room.id } });
  await owner.call("addSchedule", {
    body: {
      name: "Zyxcanary night",
      triggers: [{ kind: "daily", at: { kind: "time", at: "22:30" }, days: { weekdays: ["mon", "fri"] } }],
      actions: [{ kind: "light", target: lamp, command: { on: false } }],
    },
  });
};

const settle = async (
  rig: AccountHub,
  name: string,
  index: number,
  lamps: readonly LampId[],
): Promise<Inhabitant> => {
  const { owner } = rig;
  const lamp = lamps[0] ?? "";
  const address = `02:00:00:aa:bb:0${index}`;
  const key = phoneKeys[index] ?? "";
  const { id } = await owner.call("addPerson", {
    body: { name, addresses: [address], ...(index === 0 ? { role: "owner" } : {}) },
  });
  await owner.call("setPassword", { id, bytes: Buffer.from(homePassword) });
  const phone = await owner.call("addPhone", { id, body: { publicKey: key } });
  await owner.call("setPresence", { id, body: { home: true } });
  const rule = await owner.call("addSchedule", {
    body: {
      name: `When ${name} comes home`,
      triggers: [{ kind: "presence", event: "arrives", person: id }],
      actions: [{ kind: "light", target: lamp, command: { on: true } }],
    },
  });
  await rig.clock.advance(Seconds(2));
  const visitor = await rig.signIn(name, homePassword);
  await visitor.client.call("setLight", { id: lamp, body: { on: index % 2 === 0 } });
  return {
    ...visitor,
    token: tokenOf(visitor),
    name,
    canaries: [name, address, key, phone.id, id, rule.id, visitor.mqtt.username],
  };
};
