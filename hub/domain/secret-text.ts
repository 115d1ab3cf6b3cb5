/** What was found in a text that should not be sent about. */
export type SecretKind = "card-number" | "key" | "password" | "token";

const digits = /(?:\d[ -]?){13,19}/g;
/** A Wi-Fi key, a hash or a key in hex; PEM; long runs of base64. */
const keys = /\b[0-9a-f]{32,}\b|-----BEGIN [A-Z ]+-----|[A-Za-z0-9+/_-]{40,}={0,2}/i;
const tokens = /\bt-[a-z2-7]{12}\.[\w-]+|\bBearer\s+\S{16,}/i;
/** Said to be one, in the languages of this hub's people; \u1ead and \u1ea9 are the vowels of the Vietnamese word. */
const announced =
  /(?:pass(?:word|phrase|code|wort)?|kennwort|m\u1eadt kh\u1ea9u|pwd|psk|pin|wpa2?(?:[ -]?key)?|secret)\s*(?:is|ist|l\u00e0|:|=|=>)\s*\S{4,}/iu;
/** One word of twelve or more in which small letters, capitals and figures are mixed: nobody writes so. */
const mixed = /(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d\S*\d)[^\s/@.]{12,}/;

/** ISO/IEC 7812-1, annex B. */
const isLuhn = (number: string): boolean => {
  const sum = [...number].reverse().reduce((total, digit, at) => {
    const doubled = Number(digit) * (at % 2 === 0 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0 && /[1-9]/.test(number);
};

const hasCardNumber = (text: string): boolean =>
  [...text.matchAll(digits)].some(([found]) => isLuhn(found.replace(/\D/g, "")));

/**
 * What in a text looks like a secret: it is said before the text is kept. It sees what has the shape of one, or is called
 * one; a password that is a plain word and is called nothing passes.
 */
export const secretsIn = (text: string): readonly SecretKind[] => [
  ...(hasCardNumber(text) ? (["card-number"] as const) : []),
  ...(tokens.test(text) ? (["token"] as const) : []),
  ...(keys.test(text) ? (["key"] as const) : []),
  ...(announced.test(text) || mixed.test(text) ? (["password"] as const) : []),
];
