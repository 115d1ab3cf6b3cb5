import { CallerError } from "../domain/errors.ts";
import type { WifiCredentials } from "../domain/wifi.ts";

/** The bytes are not one name and one password. `context.reason`: "truncated" or "trailing". */
export class MalformedWifi extends CallerError {
  override readonly code = "wifi_malformed";
}

/**
 * Reads `length (1) | name | length (1) | password`. The parts are views of `bytes`: wiping those wipes these.
 * @throws MalformedWifi
 */
export const readWifiCredentials = (bytes: Uint8Array): WifiCredentials => {
  const [ssid, rest] = part(bytes);
  const [password, after] = part(rest);
  if (after.length > 0)
    throw new MalformedWifi("there is something behind the password", { reason: "trailing" });
  return { ssid, password };
};

const part = (bytes: Uint8Array): readonly [part: Uint8Array, rest: Uint8Array] => {
  const [length] = bytes;
  if (length === undefined || bytes.length < 1 + length)
    throw new MalformedWifi("name or password is cut short", { reason: "truncated" });
  return [bytes.subarray(1, 1 + length), bytes.subarray(1 + length)];
};

/** The other way round; the caller wipes it. */
export const packWifiCredentials = ({ ssid, password }: WifiCredentials): Buffer => {
  // A buffer of its own: V8 moves small arrays about and leaves copies behind that nobody can wipe.
  const bytes = Buffer.from(new ArrayBuffer(2 + ssid.length + password.length));
  bytes[0] = ssid.length;
  bytes.set(ssid, 1);
  bytes[1 + ssid.length] = password.length;
  bytes.set(password, 2 + ssid.length);
  return bytes;
};
