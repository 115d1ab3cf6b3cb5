import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { decodeBundle, encodeBundle, signedBytes } from "../../../hub/codec/update-bundle.ts";
import { sha256 } from "../../../hub/crypto/digest.ts";
import { isSigned } from "../../../hub/crypto/signature.ts";
import { HubError } from "../../../hub/domain/errors.ts";
import {
  type BootState,
  compareVersions,
  confirmed,
  decideBoot,
  emptied,
  failed,
  firstBootState,
  type Image,
  imageOf,
  nextSlot,
  type Slot,
  staged,
} from "../../../hub/domain/firmware.ts";
import { type Duration, Seconds } from "../../../hub/domain/units.ts";
import {
  UpdateDamaged,
  UpdateForOtherModel,
  type UpdateManifest,
  UpdateNotTrusted,
  UpdateTooOld,
} from "../../../hub/domain/update-bundle.ts";
import type { Clock, Timer } from "../../../hub/ports/clock.ts";
import type { Flash } from "../transport.ts";

/** How an image does once it runs: as it should, ends again at once, or never gets well. */
export const imageBehaviours = ["well", "crashes", "hangs"] as const;
export type ImageBehaviour = (typeof imageBehaviours)[number];

/** Model of all simulated lamps. */
export const lampModel = "lampkeeper-lamp";
/** What they are sold with. */
const factory: Image = { version: "1.0.0", counter: 1, dataFormat: 1 };
const contentFile = "image";

const trialLasts = Seconds(90);
const wellAfter = Seconds(30);
const crashesAfter = Seconds(2);

/** The rest of a PKCS #8 private key around its 32 bytes [RFC 8410, section 7]. */
const privateHead = Buffer.from("302e020100300506032b657004220420", "hex");
/** The maker of simulated lamps publishes its key, so that anybody can make images for them, good ones and bad ones. */
let keyOfMaker: KeyObject | undefined;

/** Made when it is first needed: it takes as long as a tenth of a start. */
const maker = (): KeyObject => {
  keyOfMaker ??= createPrivateKey({
    key: Buffer.concat([privateHead, sha256(Buffer.from("the maker of simulated lamps"))]),
    format: "der",
    type: "pkcs8",
  });
  return keyOfMaker;
};

/** A signed image for simulated lamps. @param version above 1.0.0, or no lamp takes it */
export const lampImage = (version: string, behaves: ImageBehaviour, model = lampModel): Buffer => {
  const content = Buffer.from(behaves);
  const manifest: UpdateManifest = {
    ...factory,
    model,
    version,
    files: [{ path: contentFile, bytes: content.length, sha256: sha256(content).toString("hex") }],
  };
  const signed = signedBytes(manifest);
  return encodeBundle(signed, sign(null, signed, maker()), [content]);
};

/** What a lamp says of its firmware. */
export interface FirmwareWords {
  readonly firmware: string;
  readonly update: "idle" | "trial" | "reverted" | "refused";
  readonly reason?: string;
}

/** A lamp as its bootloader sees it. */
export interface Updatable {
  readonly address: string;
  /** Begins anew with the mains on. */
  restart(): void;
  tellFirmware(): void;
}

/** What lies in one lamp's flash. */
interface Kept {
  readonly state: BootState;
  readonly behaves: { readonly [Name in Slot]?: ImageBehaviour };
  /** Code by which the newest image was refused. */
  readonly refused?: string;
}

/**
 * Boot loaders and slots of a house's lamps. A lamp that was never updated weighs nothing here; all that were share one
 * record, which outlives the process that simulates them.
 */
export class LampFirmwares {
  readonly #clock: Clock;
  readonly #flash: Flash | undefined;
  readonly #kept: Map<string, Kept>;
  readonly #timers = new Map<string, Timer>();

  constructor(clock: Clock, flash?: Flash) {
    this.#clock = clock;
    this.#flash = flash;
    this.#kept = new Map(keptIn(flash?.load()));
  }

  /** Undefined for a lamp that is as it was bought and was never asked to be otherwise. */
  words(address: string): FirmwareWords | undefined {
    const kept = this.#kept.get(address);
    if (kept === undefined) return undefined;
    const { state, refused } = kept;
    const isTrial = state.trial?.phase === "started";
    const running = imageOf(state, isTrial && state.trial ? state.trial.slot : state.confirmed) ?? factory;
    const words = { firmware: running.version };
    if (isTrial) return { ...words, update: "trial" };
    if (refused !== undefined) return { ...words, update: "refused", reason: refused };
    if (state.last?.what !== "reverted") return { ...words, update: "idle" };
    return { ...words, update: "reverted", reason: state.last.reason ?? "interrupted" };
  }

