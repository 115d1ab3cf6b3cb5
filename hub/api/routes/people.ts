import { NotFound } from "../../domain/errors.ts";
import type { PersonId } from "../../domain/ids.ts";
import type { Person } from "../../domain/person.ts";
import { Seconds } from "../../domain/units.ts";
import type { PersonChange } from "../../people/person-service.ts";
import { byName } from "../by-name.ts";
import type { Shape } from "../contract.ts";
import type { Handlers } from "../handler.ts";
import { beaconJson, personJson, phoneJson } from "../people-json.ts";
import type { Services } from "../traits.ts";

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

export const peopleHandlers = ({ people, presence, beacons }: Services): Handlers<PeopleRoutes> => {
  const shown = (person: Person) => {
    const carried = { phones: people.phonesOf(person.id), beacons: beacons.of(person.id) };
    return personJson(person, carried, presence.of(person.id));
  };
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
    addPerson: ({ body: { name, guest, expiresIn, addresses } }) =>
      shown(
        people.add({
          name,
          ...(guest === undefined ? {} : { isGuest: guest }),
          ...(expiresIn === undefined ? {} : { expiresIn: Seconds(expiresIn) }),
          ...(addresses === undefined ? {} : { addresses }),
        }),
      ),
    changePerson: ({ id, body }) => shown(people.change(id, changeOf(body))),
    removePerson: ({ id }) => {
      people.remove(id);
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
