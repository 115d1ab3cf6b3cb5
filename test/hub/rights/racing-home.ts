import type { Readable } from "node:stream";
import { EventStream } from "../../../hub/api/events.ts";
import { ScheduleService } from "../../../hub/automation/schedule-service.ts";
import { SyncEventBus } from "../../../hub/bus/event-bus.ts";
import { presenceAgreement } from "../../../hub/consent-wiring.ts";
import { scopes as allScopes } from "../../../hub/domain/access.ts";
import type { ZoneName } from "../../../hub/domain/civil.ts";
import type { CommandId, LampId, PersonId } from "../../../hub/domain/ids.ts";
import { type OptionalPurpose, purposes } from "../../../hub/domain/purpose.ts";
import { TimeZone } from "../../../hub/domain/time-zone.ts";
import { Instant, Minutes, Percent } from "../../../hub/domain/units.ts";
import { PersonService } from "../../../hub/people/person-service.ts";
import { type PresenceAgreement, PresenceService } from "../../../hub/people/presence-service.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";
import { ConsentService } from "../../../hub/rights/consent-service.ts";
import { textDigest } from "../../../hub/rights/consent-texts.ts";
import { memoryChains } from "../../support/memory-chain.ts";
import { MemoryGuardedStore } from "../../support/memory-guarded-store.ts";

/**
 * Races that can be planted, to see that they are caught. `asks-once`: an export and a sender ask when they begin, and not for each step.
 * `tells-what-waited`: events leave that happened before. `never-hears`: who is home is followed until the next start.
 */
export type Plant = "asks-once" | "tells-what-waited" | "never-hears";

/** Something done with what is known of a person, after they were told that it is done no more. */
export interface LateAct {
  readonly what: "rule" | "event" | "kept" | "shown" | "exported" | "sent" | "told";
  readonly step: number;
}

type Work = Generator<void, void>;

const lamp = "l-aaaaaaaaaaaa" as LampId;

/** Someone's phone, rules, an open stream, an export and a sender, and between any two steps of theirs consent may be taken back. */
export class RacingHome {
  readonly late: LateAct[] = [];
  /** Things that were done while it was agreed to. */
  acts = 0;
  withdrawals = 0;
  readonly #random: SeededRandom;
  readonly #plant: Plant | undefined;
  readonly #clock = new VirtualClock(Instant(1_790_000_000_000));
  readonly #bus = new SyncEventBus();
  readonly #store = new MemoryGuardedStore();
  readonly #consents: ConsentService;
  readonly #presence: PresenceService;
  readonly #rules: ScheduleService;
  readonly #stream: EventStream;
  readonly #reader: Readable;
  readonly #ana: PersonId;
  /** Acknowledged as taken back. */
  readonly #ended = new Set<OptionalPurpose>();
  #step = 0;

