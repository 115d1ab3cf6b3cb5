import { sha256 } from "../crypto/digest.ts";
import type { Consents } from "../domain/consent.ts";
import { DisclosureRefused } from "../domain/disclosure.ts";
import { Conflict, InvalidInput, NotFound } from "../domain/errors.ts";
import type { PersonId } from "../domain/ids.ts";
import { purposes } from "../domain/purpose.ts";
import type { Instant } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { StoredSharing } from "../privacy/data-map.ts";
import type { Collection } from "../privacy/guarded-store.ts";
import {
  assertSecure,
  type Destination,
  endpointOf,
  hostText,
  type Recipient,
  type Recipients,
} from "../privacy/recipient.ts";

/** What somebody is shown before a recipient is switched on, to the last field. */
export interface Preview extends Omit<Recipient, "hosts" | "startOption"> {
  readonly id: string;
  readonly hosts: readonly string[];
  /** SHA-256 of all of the above: switching on takes it, so that nothing is switched on unseen. */
  readonly hash: string;
}

export interface RecipientView extends Omit<Recipient, "hosts" | "startOption"> {
  readonly id: string;
  readonly hosts: readonly string[];
  readonly on: boolean;
  /** By an option of the start, and so until the next one. */
  readonly atStart: boolean;
  readonly since: Instant | undefined;
}

/** A recipient was switched. */
export interface Switching {
  readonly recipient: string;
  readonly on: boolean;
  /** Which preview was agreed to; `start`: an option of the start. */
  readonly by: string;
}

/** Who may get data from this home, as its owner has switched it. Everybody is off until then. */
export class Sharing {
  readonly #clock: Clock;
  readonly #table: Recipients;
  readonly #kept: Collection<StoredSharing>;
  readonly #consents: () => Consents;
  /** Named by an option of the start. */
  readonly #named = new Map<string, { readonly hosts: readonly string[]; readonly since: Instant }>();
  readonly #withdrawn = new Set<string>();
  readonly #listeners = new Set<(switching: Switching) => void>();

  constructor(clock: Clock, table: Recipients, kept: Collection<StoredSharing>, consents: () => Consents) {
    this.#clock = clock;
    this.#table = table;
    this.#kept = kept;
    this.#consents = consents;
  }

  /** @returns unsubscribe */
  onSwitch(call: (switching: Switching) => void): () => void {
    this.#listeners.add(call);
    return () => this.#listeners.delete(call);
  }

