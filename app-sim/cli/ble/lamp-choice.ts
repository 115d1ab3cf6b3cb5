import type { BleLampProfile } from "../../testing/bench/ble-lamp-profile.ts";
import type { FoundDevice } from "../../testing/bench/found-devices.ts";
import { CliError, usageError } from "../cli-error.ts";
import type { CliOption } from "../definition.ts";
import { nearest } from "../nearest.ts";
import type { Options } from "../settings.ts";
import { addressOf, type Bench } from "./radio.ts";

export const profileOption: CliOption = {
  name: "profile",
  value: "PROFILE",
  help: "what the lamp is, such as triones/triones; absent: by what it advertises",
};

export const lampOption: CliOption = { name: "lamp", value: "ADDRESS", help: "address of the lamp" };

/** @throws CliError without --lamp */
export const lampOf = ({ lamp }: Options): string => {
  if (typeof lamp !== "string") throw usageError("--lamp names the lamp", "see: lampkeeper ble scan");
  return addressOf(lamp);
};

/** Undefined: --profile is not given. @throws CliError when there is no such profile */
export const namedProfile = (
  { bleLampProfiles }: Bench,
  { profile }: Options,
): BleLampProfile | undefined => {
  if (typeof profile !== "string") return undefined;
  const found = bleLampProfiles.find(({ id }) => id === profile);
  if (found !== undefined) return found;
  const meant = nearest(
    profile,
    bleLampProfiles.map(({ id }) => id),
  );
  throw new CliError(
    "notFound",
    "not_found",
    `there is no profile "${profile}" of a lamp over Bluetooth`,
    meant.length > 0 ? `did you mean ${meant.join(" or ")}?` : "see: docs/bluetooth-lamps.md",
  );
};

/** By --profile, or by what the lamp advertises. @throws CliError where that fits none, or several */
export const profileOf = (bench: Bench, options: Options, { decoded }: FoundDevice): BleLampProfile => {
  const named = namedProfile(bench, options);
  if (named !== undefined) return named;
  const [only, ...others] = decoded.profiles ?? [];
  const profile = bench.bleLampProfiles.find(({ id }) => id === only);
  if (profile !== undefined && others.length === 0) return profile;
  throw usageError(
    only === undefined
      ? "it advertises as no lamp that is known here"
      : "several lamps advertise like this one",
    only === undefined ? "give --profile" : `give --profile: ${[only, ...others].join(", ")}`,
  );
};
