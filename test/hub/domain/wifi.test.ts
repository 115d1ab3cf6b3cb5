import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packWifiCredentials, readWifiCredentials } from "../../../hub/codec/wifi-credentials.ts";
import { assertWifiCredentials, type WifiCredentials, wipeWifi } from "../../../hub/domain/wifi.ts";

const credentials = (ssid: string | Uint8Array, password: string | Uint8Array): WifiCredentials => ({
  ssid: Buffer.from(ssid as string),
  password: Buffer.from(password as string),
});
const codeOf = (check: () => unknown): string | undefined => {
  try {
    check();
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("credentials that can be some network's", () => {
  test.each([
    ["the shortest", "a", "12345678"],
    ["the longest", "n".repeat(32), "p".repeat(63)],
    ["a key", "home", "0123456789abcdefABCDEF0123456789".repeat(2)],
    ["a name of any bytes", Buffer.from([0xff, 0x0a, 0x20]), "with spaces and ~"],
  ])("%s", (_what, ssid, password) => {
    expect(codeOf(() => assertWifiCredentials(credentials(ssid, password)))).toBeUndefined();
  });
});

describe("refused, without a word of what was given", () => {
  test.each([
    ["a name of 33 bytes", "n".repeat(33), "12345678", "wifi_ssid_invalid"],
    ["a name of 32 letters in more bytes", "ü".repeat(32), "12345678", "wifi_ssid_invalid"],
    ["no name", "", "12345678", "wifi_ssid_invalid"],
    ["a zero byte in the name", "ho\0me", "12345678", "wifi_ssid_invalid"],
    ["a password of 7", "home", "1234567", "wifi_password_invalid"],
    ["no password", "home", "", "wifi_password_invalid"],
    ["64 characters that are no key", "home", "g".repeat(64), "wifi_password_invalid"],
    ["a password of 65", "home", "a".repeat(65), "wifi_password_invalid"],
    ["a zero byte in the password", "home", "12345678\0", "wifi_password_invalid"],
    ["a zero byte in place of one of 8", "home", "1234\x005678", "wifi_password_invalid"],
    ["letters beyond ASCII", "home", "pässwörd", "wifi_password_invalid"],
    ["a line break", "home", "12345678\n", "wifi_password_invalid"],
  ])("%s", (_what, ssid, password, code) => {
    const check = () => assertWifiCredentials(credentials(ssid, password));
    expect(codeOf(check)).toBe(code);
    if (password.length > 2) expect(check).not.toThrow(password);
  });
});

describe("in bytes", () => {
  test("what is packed is read again, and only whole", () => {
    const part = fc.uint8Array({ maxLength: 255 });
    fc.assert(
      fc.property(part, part, fc.nat(), (ssid, password, cut) => {
        const bytes = packWifiCredentials({ ssid, password });
        const read = readWifiCredentials(bytes);
        expect([Buffer.from(read.ssid), Buffer.from(read.password)]).toEqual([
          Buffer.from(ssid),
          Buffer.from(password),
        ]);
        const short = bytes.subarray(0, cut % bytes.length);
        expect(codeOf(() => readWifiCredentials(short))).toBe("wifi_malformed");
        expect(codeOf(() => readWifiCredentials(Buffer.concat([bytes, Buffer.of(0)])))).toBe(
          "wifi_malformed",
        );
      }),
    );
  });

  test("wiping what was read wipes what it was read from", () => {
    const bytes = packWifiCredentials(credentials("home", "12345678"));
    wipeWifi(readWifiCredentials(bytes));
    expect(bytes.toString("latin1")).not.toMatch(/home|1234/);
  });
});
