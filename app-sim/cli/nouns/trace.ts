import { usageError } from "../cli-error.ts";
import type { CommandDefinition } from "../definition.ts";

const traceArgument = {
  name: "file",
  help: "trace as scenario run --trace writes it, one JSON object per line",
  completes: "file",
} as const;

const linesOf = (text: string, file: string): readonly string[] =>
  text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line, index) => {
      try {
        return JSON.stringify(JSON.parse(line));
      } catch {
        throw usageError(`${file}:${index + 1} is not JSON`);
      }
    });

export const traceCommands: readonly CommandDefinition[] = [
  {
    path: "trace show",
    summary: "The events of a trace",
    args: [traceArgument],
    options: [{ name: "kind", value: "KIND", help: "only events whose kind begins so, such as light." }],
    examples: ["lampkeeper trace show out.ndjson --kind light."],
    run: async (context, [file = ""], options) => {
      const kind = typeof options["kind"] === "string" ? options["kind"] : "";
      const events = linesOf(context.readFile(file), file)
        .map((line) => JSON.parse(line) as { kind?: string; t?: number })
        .filter((event) => (event.kind ?? "").startsWith(kind));
      return {
        data: events,
        text: {
          columns: ["MS", "KIND", "EVENT"],
          rows: events.map(({ t, kind, ...rest }) => [String(t ?? ""), kind ?? "", JSON.stringify(rest)]),
          empty: "no events",
        },
      };
    },
  },
  {
    path: "trace diff",
    summary: "Where two traces part; exit code 8 when they do",
    args: [
      { ...traceArgument, name: "expected" },
      { ...traceArgument, name: "actual" },
    ],
    examples: ["lampkeeper trace diff yesterday.ndjson today.ndjson"],
    run: async (context, [expected = "", actual = ""]) => {
      const before = linesOf(context.readFile(expected), expected);
      const after = linesOf(context.readFile(actual), actual);
      const longest = Math.max(before.length, after.length);
      const line = Array.from({ length: longest }, (_, index) => index).find(
        (index) => before[index] !== after[index],
      );
      if (line === undefined)
        return { data: { same: true, lines: longest }, text: `same: ${longest} events` };
      const parting = { line: line + 1, expected: before[line] ?? null, actual: after[line] ?? null };
      const text = `they part at line ${parting.line}\n  expected  ${parting.expected ?? "(end)"}\n  actual    ${parting.actual ?? "(end)"}`;
      return { data: { same: false, ...parting }, text, exit: "assertionFailed" };
    },
  },
];
