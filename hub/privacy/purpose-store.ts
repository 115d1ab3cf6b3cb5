import { CallerError } from "../domain/errors.ts";
import type { PersonId } from "../domain/ids.ts";
import type { Purpose } from "../domain/purpose.ts";
import type { AuditedLog } from "./audited-log.ts";
import {
  type ChainFor,
  type ChainName,
  type CollectionFor,
  type CollectionName,
  type CollectionValue,
  chains,
  collections,
  type PagedName,
  type SecretFor,
  type SecretName,
  type ShelfFor,
  type ShelfName,
  secretShelves,
  secrets,
} from "./data-map.ts";
import type { Field } from "./declaration.ts";
import type {
  Collection,
  LiveCollection,
  PageSource,
  PersonalStore,
  RoofPurposeStore,
} from "./guarded-store.ts";
import type { Chain, ChainSigner } from "./sealed-chain.ts";
import type { SecretShelf } from "./secret-shelf.ts";
import type { SecretSlot } from "./secret-slot.ts";

/** Somebody asked for data that is there for other purposes than theirs. `context.collection` names it. */
export class PurposeRefused extends CallerError {
  override readonly code = "purpose_refused";
  override readonly status = 403;
}

/** What the view looks into. */
export interface WholeStore extends PersonalStore {
  chain<Name extends ChainName>(name: Name, signer: () => ChainSigner): Chain<Name>;
  secret(name: SecretName): SecretSlot;
  shelf(name: ShelfName): SecretShelf;
}

const usesIn = (fields: object): ReadonlySet<Purpose> =>
  new Set(
    (Object.values(fields) as Field[]).flatMap((field) => (field.class === "none" ? [] : field.purposes)),
  );

const eachIn = <Item>(table: Readonly<Record<string, Item>>, uses: (item: Item) => ReadonlySet<Purpose>) =>
  new Map(Object.entries(table).map(([name, item]) => [name, uses(item)]));

/** Names are one word space: no secret is called as a collection is. */
const purposesOf: ReadonlyMap<string, ReadonlySet<Purpose>> = new Map([
  ...eachIn(collections, ({ fields }) => usesIn(fields)),
  ...eachIn(chains, ({ fields }) => usesIn(fields)),
  ...eachIn({ ...secrets, ...secretShelves }, ({ declaration }) => usesIn({ declaration })),
]);

/** Part of a store: what is bound to one of some purposes. A refusal is an error and a line in the log. */
export class PurposeBoundStore<Use extends Purpose> implements RoofPurposeStore<Use> {
  readonly #whole: WholeStore;
  readonly #log: AuditedLog;
  readonly #uses: readonly Use[];

  constructor(whole: WholeStore, log: AuditedLog, uses: readonly Use[]) {
    this.#whole = whole;
    this.#log = log;
    this.#uses = uses;
  }

  collection<Name extends CollectionFor<Use>>(name: Name): Collection<CollectionValue<Name>> {
    this.#assert(name);
    return this.#whole.collection(name);
  }

  live<Name extends CollectionFor<Use> & PagedName>(
    name: Name,
    source: PageSource<CollectionValue<Name>>,
  ): LiveCollection<CollectionValue<Name>> {
    this.#assert(name);
    return this.#whole.live(name, source);
  }

  chain<Name extends ChainFor<Use>>(name: Name, signer: () => ChainSigner): Chain<Name> {
    this.#assert(name);
    return this.#whole.chain(name, signer);
  }

  secret(name: SecretFor<Use>): SecretSlot {
    this.#assert(name);
    return this.#whole.secret(name);
  }

  shelf(name: ShelfFor<Use>): SecretShelf {
    this.#assert(name);
    return this.#whole.shelf(name);
  }

  atomically(change: () => void): void {
    this.#whole.atomically(change);
  }

  admit(person: PersonId): void {
    this.#whole.admit(person);
  }

  erase(person: PersonId): void {
    this.#whole.erase(person);
  }

  #assert(name: CollectionName | ChainName | SecretName | ShelfName): void {
    const bound = purposesOf.get(name);
    if (this.#uses.some((use) => bound?.has(use))) return;
    const purpose = this.#uses.join("-or-");
    const error = new PurposeRefused(
      `"${name}" is kept for ${[...(bound ?? [])].join(", ") || "nothing"}, and not for ${this.#uses.join(", ")}`,
      { collection: name, purpose },
    );
    this.#log.failed("store.purpose-refused", error);
    throw error;
  }
}
