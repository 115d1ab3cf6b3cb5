import { profiles } from "../../../devices/registry.ts";
import { readAdStructures } from "../../../hub/codec/ble/ad-structures.ts";
import { type HeardSigns, signStrength } from "../../../hub/domain/ble-sign.ts";
import type { BleLink, LampProfile } from "../../../hub/domain/profile.ts";

/** The driver of a lamp that is reached over a connection. */
export type BleLampProfile = LampProfile & { readonly link: BleLink };

const isOne = (profile: (typeof profiles)[number]): profile is BleLampProfile =>
  profile.kind === "lamp" && profile.link.kind === "ble" && profile.link.over === "gatt";

export const bleLampProfiles: readonly BleLampProfile[] = profiles.filter(isOne);

/** What packets of one advertiser say together. */
export const signsIn = (packets: readonly Uint8Array[]): HeardSigns => {
  const read = packets.map(readAdStructures);
  const name = read.map((each) => each.name).find((each) => each !== undefined);
  return {
    ...(name === undefined ? {} : { name }),
    services: read.flatMap(({ services, serviceData }) => [
      ...services,
      ...serviceData.map(({ service }) => service),
    ]),
    manufacturer: read.flatMap(({ manufacturerData }) => manufacturerData),
  };
};

/** Those that fit best; several where makers gave several lamps one sign. */
export const profilesFor = (heard: HeardSigns): readonly BleLampProfile[] => {
  const fits = bleLampProfiles.map((profile) => [signStrength(profile.link, heard), profile] as const);
  const best = Math.max(1, ...fits.map(([strength]) => strength));
  return fits.filter(([strength]) => strength === best).map(([, profile]) => profile);
};
