import type { Profile } from "../domain/profile.ts";

/** Counts up when the statements say another thing: who answered before is asked again. */
export const termsVersion = 1;

/** What somebody is told of a device before it joins the home. */
export interface DeviceTerms {
  readonly version: number;
  readonly profile: string;
  /** What the device keeps inside itself. */
  readonly stores: readonly string[];
  /** How it is made to forget. */
  readonly forgets: string;
  /** What happens when these terms are declined. */
  readonly declined: string;
}

const declined =
  "It can be commanded from this home and shows its newest state here. Its changes set off no rules and are told to no program, nothing it did is kept, and it is shown to nobody else.";

const lampStores = (profile: Profile): readonly string[] => [
  "the light it last showed, and what it does after a power cut",
  profile.link.kind === "ble"
    ? "the key of the radio link to this hub, where it was paired with one; nothing of the home's network"
    : "name and password of the network it joins, and its own login at this hub",
];

const sensorStores = (profile: Profile): readonly string[] => [
  profile.link.kind === "ble"
    ? "the key that it seals its readings with, where it has one; nothing of the home's network"
    : "name and password of the network it joins, and its own login at this hub",
  "its newest reading, as long as it has power",
];

const forgetting = ({ wipe }: Profile): string => {
  if (wipe === undefined)
    return "It cannot be told to forget: do that by hand as its maker says. A reset of this hub lists it as not confirmed.";
  return wipe.proof === undefined
    ? "A reset of this hub tells it to forget, and lists it as told but not confirmed: it does not answer."
    : "A reset of this hub tells it to forget, and it proves that it did.";
};

export const termsOf = (profile: Profile): DeviceTerms => ({
  version: termsVersion,
  profile: profile.id,
  stores: profile.kind === "lamp" ? lampStores(profile) : sensorStores(profile),
  forgets: forgetting(profile),
  declined,
});
