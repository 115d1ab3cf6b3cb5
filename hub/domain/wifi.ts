import { CallerError } from "./errors.ts";

/** Name and password of a network, as bytes and never as text: whoever holds them wipes them. */
export interface WifiCredentials {
  /** 1..32 bytes of any kind but zero [IEEE 802.11-2020, 9.4.2.2]; by custom UTF-8. */
  readonly ssid: Uint8Array;
  /** A passphrase of 8..63 printable ASCII characters, or a key as 64 hexadecimal digits [IEEE 802.11-2020, J.4]. */
  readonly password: Uint8Array;
}

export const mostSsidBytes = 32;
export const fewestPassphraseBytes = 8;
export const mostPassphraseBytes = 63;
/** Of a password that is the key itself. */
export const hexKeyDigits = 64;

/** What the radio's link to a network is. `no-service`: nothing on this machine manages the radio. */
export const wifiLinks = ["no-service", "no-radio", "off", "apart", "joining", "joined"] as const;
export type WifiLink = (typeof wifiLinks)[number];

/** What became of an attempt to join. `not-supported`: the radio cannot be told a name like this one. */
export const joinOutcomes = [
  "joined",
  "wrong-password",
  "not-found",
  "timed-out",
  "no-service",
  "no-radio",
  "not-supported",
  "failed",
] as const;
export type JoinOutcome = (typeof joinOutcomes)[number];

/** The network's name cannot be one. */
export class InvalidSsid extends CallerError {
  override readonly code = "wifi_ssid_invalid";
}

/** The password cannot be one of WPA2-Personal. */
export class InvalidWifiPassword extends CallerError {
  override readonly code = "wifi_password_invalid";
}

/** There is no network to join or to hand on. */
export class WifiNotSet extends CallerError {
  override readonly code = "wifi_not_set";
  override readonly status = 409;
}

const isPrintable = (byte: number): boolean => byte >= 0x20 && byte <= 0x7e;
const isHexDigit = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);

/** Whether the password is the network's key itself and not a passphrase that one is made from. */
export const isHexKey = (password: Uint8Array): boolean =>
  password.length === hexKeyDigits && password.every(isHexDigit);

const isPassphrase = ({ length }: Uint8Array): boolean =>
  length >= fewestPassphraseBytes && length <= mostPassphraseBytes;

/**
 * Looks at credentials before anything is done with them. Errors say what is wrong, never what was given.
 * @throws InvalidSsid, InvalidWifiPassword
 */
export const assertWifiCredentials = ({ ssid, password }: WifiCredentials): void => {
  if (ssid.length < 1 || ssid.length > mostSsidBytes)
    throw new InvalidSsid(`the name of a network has 1 to ${mostSsidBytes} bytes`);
  if (ssid.includes(0)) throw new InvalidSsid("the name of a network has no zero bytes");
  if (isHexKey(password)) return;
  if (!isPassphrase(password))
    throw new InvalidWifiPassword("a password has 8 to 63 characters, or is a key of 64 hexadecimal digits");
  if (!password.every(isPrintable))
    throw new InvalidWifiPassword("a password has printable ASCII characters only");
};

export const wipeWifi = ({ ssid, password }: WifiCredentials): void => {
  ssid.fill(0);
  password.fill(0);
};
