import { CallerError, InvalidInput } from "./errors.ts";
import type { Instant } from "./units.ts";

/** What somebody says of their age: no more than on which side of the line they are. When they were born is not asked. */
export const ageBands = ["under", "of-age"] as const;
export type AgeBand = (typeof ageBands)[number];

/** Where the line is drawn, in whole years. */
export interface AgeRule {
  /** Younger people have an account only where a guardian has confirmed it. */
  readonly guardianBelow: number;
  /** From here on the young person has to agree as well. Absent: nothing is said of it. */
  readonly agreesFrom?: number;
  /** Younger people are minors there in other ways too; absent: as `guardianBelow`. */
  readonly minorBelow?: number;
  readonly source: string;
}

const gdpr8 = (guardianBelow: number, law = ""): AgeRule => ({
  guardianBelow,
  source: `GDPR Art. 8${law === "" ? "" : `; ${law}`}`,
});

/** By ISO 3166-1 alpha-2. What is not here has the rule of `elsewhere`. */
export const ageRules: Readonly<Record<string, AgeRule>> = {
  AT: gdpr8(14, "DSG, s. 4(4)"),
  BE: gdpr8(13, "act of 30 July 2018, art. 7"),
  BG: gdpr8(14, "ZZLD, art. 25c"),
  CY: gdpr8(14, "law 125(I)/2018, s. 8"),
  CZ: gdpr8(15, "act 110/2019, s. 7"),
  DE: gdpr8(16),
  DK: gdpr8(15, "databeskyttelsesloven, s. 6 (since 2024)"),
  EE: gdpr8(13, "IKS, s. 8"),
  ES: gdpr8(14, "LOPDGDD, art. 7"),
  FI: gdpr8(13, "act 1050/2018, s. 5"),
  FR: gdpr8(15, "loi 78-17, art. 45"),
  GR: gdpr8(15, "law 4624/2019, art. 21"),
  HR: gdpr8(16),
  HU: gdpr8(16),
  IE: gdpr8(16, "Data Protection Act 2018, s. 31"),
  IT: gdpr8(14, "d.lgs. 196/2003, art. 2-quinquies"),
  LT: gdpr8(14, "ADTAI, art. 6"),
  LU: gdpr8(16),
  LV: gdpr8(13, "FPDAL, s. 33"),
  MT: gdpr8(13, "S.L. 586.11"),
  NL: gdpr8(16, "UAVG, art. 5"),
  PL: gdpr8(16),
  PT: gdpr8(13, "lei 58/2019, art. 16"),
  RO: gdpr8(16),
  SE: gdpr8(13, "act 2018:218, ch. 2 s. 4"),
  SI: gdpr8(15, "ZVOP-2, art. 8"),
  SK: gdpr8(16, "act 18/2018, s. 15"),
  IS: gdpr8(13, "act 90/2018, art. 10"),
  LI: gdpr8(16),
  NO: gdpr8(13, "personopplysningsloven, s. 5"),
  GB: { guardianBelow: 13, source: "Data Protection Act 2018, s. 9" },
  US: { guardianBelow: 13, source: "COPPA, 16 CFR 312.2" },
  BR: { guardianBelow: 12, minorBelow: 18, source: "LGPD, art. 14; ECA, art. 2" },
  CN: { guardianBelow: 14, source: "PIPL, art. 31" },
  KR: { guardianBelow: 14, source: "PIPA, art. 22-2" },
  VN: { guardianBelow: 16, agreesFrom: 7, source: "Law on Children 2016, art. 1; Decree 13/2023, art. 20" },
};

/** Where nobody has said which country it is, and for countries that are not in the table: as strict as the GDPR can be. */
export const elsewhere: AgeRule = { guardianBelow: 16, source: "no country: GDPR Art. 8 at its strictest" };

export const ageRuleOf = (country: string | undefined): AgeRule =>
  (country === undefined || !Object.hasOwn(ageRules, country) ? undefined : ageRules[country]) ?? elsewhere;

/** @throws InvalidInput: not two capital letters */
export const parseCountry = (text: string): string => {
  if (!/^[A-Z]{2}$/.test(text))
    throw new InvalidInput("a country is two capital letters, as in ISO 3166-1", { path: "country" });
  return text;
};

/** On which side of a line somebody said they are, and of which line that was. */
export interface AgeDeclaration {
  readonly band: AgeBand;
  /** Years. */
  readonly line: number;
  readonly at: Instant;
}

/**
 * Whether this person counts as under age by a rule. Nobody said anything: no. A word about another line counts as far as
 * it reaches: who is over 16 is over 13, who is under 13 is under 16. Where it does not reach, the careful answer is yes.
 */
export const isUnderAge = (said: AgeDeclaration | undefined, { guardianBelow }: AgeRule): boolean => {
  if (said === undefined) return false;
  return !(said.band === "of-age" && said.line >= guardianBelow);
};

/** Somebody under age has an account only with a guardian's confirmation. */
export class GuardianNeeded extends CallerError {
  override readonly code = "guardian_needed";
  override readonly status = 409;
}

/** Not everybody can be the guardian of everybody. `context.kind` says what is missing. */
export class NoGuardian extends CallerError {
  override readonly code = "no_guardian";
  override readonly status = 409;
}
