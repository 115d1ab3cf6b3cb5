import { CallerError } from "./errors.ts";
import type { Image } from "./firmware.ts";

/** One file of an image. */
export interface BundleFile {
  /** Below the slot's folder, with / between its names; no name begins with a dot. */
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 [FIPS 180-4], 64 hexadecimal digits. */
  readonly sha256: string;
}

/** What is signed of an update. Paths ascend, so there is one way to write it. */
export interface UpdateManifest extends Image {
  /** Kind of device that it is for. */
  readonly model: string;
  /** Which risk the update ends, in a line for people (ETSI EN 303 645, 5.3-11). Absent: none that is known. */
  readonly risk?: string;
  readonly files: readonly BundleFile[];
}

/** An image much larger than ours is none of ours. */
export const mostBundleBytes = 32 * 1024 * 1024;
export const mostManifestBytes = 256 * 1024;
export const mostBundleFiles = 2_000;
export const longestRisk = 280;

/** Not an update, or one that was changed on its way. `context.reason` says where. */
export class UpdateDamaged extends CallerError {
  override readonly code = "update_damaged";
  override readonly status = 422;
}

/** It ends before its manifest says so: the download broke off. */
export class UpdateTruncated extends CallerError {
  override readonly code = "update_truncated";
  override readonly status = 422;
}

/** Nobody whom this hub trusts has signed it. */
export class UpdateNotTrusted extends CallerError {
  override readonly code = "update_not_trusted";
  override readonly status = 422;
}

/** It is protected by another algorithm than the one this hub accepts. `context.found`. */
export class UpdateAlgorithmRefused extends CallerError {
  override readonly code = "update_algorithm_refused";
  override readonly status = 422;
}

/** Its anti-rollback counter is below one that was confirmed here. `context`: found, known. */
export class UpdateRolledBack extends CallerError {
  override readonly code = "update_rolled_back";
  override readonly status = 422;
}

/** It is for another kind of device. */
export class UpdateForOtherModel extends CallerError {
  override readonly code = "update_other_model";
  override readonly status = 409;
}

/** It is not newer than what runs, or cannot read the data that there is. `context.reason`: "version", "data". */
export class UpdateTooOld extends CallerError {
  override readonly code = "update_too_old";
  override readonly status = 409;
}
