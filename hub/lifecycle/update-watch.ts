import type { WallTime } from "../domain/civil.ts";
import { addDays } from "../domain/civil.ts";
import { CallerError, HubError } from "../domain/errors.ts";
import type { TimeZone } from "../domain/time-zone.ts";
import { Hours, type Instant, later, Minutes } from "../domain/units.ts";
import { UpdateTooOld } from "../domain/update-bundle.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { UpdateSource } from "../ports/firmware.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import type { PurposeStore } from "../privacy/guarded-store.ts";
import type { UpdateService } from "./update-service.ts";

/** So long after the start the first look comes, and then every day (ETSI EN 303 645, 5.3-5). */
export const firstLook = Minutes(2);
export const lookEvery = Hours(24);
/** What comes by itself restarts the hub at night, and never sooner than people could have read of it. */
const quietTime = (3 * 3_600) as WallTime;
export const toldBefore = Hours(1);

const settings = {
  automatic: "automatic-updates",
  notices: "update-notices",
  byItself: "update-by-itself",
} as const;

/** There is nowhere to look. */
export class NoUpdateSource extends CallerError {
  override readonly code = "no_update_source";
  override readonly status = 409;
}

/** An update that would be taken. */
export interface UpdateOffer {
  readonly version: string;
  /** Which risk it ends. */
  readonly risk?: string;
}

/** Something to be told about updates. `available`: there is one. `restart`: the hub restarts into it. */
export type UpdateNotice = UpdateOffer &
  ({ readonly kind: "available" } | { readonly kind: "restart"; readonly at: Instant });

export interface UpdateChoices {
  /** Undefined: nobody was asked yet, and so nothing comes by itself. */
  readonly automatic: boolean | undefined;
  readonly notices: boolean;
}

export interface UpdateWatchView extends UpdateChoices {
  readonly hasSource: boolean;
  readonly looked: Instant | undefined;
  readonly offer: UpdateOffer | undefined;
}

/** Looks for new versions where its owner lays them, tells of them, and takes them by itself where that was agreed to. */
export class UpdateWatch {
  readonly #clock: Clock;
  readonly #log: AuditedLog;
  readonly #store: PurposeStore<"setup">;
  readonly #updates: UpdateService;
  readonly #source: UpdateSource | undefined;
  readonly #zone: () => TimeZone;
  readonly #name: string;
  #timers: Timer[] = [];
  /** A share that hangs is waited for once. */
  #looking: Promise<void> | undefined;
  #looked: Instant | undefined;
  #offer: UpdateOffer | undefined;

  /** @param model its updates are called so @param zone of the home: it has nights */
  constructor(
    clock: Clock,
    log: AuditedLog,
    store: PurposeStore<"setup">,
    updates: UpdateService,
    source: UpdateSource | undefined,
    { model, zone }: { readonly model: string; readonly zone: () => TimeZone },
  ) {
    this.#clock = clock;
    this.#log = log;
    this.#store = store;
    this.#updates = updates;
    this.#source = source;
    this.#zone = zone;
    this.#name = `${model}.update`;
  }

