import { nvsBytes } from "../../../devices/sim/behaviours/nvs.ts";
import { sha256 } from "../../../hub/crypto/digest.ts";
import type { Profile, WipeDialect } from "../../../hub/domain/profile.ts";
import { type ResetStep, resetSteps } from "../../../hub/domain/reset.ts";
import { protectorOf } from "../../../hub/home-store.ts";
import { storeOver } from "../../support/store-over.ts";
import { byId, type Plants, type ResetHome } from "./reset-home.ts";

/** Faults of a reset, each in the world around the code that resets, and what they need of the home. */

/** Every lamp's way to forget, changed. */
export const withWipe = (change: (wipe: WipeDialect) => Partial<WipeDialect>): Plants => ({
  profiles: new Map<string, Profile>(
    [...byId].map(([id, profile]) => [
      id,
      profile.wipe === undefined
        ? profile
        : { ...profile, wipe: { ...profile.wipe, ...change(profile.wipe) } },
    ]),
  ),
});

const digestOfErased = (nonce: string): string =>
  sha256(Buffer.concat([Buffer.from(nonce, "hex"), Buffer.alloc(nvsBytes, 0xff)])).toString("hex");

/** A hub that believes every lamp that answers at all. */
export const trustingLamps = withWipe(({ proof }) => ({
  proof: {
    storageBytes: nvsBytes,
    read: (frame) => {
      const said = proof?.read(frame);
      return said && { nonce: said.nonce, digest: digestOfErased(said.nonce) };
    },
  },
}));

/** One that keeps a copy of the data when it is told to remove it. */
export const backingUp = (data: Buffer): Plants => ({
  store: (store) =>
    storeOver(store, {
      removeRecords: () => {
        store.files.replace("backup", data);
        store.removeRecords();
      },
    }),
});

/** What holds the keys says that it has destroyed the root key, and still has it. */
export const keepingRoot: Plants = {
  protector: (platform) => {
    const right = protectorOf(platform);
    return {
      kind: right.kind,
      isMoved: false,
      load: (name) => (name === "root" ? Buffer.alloc(32, 1) : right.load(name)),
      keep: (name, key) => right.keep(name, key),
      destroy: (name) => right.destroy(name),
      anew: () => right.anew(),
    };
  },
};

/** While it runs, a reset tells the devices first and destroys keys afterwards. */
export const withKeysLast = async <Result>(run: () => Promise<Result>): Promise<Result> => {
  const steps = resetSteps as Record<"factory", readonly ResetStep[]>;
  const right = steps.factory;
  steps.factory = ["devices", "keys", "root", "clean", "certificate"];
  try {
    return await run();
  } finally {
    steps.factory = right;
  }
};

/** The home as a hub that begins with the devices has written it down. */
export const begunWithDevices = (home: ResetHome): ResetHome => {
  const intent = home.disk.read("files/reset-intent")?.toString() ?? "";
  home.disk.swap("files/reset-intent", Buffer.from(intent.replace('"step":"keys"', '"step":"devices"')));
  return home;
};

/** The home can be read, and some of it is gone already. @param journal as it was before the reset */
export const isMix = (home: ResetHome, journal: Buffer): boolean =>
  home.canOpenHome() &&
  (home.disk.read("journal")?.equals(journal) !== true ||
    home.lampsWithMemory().length !== home.flashes.size);
