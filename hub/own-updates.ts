import type { KeyObject } from "node:crypto";
import type { TimeZone } from "./domain/time-zone.ts";
import { BootRecord } from "./lifecycle/boot-record.ts";
import { ImageSlots } from "./lifecycle/image-slots.ts";
import type { Supervision } from "./lifecycle/supervision.ts";
import { UpdateService } from "./lifecycle/update-service.ts";
import { UpdateWatch } from "./lifecycle/update-watch.ts";
import type { Clock } from "./ports/clock.ts";
import type { BootFiles, SlotFiles, UpdateSource } from "./ports/firmware.ts";
import type { AuditedLog } from "./privacy/audited-log.ts";
import type { PurposeStore } from "./privacy/guarded-store.ts";
import { release } from "./release.ts";

/** A hub that is one of several images. */
export interface Firmware {
  readonly supervision: Supervision;
  readonly slots: SlotFiles;
  /** Whoever may sign updates. */
  readonly keys: readonly KeyObject[];
  /** Where new versions are looked for. Absent: nowhere. */
  readonly source?: UpdateSource;
}

/** Tells of new versions, and takes them by itself where its owner wants that. */
export const updateWatchOf = (
  clock: Clock,
  log: AuditedLog,
  store: PurposeStore<"setup">,
  updates: UpdateService | undefined,
  { firmware, zone }: { readonly firmware?: Firmware; readonly zone: () => TimeZone },
): UpdateWatch | undefined =>
  updates === undefined
    ? undefined
    : new UpdateWatch(clock, log, store, updates, firmware?.source, { model: release.model, zone });

/** Undefined: nobody would start another version. */
export const updatesOf = (
  clock: Clock,
  log: AuditedLog,
  files: BootFiles,
  { firmware, version }: { readonly firmware?: Firmware; readonly version: string },
): UpdateService | undefined => {
  if (firmware === undefined) return undefined;
  const { supervision, slots, keys } = firmware;
  const { model, ...image } = release;
  const record = new BootRecord(files, { version, ...image });
  return new UpdateService(clock, log, record, new ImageSlots(slots, keys), supervision, model);
};
