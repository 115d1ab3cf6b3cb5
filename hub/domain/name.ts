import { InvalidInput } from "./errors.ts";

/** The longest name of a room, lamp, scene or token, in UTF-16 code units. */
export const longestName = 64;

/** Control, format and unassigned characters, lone surrogates and line separators: nothing a person can see. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * A name as people write it: trimmed, 1..64 characters, nothing invisible.
 * @throws InvalidInput; the message never repeats the name.
 */
export const parseName = (text: string): string => {
  const name = text.trim().normalize("NFC");
  if (name.length === 0)
    throw new InvalidInput("a name needs at least one visible character", { path: "name" });
  if (name.length > longestName) {
    throw new InvalidInput(`a name has at most ${longestName} characters`, {
      path: "name",
      limit: longestName,
    });
  }
  if (invisible.test(name)) throw new InvalidInput("a name has no control characters", { path: "name" });
  return name;
};
