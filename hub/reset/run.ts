import { HubError } from "../domain/errors.ts";
import { type ResetIntent, type ResetStep, resetSteps } from "../domain/reset.ts";
import { KeysUnreadable } from "../domain/store-errors.ts";
import type { SignedCertificate } from "../domain/wipe-certificate.ts";
import { openRecords, openVault } from "../home-store.ts";
import type { SmallFiles } from "../ports/store.ts";
import { AuditedLog } from "../privacy/audited-log.ts";
import { SealedStore } from "../privacy/sealed-store.ts";
import { type DeviceKey, deviceKeyFile, openDeviceKey } from "../vault/device-key.ts";
import type { ProtectedKey, Protector } from "../vault/protector.ts";
import type { Vault } from "../vault/vault.ts";
import { certificateFile, certificateOf, writeCertificate } from "./certificate.ts";
import { IntentFile, intentFile } from "./intent-file.ts";
import { Leave } from "./leave.ts";
import { openedHome } from "./leaving-home.ts";
import { Survivors } from "./survivors.ts";
import type { ResetWorld } from "./world.ts";

/** Small files of the hub that are made anew, or belong to nobody any more; in which folder is no matter. */
const ownFiles = /^(?:key-register|keys|protector(?:-[a-z]+)?|hand-over|kept-data|staged-home)(?:\/|$)/;
/** What a never-used hub has too, and what a reset adds to it. Firmware is the device's, not its owner's. */
const lastingFiles = new RegExp(
  `^(?:hub\\.lock(?:-journal)?|boot/.*|slots/.*|${deviceKeyFile}|${certificateFile}|${intentFile})$`,
);
/** After a hand over there is a hub again. */
const settledFiles = /^(?:hub\.db(?:-wal)?|key-register|protector|keys\/(?:root|epoch-1))$/;

/** One that was cut off while it was written goes with the one it was to become. */
const named = (file: string): string => file.replace(/\.new$/, "");

/**
 * Goes on with a reset to its end, from wherever it is: just asked for, or cut off by anything. Comes before anything
 * else opens.
 *
 * @returns undefined: there is none under way
 * @throws StoreFailed and what else the world refuses: the reset stays begun, the next call goes on with it
 */
export const finishReset = async (world: ResetWorld): Promise<SignedCertificate | undefined> => {
  const { store, entropy } = world.platform;
  const claim = store.claim();
  try {
    const intents = new IntentFile(store.files, entropy);
    const intent = intents.read();
    if (intent === undefined) return undefined;
    const protector = await world.protector(intent.vault.protector);
    return await new ResetRun(world, protector, intents, intent).finish();
  } finally {
    claim.release();
  }
};

/** One reset, step by step. What is done is written down after each; each can be begun again. */
class ResetRun {
  readonly #world: ResetWorld;
  readonly #log: AuditedLog;
  readonly #protector: Protector;
  readonly #intents: IntentFile;
  #intent: ResetIntent;
  #certificate: SignedCertificate | undefined;

  constructor(world: ResetWorld, protector: Protector, intents: IntentFile, intent: ResetIntent) {
    this.#world = world;
    this.#log = new AuditedLog(world.platform.log);
    this.#protector = protector;
    this.#intents = intents;
    this.#intent = intent;
  }

