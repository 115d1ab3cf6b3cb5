/** So many different things are looked through faster than looked up. */
const most = 8;

/** Adds to a short list of what was worked out. What comes late is rare, and does not push out what is common. */
export const keepFew = <Entry>(few: Entry[], entry: Entry): void => {
  if (few.length === most) few.pop();
  few.push(entry);
};

/** Adds to a short list of what was worked out lately; a full one begins anew. */
export const keepNewest = <Entry>(few: Entry[], entry: Entry): void => {
  if (few.length === most) few.length = 0;
  few.push(entry);
};
