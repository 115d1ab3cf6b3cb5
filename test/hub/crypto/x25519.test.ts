import { expect, test } from "vitest";
import { agreed, keyPairOf } from "../../../hub/crypto/x25519.ts";

const hex = (text: string): Buffer => Buffer.from(text, "hex");

test("X25519 agrees as the example of RFC 7748, 6.1 does", () => {
  const alice = keyPairOf(hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
  const bob = keyPairOf(hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
  const shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
  expect(alice.publicKey.toString("hex")).toBe(
    "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
  );
  expect(agreed(alice.privateKey, bob.publicKey)?.toString("hex")).toBe(shared);
  expect(agreed(bob.privateKey, alice.publicKey)?.toString("hex")).toBe(shared);
});

test("a point of small order, and bytes that are no key, agree on nothing", () => {
  const { privateKey } = keyPairOf(Buffer.alloc(32, 7));
  const small = [
    Buffer.alloc(32),
    hex("0100000000000000000000000000000000000000000000000000000000000000"),
    hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
  ];
  for (const point of [...small, Buffer.alloc(31, 9), Buffer.alloc(0)])
    expect(agreed(privateKey, point)).toBeUndefined();
});

test("what a private key was made of is wiped", () => {
  const random = Buffer.alloc(32, 7);
  keyPairOf(random);
  expect(random).toEqual(Buffer.alloc(32));
});
