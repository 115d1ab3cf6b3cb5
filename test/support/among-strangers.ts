import { Outsiders } from "../../app-sim/world/outsiders.ts";
import type { DeviceScope } from "../../hub/connections/assistant/assistant-door.ts";
import type { OptOut, OptOutIntake } from "../../hub/connections/mail/opt-out.ts";
import { type Disclosure, DisclosureRefused, type Disclosures } from "../../hub/domain/disclosure.ts";
import { Conflict } from "../../hub/domain/errors.ts";
import type { LampId, PersonId } from "../../hub/domain/ids.ts";
import type { OptionalPurpose } from "../../hub/domain/purpose.ts";
import { Instant } from "../../hub/domain/units.ts";
import { SeededEntropy } from "../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../hub/platform/sim/virtual-clock.ts";
import { MemorySecretShelf } from "./memory-secret-shelf.ts";
import { PlainConsents } from "./plain-consents.ts";

/** What somebody in a test has agreed to: nothing, until they say so. */
export class TestConsents extends PlainConsents {
  say(purpose: OptionalPurpose, allowed: boolean, person?: PersonId): void {
    if (allowed) this.give(purpose, person);
    else this.withdraw(purpose, person);
  }
}

/** The book of what has left, in memory. `refuse` closes it. */
export class TestDisclosures implements Disclosures {
  readonly entries: Disclosure[] = [];
  refuse = false;

  record(disclosure: Disclosure): void {
    if (this.refuse) throw new DisclosureRefused("the book is closed", { reason: "off" });
    this.entries.push(disclosure);
  }
}

/** The book of requests, in memory. */
export class TestOptOuts implements OptOutIntake {
  readonly recorded: OptOut[] = [];

  refuse = false;

  record(optOut: OptOut): void {
    if (this.refuse) throw new Conflict("the book is closed");
    this.recorded.push(optOut);
  }
}

/** What a home is in: a time, services of others, and what its people have agreed to of them. */
export abstract class AmongStrangers {
  readonly clock = new VirtualClock(Instant(1_790_000_000_000));
  readonly outside = new Outsiders(this.clock, new SeededEntropy(new SeededRandom(10)));
  readonly consents = new TestConsents();
  readonly disclosures = new TestDisclosures();
  readonly optOuts = new TestOptOuts();
  readonly connectionKeys = new MemorySecretShelf();
  /** Lamps that assistants may not have. */
  readonly withheld = new Set<LampId>();
  readonly deviceScope: DeviceScope = { allows: (lamp) => !this.withheld.has(lamp) };
}
