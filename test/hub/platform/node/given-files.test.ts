import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { givenSignatureKeys } from "../../../../hub/platform/node/given-files.ts";
import { scratch } from "../../../support/hub-process.ts";

const pem = (key: KeyObject): string => key.export({ type: "spki", format: "pem" }).toString();
const [one, two] = [generateKeyPairSync("ed25519"), generateKeyPairSync("ed25519")];
const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 });

test("update keys are one or more Ed25519 public keys, and nothing else", () => {
  using folder = scratch();
  const file = join(folder.path, "keys.pem");
  const keysIn = (text: string) => {
    writeFileSync(file, text);
    return givenSignatureKeys("update-key", file);
  };
  expect(givenSignatureKeys("update-key", undefined)).toEqual([]);
  expect(keysIn(pem(one.publicKey))).toHaveLength(1);
  const both = keysIn(`# the old one\n${pem(one.publicKey)}\n# the new one\n${pem(two.publicKey)}`);
  expect(both.map((key) => key.equals(one.publicKey))).toEqual([true, false]);
  const secret = one.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  for (const text of [
    "",
    "noise",
    pem(rsa.publicKey),
    secret,
    `${pem(one.publicKey)}${pem(rsa.publicKey)}`,
  ]) {
    expect(() => keysIn(text)).toThrow(/--update-key holds no Ed25519 public key/);
  }
});
