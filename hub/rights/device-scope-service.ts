import {
  type DeviceScopes,
  localOnly,
  type ScopePart,
  type ScopeSwitches,
  scopeParts,
  usualScope,
} from "../domain/device-scope.ts";
import { NotFound } from "../domain/errors.ts";
import type { EventBus } from "../domain/event.ts";
import type { Device } from "../domain/home.ts";
import { type DeviceId, isDeviceId } from "../domain/ids.ts";
import type { Profile } from "../domain/profile.ts";
import type { Instant } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { StoredScope } from "../privacy/data-map.ts";
import type { PurposeStore } from "../privacy/guarded-store.ts";
import { type DeviceTerms, termsOf, termsVersion } from "./device-terms.ts";

/** The home, as far as scopes go; filled by the roof. */
export interface ScopedHome {
  device(id: DeviceId): Device | undefined;
  profile(id: string): Profile | undefined;
}

/** How it stands with one device. */
export interface ScopeView {
  readonly device: DeviceId;
  readonly switches: ScopeSwitches;
  /** Of a product that this version does not know there are none. */
  readonly terms?: DeviceTerms;
  /** Absent: nobody answered these terms. */
  readonly answer?: "accepted" | "declined";
  readonly decided?: Instant;
}

/** What may be done with what each device says, and what its owner answered to its terms. */
export class DeviceScopeService implements DeviceScopes {
  readonly #clock: Clock;
  readonly #bus: EventBus;
  readonly #store: PurposeStore<"setup">;
  readonly #home: ScopedHome;
  readonly #listeners = new Set<(device: DeviceId) => void>();
  #known: Map<DeviceId, StoredScope> | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(clock: Clock, bus: EventBus, store: PurposeStore<"setup">, home: ScopedHome) {
    this.#clock = clock;
    this.#bus = bus;
    this.#store = store;
    this.#home = home;
  }

  start(): void {
    this.#unsubscribe = this.#bus.subscribe("home.changed", ({ what, id, change }) => {
      if (what === "device" && change === "removed" && isDeviceId(id)) this.#drop(id);
    });
  }

  close(): void {
    this.#unsubscribe?.();
  }

  allows(device: DeviceId, part: ScopePart): boolean {
    return this.#switchesOf(device)[part];
  }

  onChange(call: (device: DeviceId) => void): () => void {
    this.#listeners.add(call);
    return () => void this.#listeners.delete(call);
  }

  /** What somebody is told before such a device is added. @throws NotFound */
  termsOf(profile: string): DeviceTerms {
    const known = this.#home.profile(profile);
    if (known === undefined) throw new NotFound("this hub knows no such product");
    return termsOf(known);
  }

  /** @throws NotFound */
  view(device: DeviceId): ScopeView {
    const { profile } = this.#need(device);
    const known = this.#home.profile(profile);
    const kept = this.#scopes().get(device);
    const isOfThese = kept?.terms === termsVersion && kept.answer !== undefined;
    return {
      device,
      switches: this.#switchesOf(device),
      ...(known === undefined ? {} : { terms: termsOf(known) }),
      ...(isOfThese && kept.answer !== undefined ? { answer: kept.answer } : {}),
      ...(kept === undefined ? {} : { decided: kept.decided }),
    };
  }

  /** What is switched off is dropped at the door from here on, and what was kept of it is gone. @throws NotFound */
  set(device: DeviceId, switches: Partial<ScopeSwitches>): ScopeView {
    this.#need(device);
    return this.#keep(device, { ...this.#switchesOf(device), ...switches }, {});
  }

  /** The owner's answer to the terms. Declined: it is used in this home alone. @throws NotFound */
  answer(device: DeviceId, answer: "accepted" | "declined"): ScopeView {
    this.#need(device);
    const switches = answer === "declined" ? localOnly : usualScope;
    return this.#keep(device, switches, { terms: termsVersion, answer });
  }

  #keep(
    device: DeviceId,
    switches: ScopeSwitches,
    answered: Pick<StoredScope, "terms" | "answer">,
  ): ScopeView {
    const before = this.#scopes().get(device);
    const kept: StoredScope = {
      ...(before ?? {}),
      device,
      ...switches,
      ...answered,
      decided: this.#clock.now(),
    };
    this.#store.collection("device-scopes").put(device, kept);
    this.#scopes().set(device, kept);
    for (const listener of this.#listeners) listener(device);
    this.#bus.publish({
      kind: "home.changed",
      what: "device",
      id: device,
      change: "changed",
      at: this.#clock.now(),
    });
    return this.view(device);
  }

  #switchesOf(device: DeviceId): ScopeSwitches {
    const scopes = this.#scopes();
    // In most homes nobody ever chose anything, and this is asked of every lamp with everything it does.
    const kept = scopes.size === 0 ? undefined : scopes.get(device);
    return kept === undefined ? usualScope : switchesIn(kept);
  }

  #need(device: DeviceId): Device {
    const found = this.#home.device(device);
    if (found === undefined) throw new NotFound("no such device");
    return found;
  }

  /** Read when it is first asked for: rooms that start before this one ask as well. */
  #scopes(): Map<DeviceId, StoredScope> {
    this.#known ??= new Map(
      [...this.#store.collection("device-scopes").entries()].map(([, scope]) => [scope.device, scope]),
    );
    return this.#known;
  }

  #drop(device: DeviceId): void {
    if (!this.#scopes().delete(device)) return;
    this.#store.collection("device-scopes").remove(device);
  }
}

/** The switches alone, without what else is kept of a device. */
const switchesIn = (scope: ScopeSwitches): ScopeSwitches =>
  Object.fromEntries(scopeParts.map((part) => [part, scope[part]])) as ScopeSwitches;