  /** An image came, in base64. One that is all right is started on trial; any other is refused, in words. */
  take(lamp: Updatable, text: string): void {
    const { state, behaves } = this.#of(lamp.address);
    try {
      const image = readImage(text, state);
      const slot = nextSlot(state);
      this.#keep(lamp.address, {
        state: staged(emptied(state, slot), slot, image, "restart"),
        behaves: { ...behaves, [slot]: image.behaves },
      });
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      this.#keep(lamp.address, { state, behaves, refused: error.code });
      lamp.tellFirmware();
      return;
    }
    this.#begin(lamp);
  }

  /** The mains came back: a trial that was not over is, for the image may have been the reason. */
  woke(lamp: Updatable): void {
    if (this.#kept.has(lamp.address)) this.#boot(lamp);
  }

  /** The mains went, and with it whatever was under way. */
  lost(lamp: Updatable): void {
    this.#timers.get(lamp.address)?.cancel();
    this.#timers.delete(lamp.address);
  }

  #begin(lamp: Updatable): void {
    this.#boot(lamp);
    lamp.restart();
  }

  #boot(lamp: Updatable): void {
    this.lost(lamp);
    const kept = this.#of(lamp.address);
    const { image, state } = decideBoot(kept.state, { factory, isIntact: () => true });
    this.#keep(lamp.address, { ...kept, state });
    if (state.trial?.phase !== "started" || image === "factory") return;
    const [delay, then] = this.#fate(lamp, kept.behaves[image] ?? "well");
    this.#timers.set(lamp.address, this.#clock.after(delay, then));
  }

  /** What becomes of an image on trial, and when. */
  #fate(lamp: Updatable, behaves: ImageBehaviour): readonly [delay: Duration, then: () => void] {
    const giveUp = (reason: "crashed" | "late") => () => {
      const kept = this.#of(lamp.address);
      this.#keep(lamp.address, { ...kept, state: failed(kept.state, reason) });
      this.#begin(lamp);
    };
    if (behaves === "crashes") return [crashesAfter, giveUp("crashed")];
    if (behaves === "hangs") return [trialLasts, giveUp("late")];
    const confirm = () => {
      const kept = this.#of(lamp.address);
      this.#keep(lamp.address, { ...kept, state: confirmed(kept.state) });
      lamp.tellFirmware();
    };
    return [wellAfter, confirm];
  }

  #of(address: string): Kept {
    return this.#kept.get(address) ?? { state: firstBootState(factory), behaves: {} };
  }

  #keep(address: string, kept: Kept): void {
    this.#kept.set(address, kept);
    this.#flash?.save(Buffer.from(JSON.stringify([...this.#kept])));
  }
}

/** @throws HubError by whose code the lamp refuses the image */
const readImage = (text: string, state: BootState): Image & { readonly behaves: ImageBehaviour } => {
  const { manifest, signed, signature, contents } = decodeBundle(Buffer.from(text, "base64"));
  if (!isSigned(createPublicKey(maker()), signed, signature))
    throw new UpdateNotTrusted("not signed by the lamp's maker");
  const [file] = manifest.files;
  const content = contents[0] ?? new Uint8Array();
  if (!sha256(content).equals(Buffer.from(file?.sha256 ?? "", "hex"))) {
    throw new UpdateDamaged("the image is damaged", { reason: "hash" });
  }
  if (manifest.model !== lampModel) throw new UpdateForOtherModel("for another kind of lamp");
  const running = imageOf(state, state.confirmed) ?? factory;
  if (compareVersions(manifest.version, running.version) <= 0) throw new UpdateTooOld("not newer");
  const { version, counter, dataFormat } = manifest;
  const behaves = imageBehaviours.find((each) => each === Buffer.from(content).toString()) ?? "crashes";
  return { version, counter, dataFormat, behaves };
};

/** What was written is what is read; another format of another version is as fresh from the box. */
const keptIn = (bytes: Uint8Array | undefined): [string, Kept][] =>
  bytes === undefined ? [] : (JSON.parse(Buffer.from(bytes).toString()) as [string, Kept][]);
