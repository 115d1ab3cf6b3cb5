import { createCipheriv } from "node:crypto";

/** A packet as a sensor with this key seals it (bthome.io, encryption.html), written apart from the hub's reading. */
export const sealedBthome = (packet: {
  readonly key: Uint8Array;
  readonly address: Uint8Array;
  readonly counter: number;
  readonly plain: Uint8Array;
}): Buffer => {
  const counter = Buffer.alloc(4);
  counter.writeUInt32LE(packet.counter);
  const nonce = Buffer.concat([packet.address, Buffer.from("d2fc41", "hex"), counter]);
  const cipher = createCipheriv("aes-128-ccm", packet.key, nonce, { authTagLength: 4 });
  const sealed = cipher.update(packet.plain);
  cipher.final();
  return Buffer.concat([Buffer.from("41", "hex"), sealed, counter, cipher.getAuthTag()]);
};
