import { BleError } from "../domain/ble-errors.ts";
import { type PairingCode, PairingFailed } from "../domain/pairing.ts";

/** What else is known of whom it went wrong with. */
export interface PairingCircumstances {
  readonly isWeak: boolean;
  /** Its driver pairs with it. */
  readonly isBonded: boolean;
  readonly keepsBonds: boolean;
  /** Of the radio, by now. */
  readonly noRadio: PairingCode | undefined;
}

/** By the reason of a `BleError`; any other: it was not reached. */
const byReason: Readonly<Record<string, PairingCode>> = {
  refused: "pairing_refused",
  "not-found": "pairing_wrong_dialect",
  "too-long": "pairing_wrong_dialect",
  "pairing-failed": "pairing_mode",
  "bond-lost": "pairing_bond_forgotten",
  busy: "pairing_too_many_links",
};

/** What people call an error of the radio; undefined: it is none. */
export const pairingCodeOf = (
  error: unknown,
  { isWeak, isBonded, keepsBonds, noRadio }: PairingCircumstances,
): PairingCode | undefined => {
  if (error instanceof PairingFailed) return error.code;
  if (!(error instanceof BleError)) return undefined;
  if (noRadio !== undefined) return noRadio;
  const { reason, end } = error.context;
  // One that has forgotten the pairing may hang up before it says so.
  if (end === "security") return "pairing_bond_forgotten";
  if (reason === "encryption") {
    if (!isBonded) return "pairing_wrong_dialect";
    return keepsBonds ? "pairing_mode" : "pairing_no_bonds";
  }
  return byReason[`${reason}`] ?? (isWeak ? "pairing_too_weak" : "pairing_lamp_gone");
};
