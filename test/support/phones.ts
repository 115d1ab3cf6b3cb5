import { PhoneKey, type Said } from "../../app-sim/phone/presence-token.ts";
import type { Person, Phone } from "../../hub/domain/person.ts";
import type { PersonService } from "../../hub/people/person-service.ts";

/** A phone reduced to its key: signs whatever it is told to. */
export class BarePhone {
  readonly key: PhoneKey;
  readonly phone: Phone;

  /** @param number another key for each */
  constructor(people: PersonService, person: Person, number = 1) {
    this.key = new PhoneKey(Buffer.alloc(32, number));
    this.phone = people.addPhone(person.id, this.key.publicKey);
  }

  says(said: Said): Uint8Array<ArrayBuffer> {
    return this.key.sign({ person: this.phone.person, phone: this.phone.id }, said);
  }
}
