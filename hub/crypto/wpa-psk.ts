import { pbkdf2Sync } from "node:crypto";
import { isHexKey, type WifiCredentials } from "../domain/wifi.ts";

export const pskBytes = 32;

/**
 * The pre-shared key of a network, 32 bytes; the caller wipes it. From a passphrase by PBKDF2-HMAC-SHA-1 with the
 * name as salt and 4096 rounds [IEEE 802.11-2020, J.4.1], which takes a few milliseconds.
 */
export const pskOf = ({ ssid, password }: WifiCredentials): Buffer =>
  isHexKey(password) ? bytesOfHex(password) : pbkdf2Sync(password, ssid, 4_096, pskBytes, "sha1");

/** Digit by digit: a string could not be wiped. */
const bytesOfHex = (digits: Uint8Array): Buffer => {
  const bytes = Buffer.alloc(digits.length / 2);
  digits.forEach((digit, at) => {
    const value = digit <= 0x39 ? digit - 0x30 : (digit | 0x20) - 0x61 + 10;
    bytes[at >> 1] = ((bytes[at >> 1] ?? 0) << 4) | value;
  });
  return bytes;
};
