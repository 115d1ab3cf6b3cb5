import { BleError } from "../../../domain/ble-errors.ts";
import { BusError } from "./bluez-bus.ts";

/** Names of D-Bus errors (org.bluez.Device(5), org.bluez.GattCharacteristic(5)), without what stands before them. */
const reasons: Readonly<Record<string, string>> = {
  AuthenticationFailed: "pairing-failed",
  AuthenticationCanceled: "pairing-failed",
  AuthenticationRejected: "pairing-failed",
  AuthenticationTimeout: "pairing-failed",
  ConnectionAttemptFailed: "timeout",
  NotReady: "no-radio",
  NotAvailable: "no-radio",
  InProgress: "busy",
  LimitExceeded: "busy",
  NotConnected: "closed",
  NotPermitted: "refused",
  NotAuthorized: "refused",
  NotSupported: "refused",
  InvalidValueLength: "refused",
  InvalidArguments: "refused",
  // There is no such object: the device was forgotten, or not heard for long.
  UnknownObject: "timeout",
  DoesNotExist: "timeout",
  // bluetoothd or the bus has gone.
  NoReply: "no-radio",
  ServiceUnknown: "no-radio",
  Disconnected: "no-radio",
  AccessDenied: "no-radio",
};

/** What bluetoothd says under the one name `Failed`. */
const failures: readonly (readonly [words: RegExp, reason: string])[] = [
  [/not connected|abort-by-remote/i, "closed"],
  [/timed? ?out|page-timeout|abort-by-local|host is down|connection abort/i, "timeout"],
  [/busy|in progress|concurrent-connection-limit/i, "busy"],
  [/not-powered|adapter/i, "no-radio"],
];

/** Errors of the attribute protocol as bluetoothd repeats them (create_gatt_dbus_error of its gatt-client.c). */
const attCode = /ATT error: 0x([0-9a-f]{2})/i;
/** Authentication, encryption key size and encryption that are not enough (Core Specification, Vol 3 Part F, 3.4.1.1). */
const securityCodes: ReadonlySet<number> = new Set([0x05, 0x0c, 0x0f]);
const wantsPairing = /^not paired/i;

const lastWord = (type: string): string => type.slice(type.lastIndexOf(".") + 1);

const attOf = (text: string): number | undefined => {
  const digits = attCode.exec(text)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
};

/** What a call of bluetoothd failed with, in the words of the port. */
export const bleErrorOf = (error: unknown): BleError => {
  if (error instanceof BleError) return error;
  if (!(error instanceof BusError))
    return new BleError("bluetoothd failed", { reason: "stack" }, { cause: error });
  const word = lastWord(error.type);
  const att = attOf(error.message);
  if (wantsPairing.test(error.message) || (att !== undefined && securityCodes.has(att)))
    return new BleError("the device asks for a pairing", { reason: "encryption" });
  if (att !== undefined) return new BleError("the device refused", { reason: "refused", att });
  const failed = failures.find(([words]) => words.test(error.message))?.[1];
  const reason = reasons[word] ?? failed ?? "stack";
  return new BleError(`bluetoothd: ${word}`, { reason, error: word });
};

/** Whether a call failed with the D-Bus error of this last word. */
export const isBusError = (error: unknown, ...words: readonly string[]): boolean =>
  error instanceof BusError && words.includes(lastWord(error.type));
