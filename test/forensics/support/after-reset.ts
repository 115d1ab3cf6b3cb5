import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { checkCertificate } from "../../../app-sim/verify/certificate-check.ts";
import { checkWipe } from "../../../app-sim/verify/wipe-check.ts";
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

export const filesUnder = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .flatMap((entry) => (entry.isFile() ? [relative(folder, join(entry.parentPath, entry.name))] : []))
    .sort();

/** What a start came to. */
export interface AfterCut {
  /** A reset was under way, or was over. */
  readonly isReset: boolean;
  readonly home: KnownHome;
  readonly hasWifi: boolean;
  /** What speaks against it: files and words that are left, a certificate that is not good, records that do not open. */
  readonly faults: readonly string[];
}

/** Starts a hub where it was cut off, as its process would: first what a reset has left to do. */
export const startedAfter = async (folder: string): Promise<AfterCut> => {
  const now = familyMovedIn as Instant;
  await endReset(folder, now);
  const isReset = existsSync(join(folder, "reset-certificate"));
  const left = isReset ? faultsOfReset(folder) : [];
  const driven = await DrivenHub.open(folder, now);
  try {
    const { hub, owner } = driven;
    const { set } = await owner.call("readWifi");
    const unreadable = hub.store.unreadable().map(({ message }) => message);
    return { isReset, home: homeOf(hub), hasWifi: set, faults: [...left, ...unreadable] };
  } finally {
    await driven.close();
  }
};

const faultsOfReset = (folder: string): readonly string[] => {
  const { publicKey } = openDeviceKey(new NodeSmallFiles(folder), new SystemEntropy());
  const certificate = readFileSync(join(folder, "reset-certificate"), "utf8");
  const verdict = checkCertificate(certificate, { deviceKey: publicKey, challenge: resetChallenge });
  const known: readonly string[] = resetRemains;
  return [
    ...filesUnder(folder).filter((name) => !known.includes(name)),
    ...checkWipe([folder], familyWords).leftovers.map(({ canary }) => `word ${canary}`),
    ...(verdict.isGood ? [] : [verdict.detail]),
  ];
};
