/** Digits with single spaces or hyphens between them, as on a card [ISO/IEC 7812-1: at most 19, and in use from 13 on]. */
const runs = /(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/g;

/** The check digit of Annex B. */
const isChecked = (digits: string): boolean => {
  let sum = 0;
  for (const [place, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (place % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
};

/** Whether somebody has written the number of a payment card into a text: this hub has no use for any. */
export const holdsCardNumber = (text: string): boolean =>
  [...text.matchAll(runs)].some(([found]) => isChecked(found.replaceAll(/[ -]/g, "")));
