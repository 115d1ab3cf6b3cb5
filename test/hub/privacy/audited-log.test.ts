import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Conflict, InvariantBroken } from "../../../hub/domain/errors.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import type { Log } from "../../../hub/ports/log.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";
import { logFields } from "../../../hub/privacy/outlets.ts";

const makeLogs = () => {
  const memory = new MemoryLog();
  return { memory, log: new AuditedLog(memory) };
};

test("declared fields of their kind are written", () => {
  const { memory, log } = makeLogs();
  log.write("info", "light.commanded", { lamp: "l-abcdefghijkl", code: "rate_limited", ms: 12, ok: false });
  expect(memory.lines).toEqual([
    {
      level: "info",
      event: "light.commanded",
      fields: { lamp: "l-abcdefghijkl", code: "rate_limited", ms: 12, ok: false },
    },
  ]);
  expect(log.refused).toBe(0);
});

test("what comes in by another way is left out and counted: undeclared, or not as declared", () => {
  const { memory, log } = makeLogs();
  const port: Log = log;
  port.write("warn", "x.y", {
    name: "Ana",
    lamp: "Ana's reading lamp",
    code: "Ana is at home",
    status: "404",
    limit: 3,
  });
  expect(memory.lines[0]?.fields).toEqual({ limit: 3 });
  expect(log.refused).toBe(4);
});

test("an event that no part of the code is called is told as refused", () => {
  const { memory, log } = makeLogs();
  for (const event of ["person.Ana came home", "Ana", "ana", "x.y".padEnd(49, "z"), "a..b", ""])
    log.write("info", event);
  expect(memory.lines.map(({ event }) => event)).toEqual(Array(6).fill("log.refused"));
  expect(log.refused).toBe(6);
});

test("of an error the code and the declared context are written, never the message", () => {
  const { memory, log } = makeLogs();
  log.failed("room.refused", new Conflict("there is a room called Attic", { what: "room", name: "Attic" }));
  log.failed("hub.broken", new InvariantBroken("Attic"));
  expect(memory.lines).toEqual([
    { level: "warn", event: "room.refused", fields: { what: "room", code: "conflict" } },
    { level: "error", event: "hub.broken", fields: { code: "invariant_broken" } },
  ]);
});

/** Names of the fields in every line that this source writes with fields spelled out. */
const fieldsWritten = (source: string): string[] =>
  [...source.matchAll(/\blog\.write\([^;{]*\{([^}]*)\}/gi)].flatMap(([, fields = ""]) =>
    fields
      .split(",")
      .map((field) => field.split(":")[0]?.trim() ?? "")
      .filter((name) => name !== "" && !name.startsWith("...")),
  );

test("pipes and doors, which hold the log as a port, spell out declared fields only", () => {
  const sources = readdirSync("hub", { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
  const written = sources.flatMap(fieldsWritten);
  expect(written).toContain("code");
  expect(written.filter((name) => !Object.hasOwn(logFields, name))).toEqual([]);
  expect(fieldsWritten('this.#log.write("info", "x", { name: room.name, code });')).toEqual(["name", "code"]);
});