  constructor(seed: number, plant?: Plant) {
    this.#random = new SeededRandom(seed);
    this.#plant = plant;
    const entropy = new SeededEntropy(new SeededRandom(seed));
    this.#consents = new ConsentService(this.#clock, this.#bus, memoryChains()("consents"), {
      version: (purpose) => purposes[purpose].version,
      text: textDigest,
      notice: () => "0".repeat(64),
    });
    const people = new PersonService(this.#clock, entropy, this.#bus, this.#store);
    const asked = presenceAgreement(people, () => this.#consents);
    const agreement: PresenceAgreement =
      plant === "never-hears" ? { ...asked, isGiven: () => true, onEnd: () => () => {} } : asked;
    this.#presence = new PresenceService(
      this.#clock,
      this.#bus,
      this.#store,
      people,
      { present: () => new Set() },
      agreement,
    );
    const log = new AuditedLog(new MemoryLog());
    this.#rules = new ScheduleService(this.#clock, entropy, log, this.#bus, this.#store, {
      home: {
        members: () => [lamp],
        device: () => undefined,
        devices: () => [],
        room: () => undefined,
      },
      lights: {
        get: () => ({
          desired: { on: false, brightness: Percent(1) },
          cause: { kind: "api", at: Instant(0) },
        }),
        changedAt: () => undefined,
        command: () => ({ command: "c-aaaaaaaaaaaa" as CommandId }),
        show: () => ({ command: "c-aaaaaaaaaaaa" as CommandId }),
        heldBack: () => {},
      },
      scenes: { get: () => undefined, recall: () => ({ command: "c-aaaaaaaaaaaa" as CommandId }) },
      sensors: { get: () => undefined },
      presence: this.#presence,
      place: {
        sun: () => undefined,
        held: () => "no-place",
        zone: () => TimeZone.of("Etc/UTC" as ZoneName),
        isMoved: () => false,
      },
      draws: { of: () => 0.5 },
      watch: { check: () => false },
    });
    this.#stream = new EventStream(
      this.#clock,
      entropy,
      this.#bus,
      undefined,
      plant === "tells-what-waited"
        ? undefined
        : (event) => !event.kind.startsWith("presence.") || this.#consents.allows("presence", this.#ana),
    );
    people.start();
    this.#consents.start();
    this.#ana = people.add({ name: "Ana" }).id;
    for (const purpose of ["presence", "assistant"] as const) this.#give(purpose);
    this.#presence.start();
    this.#rules.start();
    this.#rulesOfAna();
    this.#bus.subscribe("rule.fired", () => this.#did("rule", "presence"));
    this.#bus.subscribe("presence.changed", () => this.#did("event", "presence"));
    this.#stream.start();
    this.#reader = this.#stream.open({ scopes: new Set(allScopes) }, () => true, undefined);
  }

  /** Lives through one order of things. */
  async live(steps = 40): Promise<this> {
    const works: Work[] = [this.#phone(), this.#person("presence"), this.#person("assistant")];
    works.push(this.#export(), this.#export(), this.#sender());
    for (this.#step = 0; this.#step < steps && works.length > 0; this.#step++) {
      const work = works[Math.floor(this.#random.next() * works.length)] as Work;
      if (work.next().done === true) works.splice(works.indexOf(work), 1);
      this.#look();
      // What waits for its turn has it now, or after the next step.
      if (this.#random.next() < 0.5) await Promise.resolve();
      this.#hearStream();
      if (this.#random.next() < 0.2) await this.#clock.advance(Minutes(Math.ceil(this.#random.next() * 15)));
      this.#look();
      this.#hearStream();
    }
    this.#stream.close();
    this.#rules.close();
    this.#presence.close();
    return this;
  }

  *#phone(): Work {
    for (let home = true; ; home = this.#random.next() < 0.5) {
      try {
        if (this.#random.next() < 0.3) this.#presence.sighted(this.#ana, "beacon");
        else this.#presence.set(this.#ana, home);
      } catch {
        // Refused: they have taken it back.
      }
      yield;
    }
  }

  /** Takes it back, and after a while may agree again. */
  *#person(purpose: OptionalPurpose): Work {
    for (;;) {
      this.#hearStream();
      this.#consents.withdraw(purpose, this.#ana, { way: "account" });
      this.#ended.add(purpose);
      this.withdrawals++;
      yield;
      yield;
      yield;
      this.#give(purpose);
      yield;
      yield;
    }
  }

  /** Piece by piece, as a reader takes it. */
  *#export(): Work {
    while (!this.#consents.allows("presence", this.#ana)) yield;
    for (let piece = 0; piece < 6; piece++) {
      yield;
      if (this.#plant !== "asks-once" && !this.#consents.allows("presence", this.#ana)) return;
      this.#did("exported", "presence");
    }
  }

  *#sender(): Work {
    for (;;) {
      const mayBegin = this.#consents.allows("assistant", this.#ana);
      yield;
      const maySend = this.#plant === "asks-once" ? mayBegin : this.#consents.allows("assistant", this.#ana);
      if (maySend) this.#did("sent", "assistant");
    }
  }

  #give(purpose: OptionalPurpose): void {
    this.#ended.delete(purpose);
    this.#consents.give(purpose, this.#ana, this.#consents.informs(purpose), { way: "account" });
  }

  #did(what: LateAct["what"], purpose: OptionalPurpose): void {
    if (this.#ended.has(purpose)) this.late.push({ what, step: this.#step });
    else this.acts++;
  }

  /** What is kept of somebody, and what others are shown. */
  #look(): void {
    if (!this.#ended.has("presence")) return;
    if (this.#store.collection("presence").get(this.#ana) !== undefined) this.#did("kept", "presence");
    if (this.#presence.of(this.#ana) !== undefined) this.#did("shown", "presence");
  }

  #hearStream(): void {
    const text = `${this.#reader.read() ?? ""}`;
    if (text.includes('"kind":"presence.')) this.#did("told", "presence");
  }

  #rulesOfAna(): void {
    for (const event of ["arrives", "leaves"] as const)
      this.#rules.add({
        name: event,
        enabled: true,
        triggers: [{ kind: "presence", event, person: this.#ana }],
        conditions: [],
        actions: [{ kind: "light", target: lamp, command: { on: true } }],
        catchUp: { kind: "now" },
      });
  }
}
