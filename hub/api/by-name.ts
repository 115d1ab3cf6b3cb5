const collator = new Intl.Collator("en", { numeric: true });

/**
 * In order of name, as people count: "Lamp 2" before "Lamp 10"; of one name, in order of id. Records lie on the disk by their
 * random ids and in memory as they came, so without this a restart would shuffle every list.
 */
export const byName = <Thing extends { readonly id: string; readonly name: string }>(
  things: readonly Thing[],
): readonly Thing[] => things.toSorted((a, b) => collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
