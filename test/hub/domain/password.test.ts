import { expect, test } from "vitest";
import { commonPasswords } from "../../../hub/domain/common-passwords.ts";
import { HubError } from "../../../hub/domain/errors.ts";
import { assertPassword } from "../../../hub/domain/password.ts";
import { proves } from "../../support/proves.ts";

const codeOf = (password: string | Uint8Array, name = "Ana"): string | undefined => {
  try {
    assertPassword(Buffer.from(password), name);
    return undefined;
  } catch (error) {
    return error instanceof HubError ? error.code : "no error of ours";
  }
};

test.each<[string | Uint8Array, string | undefined]>([
  ["", "password_too_short"],
  ["7 bytes", "password_too_short"],
  ["8 bytes.", undefined],
  ["pässwö", undefined],
  ["x".repeat(128), undefined],
  ["x".repeat(129), "password_too_long"],
  ["password", "password_too_common"],
  ["PassWord1", "password_too_common"],
  ["Lampkeeper", "password_too_common"],
  ["password of mine", undefined],
  // Whatever it is made of: no capitals, digits or signs are asked for, and none are forbidden.
  ["aaaaaaaab", undefined],
  ["        .", undefined],
  [Buffer.alloc(8, 0xff), undefined],
])(`%j: %s ${proves("D16")}`, (password, code) => {
  expect(codeOf(password)).toBe(code);
});

test("an account's name is not its password", () => {
  expect(codeOf("margarethe", "Margarethe")).toBe("password_too_common");
  expect(codeOf("margarethe")).toBeUndefined();
});

test("what is refused as common could be chosen at all, is written small, and is there once", () => {
  expect(commonPasswords.filter((word) => word.length < 8 || word !== word.toLowerCase())).toEqual([]);
  expect(new Set(commonPasswords).size).toBe(commonPasswords.length);
});
