import fc from "fast-check";
import { expect, test } from "vitest";
import { cardNumberIn, holdsCardNumber } from "../../../hub/domain/payment-card.ts";
import { proves } from "../../support/proves.ts";

/** An independent reading of the formula: check digit of whatever stands before it. */
const withCheckDigit = (body: string): string => {
  const sum = [...body]
    .reverse()
    .flatMap((digit, at) => (at % 2 === 0 ? [...`${2 * Number(digit)}`] : [digit]))
    .reduce((total, digit) => total + Number(digit), 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
};

const digits = (least: number, most: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most })
    .filter((all) => all.some((digit) => digit !== 0))
    .map((all) => withCheckDigit(all.join("")));

const around = fc.constantFrom("", "a", "Visa ", "no. ", "(", "x");

test(`numbers of 13 to 19 digits that check are found, however they are written ${proves("H15", "A36")}`, () => {
  fc.assert(
    fc.property(
      digits(12, 18),
      around,
      fc.constantFrom("", " ", "-", " - ", "\u00a0", "\u2013"),
      fc.integer({ min: 1, max: 4 }),
      (number, word, gap, size) => {
        const written = number.match(new RegExp(`.{1,${size}}`, "g"))?.join(gap) ?? "";
        expect(holdsCardNumber(`${word}${written}${word}`)).toBe(true);
      },
    ),
  );
});

test("and written in the digits of other keyboards", () => {
  expect(holdsCardNumber("\uff14\uff11\uff11\uff11 1111 1111 1111")).toBe(true);
});

test("a number with one wrong digit is none", () => {
  fc.assert(
    fc.property(digits(12, 18), fc.nat(), (number, where) => {
      const at = where % number.length;
      const other = (Number(number[at]) + 1) % 10;
      expect(holdsCardNumber(`${number.slice(0, at)}${other}${number.slice(at + 1)}`)).toBe(false);
    }),
  );
});

test.each([
  "Kitchen",
  "Floor 2, left 1234",
  "2026-11-27T18:15:00.000Z",
  "2026-11-27 18:15",
  "+49 30 1234567",
  "0000 0000 0000 0000",
  '<trkpt lat="52.5200066000018" lon="13.4049540000007"/>',
  "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  "12345678-1234-1234-1234-1234567890ab",
])("%s is none", (text) => {
  expect(holdsCardNumber(text)).toBe(false);
});

test("it is found at any depth and in names of fields; where it stands is said without it", () => {
  const card = "4111 1111 1111 1111";
  expect(cardNumberIn({ a: [{ b: card }] })).toEqual(["a", "0", "b"]);
  expect(cardNumberIn({ a: { [card]: 1 } })).toEqual(["a"]);
  expect(cardNumberIn({ a: [1, true, null, "x"] })).toBeUndefined();
});
