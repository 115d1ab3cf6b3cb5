import { InvalidInput, NotFound } from "../../domain/errors.ts";
import type { PersonId } from "../../domain/ids.ts";
import type { Person } from "../../domain/person.ts";
import { Seconds } from "../../domain/units.ts";
import type { PersonChange } from "../../people/person-service.ts";
import { byName } from "../by-name.ts";
import type { Shape } from "../contract.ts";
import { type Handlers, present } from "../handler.ts";
import { beaconJson, personJson, phoneJson } from "../people-json.ts";
import type { Services } from "../traits.ts";
import { lampsOf } from "./home.ts";

type PeopleRoutes =
  | "listPeople"
  | "getPerson"
  | "addPerson"
  | "changePerson"
  | "removePerson"
  | "addPhone"
  | "removePhone"
  | "addBeacon"
  | "removeBeacon"
  | "setPresence"
  | "pausePerson"
  | "resumePerson"
  | "hearPhone";

type Shown = Pick<Services, "people" | "presence" | "accounts" | "beacons" | "privacy">;

export const shownPerson = (
  { people, presence, accounts, beacons, privacy }: Shown,
  person: Person,
): Shape<"Person"> => {
  const carried = { phones: people.phonesOf(person.id), beacons: beacons.of(person.id) };
  const agreed = privacy.consents.view("presence", person.id);
  return personJson(person, carried, presence.of(person.id), accounts.of(person.id), agreed);
};

/** What the owner says for somebody does not count where that is a visitor. @throws InvalidInput */
export const assertNoGuest = ({ isGuest }: { readonly isGuest: boolean }): void => {
  if (isGuest)
    throw new InvalidInput("a guest agrees themselves: with their account, their phone, or an invitation", {
      path: "agreed",
    });
};

export const peopleHandlers = (services: Services): Handlers<PeopleRoutes> => {
  const { people, presence, accounts, beacons, privacy } = services;
  const shown = (person: Person) => shownPerson(services, person);
  const existing = (id: PersonId) => {
    const person = people.get(id);
    if (person === undefined) throw new NotFound("no such person");
    return shown(person);
  };
  const after = (id: PersonId, change: (id: PersonId) => void) => {
    change(id);
    return existing(id);
  };
  return {
    listPeople: () => ({ data: byName(people.list()).map(shown) }),
    getPerson: ({ id }) => existing(id),
    addPerson: ({ body: { name, role, lamps, scopes, age, agreed, ...body }, caller }) => {
      const isGuest = body.guest ?? role === "guest";
      if (agreed === true) assertNoGuest({ isGuest });
      const { expiresIn, ...rest } = changeOf(body);
      const wanted = {
        ...rest,
        name,
        ...(role === undefined ? {} : { role }),
        ...(lamps === undefined ? {} : { lamps: lampsOf(lamps) }),
        ...(scopes === undefined ? {} : { scopes }),
        ...(expiresIn === undefined || expiresIn === null ? {} : { expiresIn }),
      };
      const person = accounts.addPerson(wanted, present(caller));
      if (!person.isGuest && agreed !== false) {
        const said = { way: "witness", by: present(caller).id } as const;
        privacy.consents.give("presence", person.id, privacy.consents.informs("presence"), said);
      }
      return shown(
        age === undefined ? person : services.privacy.members.guardianship.declare(person.id, age),
      );
    },
    changePerson: ({ id, body, caller }) => shown(accounts.changePerson(id, changeOf(body), present(caller))),
    removePerson: ({ id }) => {
      accounts.removePerson(id);
      return undefined;
    },
    addPhone: ({ id, body }) => phoneJson(people.addPhone(id, body.publicKey)),
    removePhone: ({ id }) => {
      people.removePhone(id);
      return undefined;
    },
    addBeacon: ({ id, bytes }) => beaconJson(beacons.add(id, bytes)),
    removeBeacon: ({ id }) => {
      beacons.remove(id);
      return undefined;
    },
    setPresence: ({ id, body }) => after(id, () => presence.set(id, body.home)),
    pausePerson: ({ id }) => after(id, () => presence.pause(id)),
    resumePerson: ({ id }) => after(id, () => presence.resume(id)),
    hearPhone: ({ bytes }) => {
      presence.receive(bytes);
      return undefined;
    },
  };
};

const changeOf = ({ name, guest, expiresIn, addresses }: Shape<"PersonChange">): PersonChange => ({
  ...(name === undefined ? {} : { name }),
  ...(guest === undefined ? {} : { isGuest: guest }),
  ...(expiresIn === undefined ? {} : { expiresIn: expiresIn === null ? null : Seconds(expiresIn) }),
  ...(addresses === undefined ? {} : { addresses }),
});
