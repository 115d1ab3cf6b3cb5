/** Rows for people: aligned in a terminal, tab-separated with `--plain`. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Said instead of an empty table. */
  readonly empty?: string;
}

/** A text, or one with a patch of the colour it speaks of. */
export type Cell =
  | string
  | { readonly text: string; readonly swatch?: string | undefined; readonly dim?: boolean };

const textOf = (cell: Cell): string => (typeof cell === "string" ? cell : cell.text);

/** One line per row, cells divided by tabs, no heading: for cut, awk and friends. */
export const plainTable = (table: Table): string =>
  table.rows.map((row) => row.map((cell) => oneLine(textOf(cell))).join("\t")).join("\n");

/** Names come from people and devices: nothing in them may steer the terminal. */
export const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, "\u{fffd}");

export const alignedTable = (table: Table, hasColor: boolean): string => {
  if (table.rows.length === 0) return table.empty ?? "";
  const rows = [table.columns.map((column) => ({ text: column, dim: true })), ...table.rows];
  const widths = table.columns.map((_, column) =>
    Math.max(...rows.map((row) => widthOf(oneLine(textOf(row[column] ?? ""))))),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => shown(cell, widths[column] ?? 0, column === row.length - 1, hasColor))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
};

/** Of letters and signs as terminals draw them; good enough for names. */
const widthOf = (text: string): number =>
  [...text].reduce((sum, sign) => sum + (/\p{Mark}/u.test(sign) ? 0 : isWide(sign) ? 2 : 1), 0);

const isWide = (sign: string): boolean =>
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}]/u.test(
    sign,
  );

const shown = (cell: Cell, width: number, isLast: boolean, hasColor: boolean): string => {
  const text = oneLine(textOf(cell));
  const padded = isLast ? text : text + " ".repeat(Math.max(0, width - widthOf(text)));
  if (!hasColor || typeof cell === "string") return padded;
  const patch = cell.swatch === undefined ? "" : swatch(cell.swatch);
  return patch + (cell.dim ? `\u001b[2m${padded}\u001b[0m` : padded);
};

const swatch = (hex: string): string => {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return `\u001b[38;2;${red};${green};${blue}m●\u001b[0m `;
};