  list(): readonly RecipientView[] {
    return Object.keys(this.#table).map((id) => {
      const granted = this.#granted(id);
      const { hosts, startOption: _, ...declared } = this.need(id);
      return {
        id,
        ...declared,
        hosts: granted?.hosts ?? (hosts === "named by the owner" ? [] : hosts),
        on: granted !== undefined,
        atStart: this.#named.has(id),
        since: granted?.since,
      };
    });
  }

  /** @throws NotFound */
  need(id: string): Recipient {
    const recipient = Object.hasOwn(this.#table, id) ? this.#table[id] : undefined;
    if (recipient === undefined) throw new NotFound("no such recipient");
    return recipient;
  }

  /** @param hosts where the owner has it, for a recipient whose hosts its owner names @throws NotFound, InvalidInput, DisclosureRefused */
  previewOf(id: string, hosts: readonly string[] = []): Preview {
    const { hosts: declared, startOption: _, ...recipient } = this.need(id);
    if (declared !== "named by the owner" && hosts.length > 0)
      throw new InvalidInput("where this recipient is cannot be chosen", { path: "hosts" });
    const named = declared === "named by the owner" ? hosts : declared;
    for (const host of named) assertSecure(id, endpointOf(host));
    const shown = { id, ...recipient, hosts: [...named].sort() };
    return {
      ...shown,
      hash: sha256(Buffer.from(JSON.stringify(shown, Object.keys(shown).sort()))).toString("hex"),
    };
  }

  /**
   * @param hash of the preview that was shown for the same hosts
   * @throws Conflict another preview would be shown now, or there is nowhere to go
   */
  switchOn(id: string, hash: string, hosts: readonly string[] = []): RecipientView {
    const preview = this.previewOf(id, hosts);
    const { startOption } = this.need(id);
    if (startOption !== undefined)
      throw new Conflict(`this recipient is switched on by ${startOption} when the hub is started`, {
        what: startOption,
      });
    if (preview.hosts.length === 0) throw new InvalidInput("say where this recipient is", { path: "hosts" });
    if (preview.hash !== hash)
      throw new Conflict("this is not what would be shown now: look at the preview again", {
        path: "preview",
      });
    this.#kept.put(id, { recipient: id, preview: hash, hosts: preview.hosts, since: this.#clock.now() });
    this.#told({ recipient: id, on: true, by: hash });
    return this.#view(id);
  }

  /** What is open ends before this returns. @throws NotFound, Conflict */
  switchOff(id: string): RecipientView {
    this.need(id);
    if (this.#named.has(id))
      throw new Conflict("this recipient is on by an option of the start: start without it");
    const { hash } = this.previewOf(id, this.#keptHosts(id));
    if (this.#kept.get(id) !== undefined) {
      this.#kept.remove(id);
      this.#told({ recipient: id, on: false, by: hash });
    }
    return this.#view(id);
  }

  /** The owner has started the hub with this recipient: that is their act. @throws DisclosureRefused in clear to another machine */
  nameAtStart(id: string, at: Destination): void {
    assertSecure(id, at);
    this.need(id);
    this.#named.set(id, { hosts: [hostText(at)], since: this.#clock.now() });
  }

  /** Writes down what the start has switched on. */
  start(): void {
    for (const recipient of this.#named.keys()) this.#told({ recipient, on: true, by: "start" });
    this.#consents().onChange(({ purpose, person, allowed }) => {
      if (person !== undefined) return;
      for (const [id, recipient] of Object.entries(this.#table)) {
        if (recipient.purpose === purpose) this.#withdrawalOf(id, allowed);
      }
    });
  }

  /**
   * @param people whom it is about
   * @throws DisclosureRefused `context.reason` says why: `undeclared`, `off`, `no-consent`
   */
  assertMayGo(id: string, people: readonly PersonId[] = []): Recipient {
    const recipient = Object.hasOwn(this.#table, id) ? this.#table[id] : undefined;
    if (recipient === undefined) throw refused(id, "undeclared", "nobody has declared this recipient");
    if (this.#granted(id) === undefined) throw refused(id, "off", "this recipient is not switched on");
    if (!this.#isAgreed(id, recipient, people))
      throw refused(id, "no-consent", "not everybody has agreed to this");
    return recipient;
  }

  /** As `assertMayGo`, and for this host. @throws DisclosureRefused */
  assertHost(id: string, to: Destination): Recipient {
    const recipient = this.assertMayGo(id);
    assertSecure(id, to);
    if (!this.#granted(id)?.hosts.includes(hostText(to)))
      throw refused(id, "undeclared", "nobody has agreed to this host");
    return recipient;
  }

  #isAgreed(id: string, { purpose }: Recipient, people: readonly PersonId[]): boolean {
    const consents = this.#consents();
    if (purposes[purpose].asks === "person")
      return people.every((person) => consents.allows(purpose, person));
    return this.#named.has(id) ? !this.#withdrawn.has(id) : consents.allows(purpose);
  }

  /** Undefined as well where what was agreed to is not what is declared now: a new host, field or country. */
  #granted(id: string): { readonly hosts: readonly string[]; readonly since: Instant } | undefined {
    const named = this.#named.get(id);
    if (named !== undefined) return named;
    const kept = this.#kept.get(id);
    if (kept === undefined) return undefined;
    const isOwners = this.need(id).hosts === "named by the owner";
    return this.previewOf(id, isOwners ? kept.hosts : []).hash === kept.preview ? kept : undefined;
  }

  #keptHosts(id: string): readonly string[] {
    return this.need(id).hosts === "named by the owner" ? (this.#kept.get(id)?.hosts ?? []) : [];
  }

  #withdrawalOf(id: string, allowed: boolean): void {
    if (this.#named.has(id)) {
      if (allowed) this.#withdrawn.delete(id);
      else this.#withdrawn.add(id);
    }
    if (!allowed && this.#granted(id) !== undefined) this.#told({ recipient: id, on: false, by: "consent" });
  }

  #view(id: string): RecipientView {
    const view = this.list().find((each) => each.id === id);
    if (view === undefined) throw new NotFound("no such recipient");
    return view;
  }

  #told(switching: Switching): void {
    for (const listener of this.#listeners) listener(switching);
  }
}

const refused = (recipient: string, reason: string, why: string): DisclosureRefused =>
  new DisclosureRefused(`${recipient}: ${why}`, { recipient, reason });
