import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { HubError } from "../../../hub/domain/errors.ts";
import type { Sanitization } from "../../../hub/domain/vault.ts";
import { dataFile } from "../../../hub/platform/node/sqlite-store.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import type { ProtectedKey, Protector } from "../../../hub/vault/protector.ts";
import { decodeProtector, type ProtectorFile, protectorFile } from "../../../hub/vault/protector-file.ts";
import {
  databaseKeyOf,
  filesIn,
  type Loot,
  type Opened,
  recordsIn,
  registersIn,
  type StoredRecord,
} from "./attack.ts";
import type { Protection } from "./driven-hub.ts";
import { type Change, FolderLog } from "./folder-log.ts";
import type { PlantName } from "./plants.ts";
import { afterPowerCut, layOut } from "./power-cut.ts";
import { traced } from "./traced.ts";

/** A database has at least one page of it. */
const smallestPageBytes = 4_096;

const program = fileURLToPath(new URL("erasure.ts", import.meta.url));

/** A home, and all that was ever written there. */
export interface WatchedHome {
  readonly folder: string;
  readonly changes: readonly Change[];
  readonly hold: KeyHold;
}

/** One from which one of three people was erased. */
export interface Erasure extends WatchedHome {
  readonly erased: string;
  readonly others: readonly string[];
  readonly sanitization: Sanitization;
}

/** How the keys of a home are kept, and what its process needs for that. */
export interface KeyHold {
  readonly protection: Protection;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What the attacker has besides the disk: the secret, or the chip. Absent: keys lie in key files. */
  readonly open?: (file: ProtectorFile) => Protector;
}

const keyFiles: KeyHold = { protection: {} };

/**
 * Runs a program that lives in a home from its first day on. @param root an empty folder of the test's own
 * @returns the home, and the first thing that the program told
 */
export const watched = async <Told>(
  lived: string,
  root: string,
  more: readonly string[],
  hold: KeyHold = keyFiles,
): Promise<WatchedHome & Told> => {
  const folder = join(root, "home");
  mkdirSync(folder);
  const log = new FolderLog(folder);
  const args = [folder, JSON.stringify(hold.protection), ...more];
  const {
    code,
    reports,
    unread,
    log: said,
  } = await traced(lived, args, (call) => log.see(call), { environment: hold.environment ?? {} });
  if (code !== 0 || unread > 0) throw new Error(`the home ended with ${code}:\n${said.toString()}`);
  return { ...(JSON.parse(reports[0] ?? "{}") as Told), folder, changes: log.changes, hold };
};

export const liveErasure = (root: string, plant: PlantName, hold?: KeyHold): Promise<Erasure> =>
  watched(program, root, [plant], hold);

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
const liveKeys = ({ folder, hold }: WatchedHome): ReadonlyMap<string, Buffer> => {
  const filed = join(folder, protectorFile);
  if (existsSync(filed)) return givenKeys(readFileSync(filed), hold).keys;
  const keys = join(folder, "keys");
  return new Map((existsSync(keys) ? filesIn(keys) : []).map(({ path, bytes }) => [basename(path), bytes]));
};

/** What opens the database of a home whose root key is still there. */
const liveDatabaseKey = (home: WatchedHome): Buffer => {
  const [register] = registersIn(smallWrites(home.changes));
  const root = liveKeys(home).get("root");
  if (register === undefined || root === undefined) throw new RangeError("the home has no keys");
  return databaseKeyOf(root, register);
};

/** The last change of the hub's life: it closed, or the program ended. What a reset overwrites is no database any more. */
const livesUntil = (changes: readonly Change[]): number => {
  const closed = changes.findIndex((change) => change.kind === "mark" && change.text.trim() === "closed");
  return closed < 0 ? changes.length - 1 : closed;
};

/** The database as it was after each sync of its life: every value that was ever in it. */
const everStored = ({ folder, changes }: WatchedHome, root: string, key: Buffer): readonly StoredRecord[] => {
  const found = new Map<string, StoredRecord>();
  const until = livesUntil(changes);
  for (const [at, { kind }] of changes.entries()) {
    if (at > until || (kind !== "sync" && at !== until)) continue;
    const state = join(root, "state");
    mkdirSync(state);
    layOut(afterPowerCut(changes, at + 1, "kept", new SeededRandom(1)), folder, state);
    for (const record of recordsIn(join(state, dataFile), key))
      found.set(`${record.collection}/${record.key}/${record.value.toString("latin1")}`, record);
    rmSync(state, { recursive: true });
  }
  return [...found.values()];
};

/** What an attacker has: everything ever written, and where to look for keys. */
export interface HomeLoot extends Omit<Loot, "haystacks"> {
  /** Every file of the home as it is now. */
  readonly left: readonly Buffer[];
  /** What the live protector gives. */
  readonly live: readonly Buffer[];
  /** Every write to any file but those of the database. */
  readonly everWritten: readonly Buffer[];
  /** What the protector gives for every file it ever had. */
  readonly given: readonly Buffer[];
  /** Both. */
  readonly everKept: readonly Buffer[];
  readonly refusals: readonly string[];
}

/** @param root as in `watched`. @param key of the database, which the attacker is given; absent: out of the live root key */
export const lootOf = (home: WatchedHome, root: string, key = liveDatabaseKey(home)): HomeLoot => {
  const small = smallWrites(home.changes);
  const answers = small.map((bytes) => givenKeys(bytes, home.hold));
  const given = answers.flatMap(({ keys }) => [...keys.values()]);
  return {
    records: everStored(home, root, key),
    registers: registersIn(small),
    left: filesIn(home.folder).map(({ bytes }) => bytes),
    live: [...liveKeys(home).values()],
    everWritten: small,
    given,
    everKept: [...small, ...given],
    refusals: answers.flatMap(({ refusals }) => refusals),
  };
};

/** Without the database, which is large: its windows are tried once, where keys lie in files. */
export const smallOf = (haystacks: readonly Buffer[]): readonly Buffer[] =>
  haystacks.filter(({ length }) => length < smallestPageBytes);

/** Who of these people has a record among what was opened. */
export const exposed = (opened: readonly Opened[], people: readonly string[]): readonly string[] =>
  people.filter((person) => opened.some(({ key }) => key.split("/")[0] === person));
