/** Letters that Unicode does not take apart into a letter and its mark. */
const wholes: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  ħ: "h",
  ı: "i",
  ł: "l",
  þ: "th",
};

const anyWhole = new RegExp(Object.keys(wholes).join("|"), "g");

/** A name as anybody can type it: small letters and digits without accents, words divided by one space. */
export const plainName = (name: string): string =>
  name
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .replace(anyWhole, (letter) => wholes[letter] ?? letter)
    .replace(/['`\u2018\u2019\u02bb\u02bc]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** The same with hyphens: for an id. */
export const slugOf = (name: string): string => plainName(name).replaceAll(" ", "-");
