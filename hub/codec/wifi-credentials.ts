import { CallerError } from "../domain/errors.ts";
import type { WifiCredentials } from "../domain/wifi.ts";
import { packed, partOf } from "./length-prefixed.ts";

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
  const found = partOf(bytes);
  if (found === undefined) throw new MalformedWifi("name or password is cut short", { reason: "truncated" });
  return found;
};

/** The other way round; the caller wipes it. */
export const packWifiCredentials = ({ ssid, password }: WifiCredentials): Buffer => packed([ssid, password]);
