import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { checkCertificate } from "../../../app-sim/verify/certificate-check.ts";
import { checkWipe } from "../../../app-sim/verify/wipe-check.ts";
import type { ResetLevel } from "../../../hub/domain/reset.ts";
import type { Instant } from "../../../hub/domain/units.ts";
import { NodeSmallFiles } from "../../../hub/platform/node/small-files.ts";
import { SystemEntropy } from "../../../hub/platform/node/system-entropy.ts";
import { openDeviceKey } from "../../../hub/vault/device-key.ts";
import { DrivenHub, endReset } from "./driven-hub.ts";
import { familyMovedIn, familyWords } from "./family.ts";
import { homeOf, type KnownHome } from "./known-home.ts";

/** A program of its own that resets a hub. */
export const resetProgram = fileURLToPath(new URL("reset.ts", import.meta.url));

/** What it asks to have in the certificate: another one would be of another reset. */
export const resetChallenge = "5ca1ab1e0ddba11a";

/** All that a factory reset leaves. */
export const resetRemains = ["device-key", "hub.lock", "reset-certificate"] as const;

/** What is there besides after a hand over: a hub with new keys. */
const settledRemains = ["hub.db", "key-register", "keys/epoch-1", "keys/root"] as const;

export const filesUnder = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .flatMap((entry) => (entry.isFile() ? [relative(folder, join(entry.parentPath, entry.name))] : []))
    .sort();

/** What a start came to. */
export interface AfterCut {
  /** How far a reset went that was under way, or was over; undefined: none is certified. */
  readonly certified: string | undefined;
  readonly home: KnownHome;
  readonly hasWifi: boolean;
  /** What speaks against it: files and words that are left, a certificate that is not good, records that do not open. */
  readonly faults: readonly string[];
}

/** What a home is after a reset that has come to its end. */
export const afterReset = (level: ResetLevel, before: AfterCut): AfterCut => ({
  certified: level === "network" ? undefined : level,
  home: homeAfter[level](before.home),
  hasWifi: false,
  faults: [],
});

const homeAfter: Readonly<Record<ResetLevel, (home: KnownHome) => KnownHome>> = {
  network: (home) => home,
  "hand-over": ({ rooms, devices }) => ({
    rooms: neutral(rooms, "Room"),
    people: [],
    devices: neutral(devices, "Lamp"),
  }),
  factory: () => ({ rooms: [], people: [], devices: [] }),
};

/** Each with the id it had, and a name that says nothing. */
const neutral = (told: readonly string[], kind: string): readonly string[] =>
  told.map((each, at) => `${each.split(" ")[0]} ${kind} ${at + 1}`);

/** Starts a hub where it was cut off, as its process would: first what a reset has left to do. */
export const startedAfter = async (folder: string): Promise<AfterCut> => {
  const now = familyMovedIn as Instant;
  await endReset(folder, now);
  const isReset = existsSync(join(folder, "reset-certificate"));
  const { certified, faults } = isReset ? certifiedIn(folder) : { certified: undefined, faults: [] };
  const driven = await DrivenHub.open(folder, now);
  try {
    const { hub, owner } = driven;
    const { set } = await owner.call("readWifi");
    const unreadable = hub.store.unreadable().map(({ message }) => message);
    return { certified, home: homeOf(hub), hasWifi: set, faults: [...faults, ...unreadable] };
  } finally {
    await driven.close();
  }
};

const certifiedIn = (folder: string): Pick<AfterCut, "certified" | "faults"> => {
  const { publicKey } = openDeviceKey(new NodeSmallFiles(folder), new SystemEntropy());
  const certificate = readFileSync(join(folder, "reset-certificate"), "utf8");
  const verdict = checkCertificate(certificate, { deviceKey: publicKey, challenge: resetChallenge });
  const certified = verdict.isGood ? verdict.certificate.reset.level : undefined;
  const known: readonly string[] = [...resetRemains, ...(certified === "hand-over" ? settledRemains : [])];
  const faults = [
    ...filesUnder(folder).filter((name) => !known.includes(name)),
    ...checkWipe([folder], familyWords).leftovers.map(({ canary }) => `word ${canary}`),
    ...(verdict.isGood ? [] : [verdict.detail]),
  ];
  return { certified, faults };
};
