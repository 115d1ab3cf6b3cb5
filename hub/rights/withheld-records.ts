import { sha256 } from "../crypto/digest.ts";
import type { HoldId, PersonId } from "../domain/ids.ts";
import type { Instant } from "../domain/units.ts";
import type { SecretShelf } from "../privacy/secret-shelf.ts";

/** Something that nothing reads any more, and why it is still there. */
export interface Withheld {
  readonly item: string;
  /** Absent: nobody asked for it; it waits until claims from a relationship have lapsed. */
  readonly hold?: HoldId;
  readonly person?: PersonId;
  /** When it was withheld. */
  readonly since: Instant;
}

interface Kept extends Withheld {
  readonly key: string;
  readonly record: unknown;
}

/**
 * What has come to its end and may not be destroyed yet. There is no way to read a record back out of here: its door is
 * in no feature's hand, and this says only what there is.
 */
export class WithheldRecords {
  readonly #shelf: SecretShelf;

  constructor(shelf: SecretShelf) {
    this.#shelf = shelf;
  }

  /** Of the same record under the same name there is one. @returns whether it is new */
  put(withheld: Withheld, key: string, record: unknown): boolean {
    const name = nameOf(withheld, key, record);
    if (this.#shelf.keys().includes(name)) return false;
    const kept: Kept = { ...withheld, key, record };
    const bytes = Buffer.from(JSON.stringify(kept));
    this.#shelf.put(name, bytes);
    bytes.fill(0);
    return true;
  }

  /** What there is, without what is in it. */
  list(): readonly (Withheld & { readonly name: string })[] {
    return this.#shelf.keys().flatMap((name) => {
      const found = this.#shelf.read(name, (bytes) => JSON.parse(Buffer.from(bytes).toString()) as Kept);
      if (found === undefined) return [];
      const { record: _, key: _key, ...withheld } = found;
      return [{ ...withheld, name }];
    });
  }

  destroy(name: string): void {
    this.#shelf.remove(name);
  }
}

const nameOf = ({ item, hold }: Withheld, key: string, record: unknown): string =>
  sha256(Buffer.from(JSON.stringify([hold ?? "", item, key, record]))).toString("hex");
