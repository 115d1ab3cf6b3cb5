import { NotCapable } from "./domain/errors.ts";
import type { PersonId } from "./domain/ids.ts";
import type { PersonService } from "./people/person-service.ts";
import type { PresenceService } from "./people/presence-service.ts";
import { type CollectionName, collections } from "./privacy/data-map.ts";
import type { Field } from "./privacy/declaration.ts";
import type { PersonalStore } from "./privacy/guarded-store.ts";
import { personIn } from "./privacy/record-codec.ts";
import type { RightsActs } from "./rights/rights-acts.ts";

interface ActsParts {
  readonly store: PersonalStore;
  readonly people: PersonService;
  readonly accounts: { removePerson(id: PersonId): void };
  readonly presence: PresenceService;
}

/** What can be done for a person with the rooms alone: take along what the data map exports, be forgotten, be left alone. */
export const plainActs = ({ store, people, accounts, presence }: ActsParts): RightsActs => ({
  export: (person) =>
    Buffer.from(JSON.stringify({ person, collections: exported(store, person) }, undefined, 2)),
  erase: (person) => {
    if (people.get(person) !== undefined) accounts.removePerson(person);
  },
  restrict: (person) => presence.pause(person),
  object: () => {
    throw new NotCapable(
      "nothing that can be objected to is done here for this purpose; withdraw the consent",
    );
  },
});

/** Every field of a person's records that the data map lets out with an export. */
const exported = (store: PersonalStore, person: PersonId) => {
  const names = Object.keys(collections) as CollectionName[];
  const found = names.flatMap((name) => {
    const leaving = Object.entries(collections[name].fields as Readonly<Record<string, Field>>).filter(
      ([, field]) => field.class === "person" && field.egress.includes("export"),
    );
    if (leaving.length === 0) return [];
    const records = [...store.collection(name).entries()]
      .filter(([key]) => personIn(key) === person)
      .map(([, value]) => picked(value, leaving));
    return records.length === 0 ? [] : [[name, records] as const];
  });
  return Object.fromEntries(found);
};

const picked = (value: object, fields: readonly (readonly [string, Field])[]) =>
  Object.fromEntries(
    fields.flatMap(([name]) => (name in value ? [[name, (value as Record<string, unknown>)[name]]] : [])),
  );