  async finish(): Promise<SignedCertificate | undefined> {
    const steps = resetSteps[this.#intent.level];
    for (const step of steps.slice(steps.indexOf(this.#intent.step))) {
      if (step !== this.#intent.step) this.#note({ step });
      this.#log.write("info", "reset.step", { id: this.#intent.id, what: step });
      await this.#steps[step]();
    }
    this.#intents.remove();
    return this.#certificate;
  }

  readonly #steps: Readonly<Record<ResetStep, () => void | Promise<void>>> = {
    copy: () => this.#copy(),
    keys: () => this.#destroyKeys(),
    devices: () => this.#leaveDevices(),
    root: () => this.#newVault().destroyAll(),
    clean: () => this.#clean(),
    settle: () => this.#settle(),
    certificate: () => this.#certify(),
  };

  #note(news: Partial<ResetIntent>): void {
    this.#intent = { ...this.#intent, ...news };
    this.#intents.write(this.#intent);
  }

  #copy(): void {
    const vault = this.#newVault();
    try {
      vault.start(true);
      const records = openRecords(this.#world.platform.store, vault, true);
      try {
        this.#survivors.copy(vault, new SealedStore(records, vault, this.#log), this.#intent.keepsNames);
      } finally {
        records.close();
      }
    } finally {
      vault.close();
    }
  }

  #destroyKeys(): void {
    const vault = this.#opened();
    vault?.retain(["device-link"]);
    vault?.close();
  }

  async #leaveDevices(): Promise<void> {
    const vault = this.#opened();
    if (vault?.has("device-link") !== true) return;
    const { id, level, sealed, outcomes } = this.#intent;
    const home = openedHome(sealed, id, vault.sealer("device-link"));
    try {
      if (home === undefined) return;
      const leave = new Leave(this.#world, this.#log, vault, home, level === "factory");
      this.#note(await leave.take(outcomes, (known) => this.#note({ outcomes: known })));
    } finally {
      vault.close();
    }
  }

  /** Everything under these keys is noise; now it goes too. */
  #clean(): void {
    const { store } = this.#world.platform;
    store.removeRecords();
    this.#world.tidy?.();
    // What is handed over lies there until the new vault holds it; who holds its keys stays the same.
    const isOnItsWay = (name: string) =>
      this.#intent.level === "hand-over" && /^(?:keys\/transfer|hand-over|protector)/.test(name);
    for (const files of [store.files, store.keyFiles]) {
      for (const name of files.list().map(named)) {
        if (ownFiles.test(name) && !isOnItsWay(name)) files.remove(name);
      }
    }
  }

  /** A vault with a new root, and in it what was handed over. A settling that was cut off begins again. */
  #settle(): void {
    const { store } = this.#world.platform;
    this.#newVault().destroyAll();
    store.removeRecords();
    const vault = this.#newVault();
    try {
      vault.start();
      const records = openRecords(store, vault, false);
      try {
        const sealed = new SealedStore(records, vault, this.#log);
        vault.create("household");
        this.#survivors.settle(vault, sealed);
        sealed.start();
      } finally {
        records.close();
      }
    } finally {
      vault.close();
    }
  }

  #certify(): void {
    const { platform, firmware } = this.#world;
    const { store, clock } = platform;
    this.#survivors.destroy();
    const left = this.#leftBehind();
    if (left.length > 0) this.#log.write("warn", "reset.files-left", { found: left.length });
    this.#certificate = certificateOf(this.#intent, this.#deviceKey(), firmware(), clock, left);
    writeCertificate(store.files, this.#certificate);
  }

  /** One that is damaged signs nothing any more: the device is another one then, and its certificates say so. */
  #deviceKey(): DeviceKey {
    const { store, entropy } = this.#world.platform;
    try {
      return openDeviceKey(store.keyFiles, entropy, this.#protector.chip);
    } catch (error) {
      if (!(error instanceof KeysUnreadable)) throw error;
      this.#log.failed("reset.device-key-lost", error);
      store.keyFiles.remove(deviceKeyFile);
      return openDeviceKey(store.keyFiles, entropy, this.#protector.chip);
    }
  }

  #leftBehind(): readonly string[] {
    const { store } = this.#world.platform;
    const isKnown = (name: string) =>
      lastingFiles.test(name) || (this.#intent.level === "hand-over" && settledFiles.test(name));
    const folders: readonly SmallFiles[] = [store.files, store.keyFiles];
    const files = [...new Set(folders.flatMap((files) => files.list().map(named)))].filter(
      (name) => !isKnown(name),
    );
    return [...files, ...this.#keysLeft()];
  }

  /** That somebody said a key was destroyed is not enough. */
  #keysLeft(): readonly string[] {
    const gone: readonly ProtectedKey[] =
      this.#intent.level === "factory" ? ["root", "transfer"] : ["transfer"];
    return gone.filter((name) => this.#protector.load(name)?.fill(0) !== undefined);
  }

  get #survivors(): Survivors {
    const { entropy, store } = this.#world.platform;
    return new Survivors(entropy, store.files, this.#protector);
  }

  #newVault(): Vault {
    const { platform, collect } = this.#world;
    return openVault(platform, this.#protector, collect === undefined ? {} : { collect });
  }

  /** Undefined: it does not open any more, or never did; then nothing else that it protects does. */
  #opened(): Vault | undefined {
    const vault = this.#newVault();
    try {
      vault.start(true);
      return vault;
    } catch (error) {
      vault.close();
      if (!(error instanceof HubError) || error.family === "bug") throw error;
      this.#log.failed("reset.vault-not-opened", error);
      return undefined;
    }
  }
}
