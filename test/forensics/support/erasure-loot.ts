import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { HubError } from "../../../hub/domain/errors.ts";
import type { Sanitization } from "../../../hub/domain/vault.ts";
import { dataFile } from "../../../hub/platform/node/sqlite-store.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import type { ProtectedKey, Protector } from "../../../hub/vault/protector.ts";
import { decodeProtector, type ProtectorFile, protectorFile } from "../../../hub/vault/protector-file.ts";
import { filesIn, type Loot, type Opened, recordsIn, registersIn, type StoredRecord } from "./attack.ts";
import type { Protection } from "./driven-hub.ts";
import { type Change, FolderLog } from "./folder-log.ts";
import type { PlantName } from "./plants.ts";
import { afterPowerCut, layOut } from "./power-cut.ts";
import { traced } from "./traced.ts";

/** A database has at least one page of it. */
const smallestPageBytes = 4_096;

const program = fileURLToPath(new URL("erasure.ts", import.meta.url));

/** A home from which one of three people was erased, and all that was ever written there. */
export interface Erasure {
  readonly folder: string;
  readonly erased: string;
  readonly others: readonly string[];
  readonly sanitization: Sanitization;
  readonly changes: readonly Change[];
  readonly hold: KeyHold;
}

/** How the keys of a home are kept, and what its process needs for that. */
export interface KeyHold {
  readonly protection: Protection;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What the attacker has besides the disk: the secret, or the chip. Absent: keys lie in key files. */
  readonly open?: (file: ProtectorFile) => Protector;
}

const keyFiles: KeyHold = { protection: {} };

/** @param root an empty folder of the test's own */
export const liveErasure = async (root: string, plant: PlantName, hold = keyFiles): Promise<Erasure> => {
  const folder = join(root, "home");
  mkdirSync(folder);
  const log = new FolderLog(folder);
  const args = [folder, plant, JSON.stringify(hold.protection)];
  const {
    code,
    reports,
    unread,
    log: said,
  } = await traced(program, args, (call) => log.see(call), { environment: hold.environment ?? {} });
  if (code !== 0 || unread > 0) throw new Error(`the home ended with ${code}:\n${said.toString()}`);
  const told = JSON.parse(reports[0] ?? "{}") as Pick<Erasure, "erased" | "others" | "sanitization">;
  return { folder, ...told, changes: log.changes, hold };
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

interface GivenKeys {
  readonly keys: ReadonlyMap<ProtectedKey, Buffer>;
  /** Why a key was not given, by the error's code. */
  readonly refusals: readonly string[];
}

/** Every key that the protector gives to whoever shows it one of its own files. */
const givenKeys = (file: Buffer, { open }: KeyHold): GivenKeys => {
  const known = decodeProtector(file);
  const protector = known && open?.(known);
  const keys = new Map<ProtectedKey, Buffer>();
  const refusals: string[] = [];
  for (const name of known?.entries.keys() ?? []) {
    try {
      const key = protector?.load(name);
      if (key !== undefined) keys.set(name, key);
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      refusals.push(error.code);
    }
  }
  return { keys, refusals };
};

/** The keys of the live protector. */
const liveKeys = ({ folder, hold }: Erasure): ReadonlyMap<string, Buffer> => {
  const filed = join(folder, protectorFile);
  if (existsSync(filed)) return givenKeys(readFileSync(filed), hold).keys;
  return new Map(filesIn(join(folder, "keys")).map(({ path, bytes }) => [basename(path), bytes]));
};

/** The database as it was after each sync of its life: every value that was ever in it. */
const everStored = (erasure: Erasure, root: string): readonly StoredRecord[] => {
  const { folder, changes } = erasure;
  const key = liveKeys(erasure).get("root") ?? Buffer.alloc(0);
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
  /** Every file of the home as it is now. */
  readonly left: readonly Buffer[];
  /** What the live protector gives. */
  readonly live: readonly Buffer[];
  /** What was ever written to key files, and what the protector gives for every file it ever had. */
  readonly everKept: readonly Buffer[];
  readonly refusals: readonly string[];
}

/** @param root as in `liveErasure` */
export const lootOf = (erasure: Erasure, root: string): ErasureLoot => {
  const small = smallWrites(erasure.changes);
  const given = small.map((bytes) => givenKeys(bytes, erasure.hold));
  return {
    records: everStored(erasure, root),
    registers: registersIn(small),
    left: filesIn(erasure.folder).map(({ bytes }) => bytes),
    live: [...liveKeys(erasure).values()],
    everKept: [...small, ...given.flatMap(({ keys }) => [...keys.values()])],
    refusals: given.flatMap(({ refusals }) => refusals),
  };
};

/** Without the database, which is large: its windows are tried once, where keys lie in files. */
export const smallOf = (haystacks: readonly Buffer[]): readonly Buffer[] =>
  haystacks.filter(({ length }) => length < smallestPageBytes);

/** Who of these people has a record among what was opened. */
export const exposed = (opened: readonly Opened[], people: readonly string[]): readonly string[] =>
  people.filter((person) => opened.some(({ key }) => key.split("/")[0] === person));
