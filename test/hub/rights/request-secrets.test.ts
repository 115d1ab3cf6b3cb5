import { describe, expect, test } from "vitest";
import { proves } from "../../support/proves.ts";
import { ana, formOf, RequestRig } from "./request-rig.ts";

describe("secrets in what is typed", () => {
  const secrets = [
    ["card-number", "charge 4111 1111 1111 1111 instead"],
    ["card-number", "5500-0000-0000-0004"],
    ["key", "the psk is 3f2a9b1c0d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8"],
    ["password", "my password is hunter2hunter"],
    ["password", "Passwort: geheim123"],
    ["password", "mật khẩu là denhong99"],
    ["password", "WPA2 key = blue-lamp-42"],
    ["password", "try Xk92mQpLw7Rt"],
    ["token", "t-abcdefghijkl.Zm9vYmFyYmF6cXV4"],
  ] as const;

  test.each(secrets)(`%s in the text is said before anything is kept: %s ${proves("H56")}`, (kind, words) => {
    for (const path of ["request", "contact", "name"] as const) {
      const rig = new RequestRig();
      const form = formOf("help", { [path]: words });
      expect(() => rig.service.receive({ kind: "support", form }, ana)).toThrow(
        expect.objectContaining({ code: "secret_in_text", context: { kind, path } }),
      );
      expect([rig.service.list(), rig.chain.entries(), ...rig.store.records.values()].flat()).toEqual([]);
    }
  });

  test.each([
    "call me at +49 30 1234567 after 18:00",
    "ana@example.org",
    "The lamp l-abcdefghijkl in the kitchen flickers since 2026-11-02T10:00:00Z",
    "My order 1234567812345678 has not come",
    "I forgot my password, what now?",
    "Đèn phòng khách không sáng",
    "Donaudampfschifffahrtsgesellschaft",
  ])(`what is none passes: %s ${proves("H56")}`, (words) => {
    const rig = new RequestRig();
    expect(rig.ask("support", words).state).toBe("received");
  });
});
