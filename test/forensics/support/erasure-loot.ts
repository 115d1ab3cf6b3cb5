import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dataFile } from "../../../hub/platform/node/sqlite-store.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { filesIn, type Loot, type Opened, recordsIn, registersIn, type StoredRecord } from "./attack.ts";
import { type Change, FolderLog } from "./folder-log.ts";
import type { PlantName } from "./plants.ts";
import { afterPowerCut, layOut } from "./power-cut.ts";
import { traced } from "./traced.ts";

const program = fileURLToPath(new URL("erasure.ts", import.meta.url));

/** A home from which one of three people was erased, and all that was ever written there. */
export interface Erasure {
  readonly folder: string;
  readonly erased: string;
  readonly others: readonly string[];
  readonly changes: readonly Change[];
}

/** @param root an empty folder of the test's own */
export const liveErasure = async (root: string, plant: PlantName): Promise<Erasure> => {
  const folder = join(root, "home");
  mkdirSync(folder);
  const log = new FolderLog(folder);
  const {
    code,
    reports,
    unread,
    log: said,
  } = await traced(program, [folder, plant], (call) => log.see(call));
  if (code !== 0 || unread > 0) throw new Error(`the home ended with ${code}:\n${said.toString()}`);
  const [erased = "", ...others] = JSON.parse(reports[0] ?? "[]") as string[];
  return { folder, erased, others, changes: log.changes };
};

/** Names under which each file ever went. */
const namesOf = (changes: readonly Change[]): ReadonlyMap<number, string> => {
  const names = new Map<number, string>();
  for (const change of changes) if (change.kind === "make") names.set(change.file, change.path);
  return names;
};

/** Every write to any file but those of the database, whole: keys and registers are written in one piece. */
const smallWrites = (changes: readonly Change[]): readonly Buffer[] => {
  const names = namesOf(changes);
  return changes.flatMap((change) =>
    change.kind === "write" && !names.get(change.file)?.includes(dataFile) ? [change.bytes] : [],
  );
};

/** The database as it was after each sync of its life: every value that was ever in it. */
const everStored = ({ folder, changes }: Erasure, root: string): readonly StoredRecord[] => {
  const key =
    filesIn(join(folder, "keys")).find(({ path }) => path.endsWith("root"))?.bytes ?? Buffer.alloc(0);
  const registers = registersIn(smallWrites(changes));
  const found = new Map<string, StoredRecord>();
  for (const [at, { kind }] of changes.entries()) {
    if (kind !== "sync" && at !== changes.length - 1) continue;
    const state = join(root, "state");
    mkdirSync(state);
    layOut(afterPowerCut(changes, at + 1, "kept", new SeededRandom(1)), folder, state);
    for (const register of registers.slice(0, 1))
      for (const record of recordsIn(join(state, dataFile), key, register))
        found.set(`${record.collection}/${record.key}/${record.value.toString("latin1")}`, record);
    rmSync(state, { recursive: true });
  }
  return [...found.values()];
};

/** What an attacker has: everything ever written, and where to look for keys. */
export interface ErasureLoot extends Omit<Loot, "haystacks"> {
  /** Every file of the home as it is now, the live protector's keys among them. */
  readonly left: readonly Buffer[];
  /** Every write to a key file there ever was, which a protector that is a chip never makes. */
  readonly seenKeys: readonly Buffer[];
}

/** @param root as in `liveErasure` */
export const lootOf = (erasure: Erasure, root: string): ErasureLoot => {
  const small = smallWrites(erasure.changes);
  return {
    records: everStored(erasure, root),
    registers: registersIn(small),
    left: filesIn(erasure.folder).map(({ bytes }) => bytes),
    seenKeys: small,
  };
};

/** Who of these people has a record among what was opened. */
export const exposed = (opened: readonly Opened[], people: readonly string[]): readonly string[] =>
  people.filter((person) => opened.some(({ key }) => key.split("/")[0] === person));
