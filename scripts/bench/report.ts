import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname } from "node:path";
import type { Row } from "./row.ts";

/** Three figures that matter, without exponents. */
export const figure = (value: number | null): string => {
  if (value === null || !Number.isFinite(value)) return "-";
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(3)));
};

const bound = (row: Row, value: number): string =>
  row.judged === "ratio" ? `x${figure(value)}` : `${figure(value)} ${row.unit}`;

const ratioOf = ({ ratio }: Row): string =>
  ratio === null ? "-" : `x${figure(ratio.median)} (${figure(ratio.min)}-${figure(ratio.max)})`;

const marks = { goal: "goal", gate: "ok", missed: "MISSED" } as const;

const cellsOf = (row: Row): string[] => [
  row.id,
  row.what,
  `${figure(row.ours)} ${row.unit}`,
  row.peerFigure === null ? row.peer : `${figure(row.peerFigure)} ${row.peer}`,
  ratioOf(row),
  bound(row, row.gate),
  bound(row, row.goal),
  row.reason === undefined ? marks[row.verdict] : `${marks[row.verdict]}: ${row.reason}`,
];

const heads = ["row", "what", "ours", "peer", "ratio (range)", "gate", "goal", "verdict"];

/** The rows as a table for a terminal; notes stand under their row. */
export const table = (rows: readonly Row[]): string => {
  const lines = [heads, ...rows.map(cellsOf)];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  const print = (line: readonly string[]): string =>
    line
      .map((cell, column) => (column === heads.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join("  ");
  return [
    print(heads),
    ...rows.flatMap((row) => [print(cellsOf(row)), ...row.notes.map((note) => `      ${note}`)]),
  ].join("\n");
};

export interface Conditions {
  readonly rounds: number;
  readonly quick: boolean;
  readonly took: number;
}

/** The rows as one JSON document. */
export const writeResults = (file: string, rows: readonly Row[], conditions: Conditions): void => {
  mkdirSync(dirname(file), { recursive: true });
  const machine = {
    node: process.version,
    platform: process.platform,
    arch: process.arch,
    cores: cpus().length,
  };
  const { took, ...rest } = conditions;
  const document = {
    schema: "lampkeeper.bench/1",
    machine,
    ...rest,
    seconds: Math.round(took / 1_000),
    rows,
  };
  writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
};
