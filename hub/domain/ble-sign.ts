import type { BleLink, BleSign } from "./profile.ts";

/** What was heard of an advertiser, from anyone in range. UUIDs as in `BleFrame`. */
export interface HeardSigns {
  readonly name?: string;
  /** Listed, or with data. */
  readonly services: readonly string[];
  readonly manufacturer: readonly { readonly company: number; readonly data: Uint8Array }[];
}

const matching = (pattern: string, hex: string): boolean =>
  pattern.length <= hex.length && [...pattern].every((digit, at) => digit === "." || digit === hex[at]);

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Characters of the longest of `candidates` that fits; 0: none does. */
const longest = (candidates: readonly string[], fits: (candidate: string) => boolean): number =>
  Math.max(0, ...candidates.filter(fits).map((candidate) => candidate.replaceAll(".", "").length));

const strengthOfSign = (sign: BleSign, { name = "", services, manufacturer }: HeardSigns): number => {
  const companies = manufacturer.map(({ company }) => company);
  const data = manufacturer.map((each) => hexOf(each.data));
  const parts = [
    sign.names && longest(sign.names, (start) => name.startsWith(start)),
    sign.services && Number(sign.services.some((service) => services.includes(service))),
    sign.companies && Number(sign.companies.some((company) => companies.includes(company))),
    sign.data && longest(sign.data, (pattern) => data.some((hex) => matching(pattern, hex))),
  ].filter((part) => part !== undefined);
  return parts.includes(0) ? 0 : parts.reduce((sum, part) => sum + part, 0);
};

/**
 * How much of what was heard speaks for a device of this link: 0, nothing does; a longer beginning of a name is more than a
 * shorter one. Names are no models: of equals a person chooses, and may always choose otherwise.
 */
export const signStrength = ({ signs }: BleLink, heard: HeardSigns): number =>
  Math.max(0, ...signs.map((sign) => strengthOfSign(sign, heard)));
