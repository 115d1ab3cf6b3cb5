import type { InEachLanguage, Language } from "../categories.ts";
import { both, type ItemRow, layerHash, type Notice } from "./layer.ts";

/** A notice in one language. */
export interface SpokenNotice {
  readonly language: Language;
  readonly mapHash: string;
  readonly layers: readonly SpokenLayer[];
}

export interface SpokenLayer {
  readonly id: string;
  readonly title: string;
  /** Of this layer in every language. */
  readonly hash: string;
  readonly sentences: readonly {
    readonly id: string;
    readonly text: string;
    readonly rows: readonly string[];
  }[];
  readonly items: readonly SpokenItem[];
}

export type SpokenItem = {
  readonly [Column in keyof ItemRow]: ItemRow[Column] extends InEachLanguage ? string : ItemRow[Column];
};

/** What a notice says in a language. */
export const spoken = ({ mapHash: hash, layers }: Notice, language: Language): SpokenNotice => ({
  language,
  mapHash: hash,
  layers: layers.map((layer) => ({
    id: layer.id,
    title: layer.title[language],
    hash: layerHash(layer),
    sentences: layer.sentences.map(({ id, text, rows }) => ({ id, text: text[language], rows })),
    items: layer.items.map((item) => spokenItem(item, language)),
  })),
});

const spokenItem = (item: ItemRow, language: Language): SpokenItem => ({
  id: item.id,
  what: item.what[language],
  source: item.source[language],
  purpose: item.purpose[language],
  examples: item.examples[language],
  basis: item.basis[language],
  need: item.need[language],
  kept: item.kept[language],
  seenBy: item.seenBy[language],
  erasedBy: item.erasedBy[language],
  rows: item.rows,
});

const columnWords: Readonly<Record<string, InEachLanguage>> = {
  source: both("Data source", "Nguồn dữ liệu"),
  purpose: both("Purpose", "Mục đích xử lý"),
  examples: both("Examples", "Ví dụ"),
  basis: both("Legal basis", "Cơ sở pháp lý"),
  need: both("Needed", "Mức cần thiết"),
  kept: both("Kept", "Thời gian lưu"),
  seenBy: both("Seen by", "Ai xem được"),
  erasedBy: both("Erased with", "Bị xóa cùng"),
};

/** The same as text: each sentence with its anchor and what it answers, so that a reader can go from sentence to test. */
export const noticeText = ({ language, mapHash: hash, layers }: SpokenNotice): string =>
  [...layers.flatMap((layer) => layerLines(layer, language)), `map: ${hash}`, ""].join("\n");

const layerLines = (
  { title, hash, sentences, items }: SpokenLayer,
  language: Language,
): readonly string[] => [
  `# ${title}`,
  "",
  ...sentences.map(({ id, text, rows }) => `${text} {${id}: ${rows.join(" ")}}`),
  ...items.flatMap((item) => itemLines(item, language)),
  "",
  `[${hash.slice(0, 16)}]`,
  "",
];

const itemLines = (item: SpokenItem, language: Language): readonly string[] => [
  "",
  `${item.what} {${item.id}: ${item.rows.join(" ")}}`,
  ...Object.entries(columnWords).map(
    ([column, words]) => `  ${words[language]}: ${item[column as "source"]}`,
  ),
];