  start(): void {
    if (this.#source === undefined) return;
    const look = () => void this.look();
    this.#timers = [this.#clock.after(firstLook, look), this.#clock.every(lookEvery, look)];
  }

  close(): void {
    for (const timer of this.#timers.splice(0)) timer.cancel();
  }

  view(): UpdateWatchView {
    return {
      ...this.#choices(),
      hasSource: this.#source !== undefined,
      looked: this.#looked,
      offer: this.#offer,
    };
  }

  /** What people are to be told now; nothing where they do not want to be. */
  notices(): readonly UpdateNotice[] {
    if (!this.#choices().notices) return [];
    const { trial, slots } = this.#updates.status().state;
    const image = trial?.phase === "test" ? slots[trial.slot] : undefined;
    const offer = this.#offer;
    if (trial !== undefined && image !== undefined && trial.notBefore !== "restart") {
      const risk = offer?.version === image.version ? offer.risk : undefined;
      const told = { version: image.version, ...(risk === undefined ? {} : { risk }) };
      return [{ kind: "restart", at: trial.notBefore, ...told }];
    }
    return offer === undefined || offer.version === image?.version ? [] : [{ kind: "available", ...offer }];
  }

  /** @returns how it stands when that is done: whoever agrees has not to wait a day */
  async choose({ automatic, notices }: Partial<UpdateChoices>): Promise<UpdateWatchView> {
    if (notices !== undefined) this.#put(settings.notices, notices);
    if (automatic !== undefined) {
      this.#put(settings.automatic, automatic);
      if (automatic) await this.look();
      else this.#takeBack();
    }
    return this.view();
  }

  /** @throws NoUpdateSource */
  async lookNow(): Promise<UpdateWatchView> {
    if (this.#source === undefined)
      throw new NoUpdateSource("this hub knows no place to look: start it with --update-from DIR");
    await this.look();
    return this.view();
  }

  /** Never rejects: what lies there and is of no use is reported, and looked at again tomorrow. Who asks meanwhile waits, too. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    try {
      this.#offer = await this.#found();
      this.#looked = this.#clock.now();
      await this.#takeIfAgreed();
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      this.#offer = undefined;
      this.#log.write("warn", "update.of-no-use", { code: error.code });
    }
  }

  async #found(): Promise<UpdateOffer | undefined> {
    const pieces = await this.#source?.pieces(this.#name);
    if (pieces === undefined) return undefined;
    try {
      const { version, risk } = await this.#updates.look(pieces);
      return { version, ...(risk === undefined ? {} : { risk }) };
    } catch (error) {
      // What runs here already stays in the folder until there is something newer.
      if (error instanceof UpdateTooOld) return undefined;
      throw error;
    }
  }

  async #takeIfAgreed(): Promise<void> {
    const offer = this.#offer;
    if (offer === undefined || this.#choices().automatic !== true) return;
    if (this.#waits() !== undefined || this.#wasGivenUp(offer.version)) return;
    const pieces = await this.#source?.pieces(this.#name);
    if (pieces === undefined) return;
    this.#put(settings.byItself, offer.version);
    await this.#updates.install(pieces, this.#nextNight());
  }

  /** What would have come by itself does not come any more; what somebody installed by hand stays as they wanted it. */
  #takeBack(): void {
    if (this.#waits() === this.#get(settings.byItself) && this.#waits() !== undefined) this.#updates.revert();
  }

  /** The version that waits for its moment, or runs on trial. */
  #waits(): string | undefined {
    const { trial, slots } = this.#updates.status().state;
    return trial === undefined ? undefined : slots[trial.slot]?.version;
  }

  /** It was tried and was no good: a person may try it again, the hub does not by itself. */
  #wasGivenUp(version: string): boolean {
    const { last } = this.#updates.status().state;
    return last?.what === "reverted" && last.version === version;
  }

  #nextNight(): Instant {
    const zone = this.#zone();
    const soonest = later(this.#clock.now(), toldBefore);
    const { date } = zone.civil(soonest);
    const nights = [date, addDays(date, 1), addDays(date, 2)].map((day) => zone.instantOf(day, quietTime));
    // Where clocks leave out that hour, it is the night after.
    return nights.find((night) => night !== undefined && night >= soonest) ?? soonest;
  }

  #choices(): UpdateChoices {
    const automatic = this.#get(settings.automatic);
    return {
      automatic: typeof automatic === "boolean" ? automatic : undefined,
      notices: this.#get(settings.notices) !== false,
    };
  }

  #get(name: string): string | number | boolean | undefined {
    return this.#store.collection("settings").get(name)?.value;
  }

  #put(name: string, value: string | boolean): void {
    this.#store.collection("settings").put(name, { name, value });
  }
}
