import { SyncEventBus } from "../../hub/bus/event-bus.ts";
import { presenceAgreement } from "../../hub/consent-wiring.ts";
import type { ConsentChange } from "../../hub/domain/consent.ts";
import type { DomainEvent } from "../../hub/domain/event.ts";
import type { PersonId } from "../../hub/domain/ids.ts";
import { type OptionalPurpose, purposes } from "../../hub/domain/purpose.ts";
import { Instant } from "../../hub/domain/units.ts";
import { PersonService } from "../../hub/people/person-service.ts";
import { PresenceService } from "../../hub/people/presence-service.ts";
import { SeededEntropy } from "../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../hub/platform/sim/virtual-clock.ts";
import type { Chains } from "../../hub/privacy-layer.ts";
import { ConsentService } from "../../hub/rights/consent-service.ts";
import { textDigest } from "../../hub/rights/consent-texts.ts";
import { memoryChains } from "./memory-chain.ts";
import { MemoryGuardedStore } from "./memory-guarded-store.ts";

/** People, what they agreed to, and whether they are home. A second one on the same chains is the home after a restart. */
export class ConsentHome {
  readonly clock: VirtualClock;
  readonly bus = new SyncEventBus();
  readonly chains: Chains;
  readonly store: MemoryGuardedStore;
  /** Of purposes that this version of the hub has anew. */
  readonly versions = new Map<OptionalPurpose, number>();
  readonly consents: ConsentService;
  readonly people: PersonService;
  readonly presence: PresenceService;
  readonly changes: ConsentChange[] = [];
  readonly events: DomainEvent[] = [];
  /** What a notice says. */
  notice = "0".repeat(64);

  constructor(before?: ConsentHome, versions: Iterable<[OptionalPurpose, number]> = []) {
    this.clock = before?.clock ?? new VirtualClock(Instant(1_790_000_000_000));
    this.chains = before?.chains ?? memoryChains();
    this.store = before?.store ?? new MemoryGuardedStore();
    this.versions = new Map(versions);
    this.consents = new ConsentService(this.clock, this.bus, this.chains("consents"), {
      version: (purpose) => this.versions.get(purpose) ?? purposes[purpose].version,
      text: (purpose) =>
        this.versions.has(purpose) ? textDigest(purpose).split("").reverse().join("") : textDigest(purpose),
      notice: () => this.notice,
    });
    const entropy = new SeededEntropy(new SeededRandom(before === undefined ? 1 : 2));
    this.people = new PersonService(this.clock, entropy, this.bus, this.store);
    this.presence = new PresenceService(
      this.clock,
      this.bus,
      this.store,
      this.people,
      { present: () => new Set() },
      presenceAgreement(this.people, () => this.consents),
    );
    this.bus.subscribeAll((event) => this.events.push(event));
    this.consents.onChange((change) => this.changes.push(change));
    this.people.start();
    this.presence.start();
    this.consents.start();
  }

  add(name: string, isGuest = false): PersonId {
    return this.people.add({ name, isGuest }).id;
  }

  give(purpose: OptionalPurpose, person?: PersonId): void {
    this.consents.give(purpose, person, this.consents.informs(purpose), {
      way: "account",
      by: "t-aaaaaaaaaaaa",
    });
  }

  withdraw(purpose: OptionalPurpose, person?: PersonId): void {
    this.consents.withdraw(purpose, person, { way: "account", by: "t-aaaaaaaaaaaa" });
  }
}
