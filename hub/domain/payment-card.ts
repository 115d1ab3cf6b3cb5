import { CallerError } from "./errors.ts";

/** Something that looks like the number of a payment card: nobody needs it here, so it is not taken in. */
export class CardNumberRefused extends CallerError {
  override readonly code = "card_number_refused";
}

/** Random words of a machine: digits that stand in a row there are chance. */
const machineWord =
  /^(?:(?=(?:\d*[a-f]){3})[0-9a-f]{16,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i;

/** 13 to 19 digits (ISO/IEC 7812-1), as people write them. What follows a point is a fraction of a number. */
const digitRuns = /(?<!\d[ -]?|\d\.)\d(?:[ \u00a0./\u2010-\u2015-]{0,3}\d){12,}/gu;

const leastDigits = 13;
const mostDigits = 19;

/** @returns whether a number that passes the check of card numbers (ISO/IEC 7812-1, annex B) stands in this text */
export const holdsCardNumber = (text: string): boolean => {
  if (text.length < leastDigits) return false;
  const plain = text.normalize("NFKC");
  if (machineWord.test(plain)) return false;
  return (plain.match(digitRuns) ?? []).some((run) => hasCheckedPart(run.replace(/\D/gu, "")));
};

/** Where more digits stand in a row than a card has, a part of them may still be one. */
const hasCheckedPart = (digits: string): boolean => {
  if (digits.length <= mostDigits) return isChecked(digits);
  for (let start = 0; start + leastDigits <= digits.length; start++)
    for (const length of cardLengths) {
      const part = digits.slice(start, start + length);
      if (part.length === length && isChecked(part)) return true;
    }
  return false;
};

/** Of the cards that people have. */
const cardLengths = [15, 16] as const;

/** The formula of Luhn. Nothing but noughts passes it too, and is no card. */
const isChecked = (digits: string): boolean => {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum > 0 && sum % 10 === 0;
};

/** Deeper than anything that is taken in. */
const mostLevels = 32;

/**
 * Looks at every text of a value, names of fields included.
 * @returns where the first one stands that holds a card number, as a path of names; undefined: nowhere
 */
export const cardNumberIn = (value: unknown, level = 0): readonly string[] | undefined => {
  if (typeof value === "string") return holdsCardNumber(value) ? [] : undefined;
  if (typeof value !== "object" || value === null || level > mostLevels) return undefined;
  for (const [key, held] of Object.entries(value)) {
    // The name itself is not repeated: it may be what must not be written anywhere.
    if (!Array.isArray(value) && holdsCardNumber(key)) return [];
    const below = cardNumberIn(held, level + 1);
    if (below !== undefined) return [key, ...below];
  }
  return undefined;
};

/** @throws CardNumberRefused; it says where, and never what */
export const assertNoCardNumber = (value: unknown): void => {
  const path = cardNumberIn(value);
  if (path !== undefined)
    throw new CardNumberRefused("this looks like the number of a payment card; the hub takes none", {
      path: path.slice(0, 8).join("/").slice(0, 64),
    });
};
