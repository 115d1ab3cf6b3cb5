import type { PersonId } from "../domain/ids.ts";
import type { Purpose } from "../domain/purpose.ts";
import type { ChainName } from "../privacy/data-map.ts";
import type { Chain, NewEntry } from "../privacy/sealed-chain.ts";
import type { Objections } from "./objected-consents.ts";

/** A book that is kept for a purpose one can object to: of whoever has objected nothing more is written (GDPR Art. 21(1)). */
export const objectedBook = <Name extends ChainName>(
  book: Chain<Name>,
  purpose: Purpose,
  objections: Objections,
): Chain<Name> => {
  const isObjected = (about: PersonId | undefined) =>
    about !== undefined && objections.objects(purpose, about);
  return {
    append: (entry: NewEntry<Name>) => {
      if (!isObjected(entry.about)) book.append(entry);
    },
    entries: () => book.entries(),
    verify: () => book.verify(),
    linked: (entries) => book.linked(entries.filter(({ about }) => !isObjected(about))),
    prune: (before) => book.prune(before),
  };
};
