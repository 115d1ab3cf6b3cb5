/** One way in which a text may stand in a file. */
export interface Encoding {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Shorter ones would be found by chance. */
export const shortestCanaryBytes = 6;

/**
 * Every form of a canary that is searched for: as it is, base64 (all three alignments, both alphabets), hex, UTF-16,
 * URL- and JSON-escaped. Forms that are the same bytes as another are left out.
 */
export const encodingsOf = (canary: string): readonly Encoding[] => {
  const plain = Buffer.from(canary);
  const wide = Buffer.from(canary, "utf16le");
  const forms: Encoding[] = [
    { name: "plain", bytes: plain },
    { name: "hex", bytes: Buffer.from(plain.toString("hex")) },
    { name: "hex in capitals", bytes: Buffer.from(plain.toString("hex").toUpperCase()) },
    { name: "UTF-16LE", bytes: wide },
    { name: "UTF-16BE", bytes: Buffer.from(wide).swap16() },
    ...textForms(canary).map(({ name, text }) => ({ name, bytes: Buffer.from(text) })),
    ...[0, 1, 2].flatMap((before) => base64Forms(plain, before)),
  ];
  const seen = new Set<string>();
  return forms.filter(({ bytes }) => {
    const text = bytes.toString("latin1");
    const isNew = !seen.has(text);
    seen.add(text);
    return isNew;
  });
};

const textForms = (canary: string): readonly { readonly name: string; readonly text: string }[] => {
  const whole = canary.toWellFormed();
  const bytes = [...Buffer.from(canary)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const units = [...Array(canary.length).keys()].map(
    (at) => `\\u${canary.charCodeAt(at).toString(16).padStart(4, "0")}`,
  );
  return [
    ...urlForms(whole).flatMap((text) => [
      { name: "URL-escaped", text },
      { name: "URL-escaped", text: text.replaceAll(/%[0-9A-F]{2}/g, (octet) => octet.toLowerCase()) },
    ]),
    { name: "URL-escaped throughout", text: bytes },
    { name: "URL-escaped throughout", text: bytes.toUpperCase() },
    { name: "JSON", text: JSON.stringify(canary).slice(1, -1) },
    { name: "JSON in ASCII", text: asciiJson(canary) },
    { name: "JSON in ASCII", text: asciiJson(canary).replaceAll(/\\u[0-9a-f]{4}/g, capitals) },
    { name: "JSON-escaped throughout", text: units.join("") },
    { name: "JSON-escaped throughout", text: units.map(capitals).join("") },
  ];
};

/** Writers differ in what they leave as it is: RFC 3986 with and without its sub-delimiters, URLs as browsers write them, forms. */
const urlForms = (text: string): readonly string[] => {
  const component = encodeURIComponent(text);
  return [
    component,
    component.replaceAll("'", "%27"),
    component.replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`),
    encodeURI(text),
    new URLSearchParams([["", text]]).toString().slice(1),
  ];
};

const capitals = (unit: string): string => `\\u${unit.slice(2).toUpperCase()}`;

/** As writers of JSON do that keep to ASCII. */
const asciiJson = (canary: string): string =>
  JSON.stringify(canary)
    .slice(1, -1)
    .replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/**
 * In base64 the same bytes look different at each of three places. Digits at the ends that also depend on what stands
 * before and behind are left out.
 */
const base64Forms = (plain: Buffer, before: number): readonly Encoding[] => {
  const digits = Buffer.concat([Buffer.alloc(before), plain])
    .toString("base64")
    .replace(/=+$/, "");
  const whole = Math.floor(((before + plain.length) * 8) / 6);
  const own = digits.slice(Math.ceil((before * 8) / 6), whole);
  const url = own.replaceAll("+", "-").replaceAll("/", "_");
  return [
    { name: "base64", bytes: Buffer.from(own) },
    { name: "base64 for URLs", bytes: Buffer.from(url) },
  ];
};
