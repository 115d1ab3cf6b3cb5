let made: Intl.Collator | undefined;
/** Made when first needed: ICU takes a good part of a start to be asked. */
const collator = (): Intl.Collator => (made ??= new Intl.Collator("en", { numeric: true }));

const firstLetter = (name: string): string | undefined => /^[a-z]/i.exec(name)?.[0].toLowerCase();

/** What ICU says, which need not be asked where the first letters differ. */
const compareNames = (a: string, b: string): number => {
  const [x, y] = [firstLetter(a), firstLetter(b)];
  if (x === undefined || y === undefined || x === y) return collator().compare(a, b);
  return x < y ? -1 : 1;
};

/**
 * In order of name, as people count: "Lamp 2" before "Lamp 10"; of one name, in order of id. Records lie on the disk by their
 * random ids and in memory as they came, so without this a restart would shuffle every list.
 */
export const byName = <Thing extends { readonly id: string; readonly name: string }>(
  things: readonly Thing[],
): readonly Thing[] => things.toSorted((a, b) => compareNames(a.name, b.name) || (a.id < b.id ? -1 : 1));
