import type { SignedCertificate } from "../../../hub/domain/wipe-certificate.ts";
import { protectorOf } from "../../../hub/home-store.ts";
import { type Plants, ResetHome } from "../../hub/reset/reset-home.ts";
import { begunWithDevices, isMix, withKeysLast } from "../../hub/reset/reset-plants.ts";

/** What was left of a home where the power went at each write of its reset, and where it did not. */
interface ResetEvidence {
  /** Numbers of the writes after which the home could be read and was not whole. */
  readonly mixes: readonly number[];
  readonly files: readonly string[];
  /** The protector, asked again, has the root key. */
  readonly hasRoot: boolean;
  readonly certificate: SignedCertificate;
  /** Ids of lamps that still know something. */
  readonly remembering: readonly string[];
}

/** What speaks against a claim; nothing: it holds. */
type Claim = (evidence: ResetEvidence) => readonly unknown[];

const remains: readonly string[] = ["files/reset-certificate", "keys/device-key"];

export const resetClaims = {
  "cut off anywhere, all is there or nothing opens": ({ mixes }) => mixes,
  "of files only the device's key and the certificate are left": ({ files }) =>
    files.filter((name) => !remains.includes(name)),
  "the root key cannot be had any more": ({ hasRoot }) => (hasRoot ? ["root"] : []),
  "every lamp proves that it has forgotten": ({ certificate }) => certificate.devices.unconfirmed,
  "a lamp that is confirmed has forgotten": ({ certificate, remembering }) =>
    remembering.filter((id) => !certificate.devices.unconfirmed.some((named) => named === id)),
} as const satisfies Readonly<Record<string, Claim>>;

export type ResetClaim = keyof typeof resetClaims;

export interface ResetFault {
  readonly plants?: (journal: Buffer) => Plants;
  /** A lamp that only says so. */
  readonly hasShallowLamp?: true;
  readonly destroysKeysLast?: true;
}

const evidenceOf = async ({
  plants,
  hasShallowLamp,
  destroysKeysLast,
}: ResetFault): Promise<ResetEvidence> => {
  const left = await ResetHome.left("factory");
  const journal = left.disk.read("journal") ?? Buffer.alloc(0);
  const world = plants?.(journal) ?? {};
  const begun = (): ResetHome => {
    const home = destroysKeysLast ? begunWithDevices(left.copy()) : left.copy();
    if (hasShallowLamp) home.faults.set("sim-lamp-2", { wipesShallowly: true });
    return home;
  };
  const mixes: number[] = [];
  for (let at = 1; ; at++) {
    const home = begun();
    if ((await home.finish({ powerCutAt: at }, world)) !== "power cut") break;
    if (isMix(home, journal)) mixes.push(at);
  }
  const home = begun();
  const certificate = await home.finish({}, world);
  if (certificate === undefined || certificate === "power cut")
    throw new RangeError(`no certificate: ${certificate}`);
  const platform = home.platform(world);
  const root = (world.protector?.(platform) ?? protectorOf(platform)).load("root");
  const addresses = home.lampsWithMemory();
  const remembering = home.lamps.filter((_, number) => addresses.includes(`sim-lamp-${number}`));
  return { mixes, files: home.disk.names(), hasRoot: root !== undefined, certificate, remembering };
};

/** The claims that do not hold of a reset with that fault. */
export const fallenInReset = async (fault: ResetFault): Promise<readonly ResetClaim[]> => {
  const find = () => evidenceOf(fault);
  const evidence = await (fault.destroysKeysLast ? withKeysLast(find) : find());
  return (Object.keys(resetClaims) as ResetClaim[]).filter((name) => resetClaims[name](evidence).length > 0);
};
