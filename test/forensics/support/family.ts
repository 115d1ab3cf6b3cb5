import type { PersonId, PhoneId } from "../../../hub/domain/ids.ts";
import type { Instant } from "../../../hub/domain/units.ts";
import { phoneKey } from "./canaries.ts";
import { DrivenHub, type Protection } from "./driven-hub.ts";
import type { Plant } from "./plants.ts";

/** When they move in, by the hub's clock. */
export const familyMovedIn = Date.UTC(2026, 0, 1);

export interface Resident {
  readonly id: PersonId;
  readonly name: string;
}

/** Three people, each with a phone that has said that they are home. @returns the hub they live in, running */
export const moveIn = async (
  folder: string,
  plant?: Plant,
  protection?: Protection,
): Promise<{ readonly driven: DrivenHub; readonly family: readonly Resident[] }> => {
  const driven = await DrivenHub.open(folder, familyMovedIn as Instant, plant, protection);
  const family: Resident[] = [];
  for (const [at, name] of ["Ana Tremblay-Okafor", "Ben Kowalczyk", "Cleo Nakagawa"].entries()) {
    const { id } = await driven.owner.call("addPerson", { body: { name } });
    const key = phoneKey(at);
    const phone = await driven.owner.call("addPhone", { id, body: { publicKey: key.publicKey } });
    const said = { word: "entered", counter: 1, issuedAt: driven.clock.now() } as const;
    const identity = { person: id as PersonId, phone: phone.id as PhoneId };
    await driven.owner.call("hearPhone", { bytes: key.sign(identity, said) });
    family.push({ id: id as PersonId, name });
  }
  return { driven, family };
};
