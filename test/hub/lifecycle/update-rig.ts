import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { encodeBundle, signedBytes } from "../../../hub/codec/update-bundle.ts";
import { sha256 } from "../../../hub/crypto/digest.ts";
import type { Image } from "../../../hub/domain/firmware.ts";
import { Instant } from "../../../hub/domain/units.ts";
import { BootRecord } from "../../../hub/lifecycle/boot-record.ts";
import { ImageSlots } from "../../../hub/lifecycle/image-slots.ts";
import { type Supervision, usualPatience } from "../../../hub/lifecycle/supervision.ts";
import { UpdateService } from "../../../hub/lifecycle/update-service.ts";
import { JournalStore } from "../../../hub/platform/sim/journal-store.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { SimDisk } from "../../../hub/platform/sim/sim-disk.ts";
import { SimSlots } from "../../../hub/platform/sim/sim-slots.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";

export const release = generateKeyPairSync("ed25519");
export const stranger = generateKeyPairSync("ed25519");
export const model = "lampkeeper-hub";
export const factory: Image = { version: "1.0.0", counter: 2, dataFormat: 2 };

export interface BundleWishes extends Partial<Image> {
  readonly model?: string;
  readonly risk?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly key?: KeyObject;
}

/** A signed update, small. */
export const bundleOf = ({
  key = release.privateKey,
  files = { "hub.js": "export const main = () => {};", "chunks/a-1.js": "a", "app/index.html": "" },
  ...more
}: BundleWishes = {}): Buffer => {
  const contents = Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, text]) => ({ path, content: Buffer.from(text) }));
  const signed = signedBytes({
    model,
    version: "1.1.0",
    counter: 2,
    dataFormat: 2,
    ...more,
    files: contents.map(({ path, content }) => ({
      path,
      bytes: content.length,
      sha256: sha256(content).toString("hex"),
    })),
  });
  return encodeBundle(
    signed,
    sign(null, signed, key),
    contents.map(({ content }) => content),
  );
};

/** As bytes come over a net: in pieces that end anywhere. */
export async function* arriving(bytes: Uint8Array, pieceBytes = 7): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** The part of a hub that updates it, on a simulated disk. */
export class UpdateRig {
  readonly clock = new VirtualClock(Instant(Date.UTC(2026, 0, 1)));
  readonly disk: SimDisk;
  readonly log = new MemoryLog();
  readonly record: BootRecord;
  readonly slots: ImageSlots;
  restarts = 0;
  isReady = false;

  constructor(seed = 1) {
    this.disk = new SimDisk(new SeededRandom(seed));
    const { files } = new JournalStore(this.clock, this.log, this.disk);
    this.record = new BootRecord(files, factory);
    this.slots = new ImageSlots(new SimSlots(this.disk), [release.publicKey]);
  }

  get facts() {
    return { factory, isIntact: this.slots.isIntact.bind(this.slots) };
  }

  /** The update service of an image that runs. */
  service(image: Supervision["image"] = "factory"): UpdateService {
    const service = new UpdateService(
      this.clock,
      new AuditedLog(this.log),
      this.record,
      this.slots,
      {
        image,
        patience: usualPatience,
        ready: () => {
          this.isReady = true;
        },
        restart: () => this.restarts++,
      },
      model,
    );
    service.start();
    return service;
  }
}
