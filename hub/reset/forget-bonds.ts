import { within } from "../ble/within.ts";
import { blePeerOf } from "../domain/ble-address.ts";
import { HubError } from "../domain/errors.ts";
import type { Profile } from "../domain/profile.ts";
import { Seconds } from "../domain/units.ts";
import type { Platform } from "../ports/platform.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import type { LeavingDevice } from "./leaving-home.ts";

const forgetAtMost = Seconds(5);

/**
 * The radio's own store forgets the keys of pairings with the home's devices: it is none of ours, so no key of ours that is
 * destroyed takes them along. A radio that does not answer is logged, and keeps nobody's home.
 */
export const forgetBonds = async (
  { ble, network }: Pick<Platform, "ble" | "network">,
  log: AuditedLog,
  devices: readonly LeavingDevice[],
  profiles: ReadonlyMap<string, Profile>,
): Promise<void> => {
  const ways = devices.flatMap((device) => [device, ...(device.bluetooth ? [device.bluetooth] : [])]);
  for (const { profile, address } of ways) {
    const link = profiles.get(profile)?.link;
    const peer = link?.kind === "ble" && link.bonded ? blePeerOf(address) : undefined;
    if (peer === undefined) continue;
    try {
      await within(network.clock, forgetAtMost, () => ble.forget(peer));
    } catch (error) {
      if (!(error instanceof HubError) || error.family === "bug") throw error;
      log.failed("reset.bond-kept", error);
    }
  }
};
