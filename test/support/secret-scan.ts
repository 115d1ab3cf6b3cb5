/** Something in a text that could be a key, a password or a token. */
export interface SecretFound {
  readonly what: "private-key" | "token" | "random-text" | "random-bytes";
  readonly text: string;
}

const privateKey = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----\s*(?:\\n)?\s*[A-Za-z0-9+/]{16}/g;
/** Of services whose tokens can be told by how they begin. */
const token =
  /\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|npm_[A-Za-z0-9]{36}|xox[baprs]-[A-Za-z0-9-]{10,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,})/g;
/** 16 bytes in hexadecimal, 30 in Base64: what a key is as text. */
const quoted = /(["'`])([0-9a-fA-F]{32,}|[A-Za-z0-9+/_-]{40,}={0,2})\1/g;
const bytes = /(?:0x[0-9a-fA-F]{1,2},\s*){15,}0x[0-9a-fA-F]{1,2}/g;

/** Bits per character of what stands there: of words and of patterns it is low. */
const entropyOf = (text: string): number => {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce(
    (bits, count) => bits - (count / text.length) * Math.log2(count / text.length),
    0,
  );
};

/** Names and paths are long as well: words, with something between them. */
const isNamed = (text: string): boolean =>
  text.split(/[/_-]/).every((part) => part.length <= 20 && /^[A-Za-z]+\d?[A-Za-z]*$/.test(part));

/** Everything in a text that could be a secret. Each is to be explained or removed. */
export const secretsIn = (text: string): readonly SecretFound[] => [
  ...[...text.matchAll(privateKey)].map(([found]) => ({ what: "private-key", text: found }) as const),
  ...[...text.matchAll(token)].map(([found]) => ({ what: "token", text: found }) as const),
  ...[...text.matchAll(quoted)]
    .map(([, , found = ""]) => found)
    .filter((found) => entropyOf(found) > 3 && !isNamed(found))
    .map((found) => ({ what: "random-text", text: found }) as const),
  ...[...text.matchAll(bytes)].map(([found]) => ({ what: "random-bytes", text: found }) as const),
];
