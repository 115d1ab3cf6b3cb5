import { createCipheriv, createHmac, timingSafeEqual } from "node:crypto";
import type { Entropy } from "../../../ports/entropy.ts";

/*
 * The access point's half of the four-way handshake [IEEE 802.11-2020, 12.7.6]. The station's half (supplicant.ts) is
 * written by itself from the same pages: what one misreads the other does not follow.
 *
 * EAPOL-Key frame (12.7.2), numbers big-endian: version, type, length (2) | descriptor, key information (2), key
 * length (2), replay counter (8), nonce (32), IV (16), RSC (8), reserved (8), MIC (16), data length (2), data.
 */
const head = { version: 2, type: 3, descriptor: 2 } as const;
const at = { info: 5, keyLength: 7, counter: 9, nonce: 17, mic: 81, dataLength: 97, data: 99 } as const;
const micBytes = 16;
const keyLength = 16;

/** Key information: HMAC-SHA-1-128 and AES key wrap, pairwise; then what each message adds. */
const pairwise = 0x0002 | 0x0008;
const [install, ack, mic, secure, encrypted] = [0x0040, 0x0080, 0x0100, 0x0200, 0x1000];

interface Parties {
  readonly own: Buffer;
  readonly station: Buffer;
  /** Stays the access point's. */
  readonly psk: Buffer;
  /** RSN element of the beacon. */
  readonly security: Buffer;
}

/** One station on its way in. */
export class Authenticator {
  readonly #entropy: Entropy;
  readonly #parties: Parties;
  readonly #nonce: Buffer;
  #counter = 0;
  #awaits: "second" | "fourth" | "nothing" = "nothing";
  #keys: { readonly confirm: Buffer; readonly wrap: Buffer } | undefined;
  #isOpen = false;

  constructor(entropy: Entropy, parties: Parties) {
    this.#entropy = entropy;
    this.#parties = parties;
    this.#nonce = entropy.bytes(32);
  }

  /** The port is open: frames of this station pass. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The first message. */
  begin(): Buffer {
    this.#awaits = "second";
    return this.#frame(pairwise | ack, this.#nonce, Buffer.alloc(0));
  }

  /** What it answers; undefined: nothing, as to every frame that is not the one it waits for or does not hold. */
  hear(frame: Buffer): Buffer | undefined {
    if (!this.#isAnswer(frame)) return undefined;
    if (this.#awaits === "second") return this.#second(frame);
    if (this.#awaits === "fourth" && this.#isGenuine(frame)) {
      this.#awaits = "nothing";
      this.#isOpen = true;
    }
    return undefined;
  }

  drop(): void {
    this.#isOpen = false;
    this.#awaits = "nothing";
    this.#keys?.confirm.fill(0);
    this.#keys?.wrap.fill(0);
    this.#keys = undefined;
  }

  /** Answers carry the counter of the message that they answer, so none of an earlier one counts. */
  #isAnswer(frame: Buffer): boolean {
    return (
      frame.length >= at.data &&
      frame[1] === head.type &&
      frame[4] === head.descriptor &&
      (frame.readUInt16BE(at.info) & (pairwise | ack | mic)) === (pairwise | mic) &&
      frame.readBigUInt64BE(at.counter) === BigInt(this.#counter)
    );
  }

  #second(frame: Buffer): Buffer | undefined {
    this.#keys = this.#derive(frame.subarray(at.nonce, at.nonce + 32));
    if (!this.#isGenuine(frame)) return undefined;
    this.#awaits = "fourth";
    const info = pairwise | install | ack | mic | secure | encrypted;
    return this.#frame(info, this.#nonce, this.#wrapped());
  }

  /** PRF-384: HMAC-SHA-1 over label, zero, data and a count, again and again (12.7.1.2). */
  #derive(stationNonce: Buffer) {
    const { own, station, psk } = this.#parties;
    const sorted = (pair: readonly Buffer[]) => [...pair].sort(Buffer.compare);
    const data = Buffer.concat([...sorted([own, station]), ...sorted([this.#nonce, stationNonce])]);
    const label = Buffer.from("Pairwise key expansion\0");
    const block = (count: number) =>
      createHmac("sha1", psk)
        .update(Buffer.concat([label, data, Buffer.of(count)]))
        .digest();
    const key = Buffer.concat([0, 1, 2].map(block));
    return { confirm: key.subarray(0, 16), wrap: key.subarray(16, 32) };
  }

  #isGenuine(frame: Buffer): boolean {
    const said = frame.subarray(at.mic, at.mic + micBytes);
    return timingSafeEqual(said, this.#micOf(frame));
  }

  #micOf(frame: Buffer): Buffer {
    const blank = Buffer.from(frame);
    blank.fill(0, at.mic, at.mic + micBytes);
    const key = this.#keys?.confirm ?? Buffer.alloc(0);
    return createHmac("sha1", key).update(blank).digest().subarray(0, micBytes);
  }

  /** RSN element and group key, wrapped [RFC 3394]; padded with dd, then zeros, to whole blocks of eight. */
  #wrapped(): Buffer {
    const groupKey = Buffer.concat([Buffer.from("dd16000fac010100", "hex"), this.#entropy.bytes(16)]);
    const plain = Buffer.concat([this.#parties.security, groupKey, Buffer.of(0xdd)]);
    const blocks = Buffer.alloc(Math.ceil(plain.length / 8) * 8);
    plain.copy(blocks);
    const cipher = createCipheriv("aes128-wrap", this.#keys?.wrap ?? Buffer.alloc(16), Buffer.alloc(8, 0xa6));
    return Buffer.concat([cipher.update(blocks), cipher.final()]);
  }

  #frame(info: number, nonce: Buffer, data: Buffer): Buffer {
    const frame = Buffer.alloc(at.data + data.length);
    frame.set([head.version, head.type]);
    frame.writeUInt16BE(frame.length - 4, 2);
    frame[4] = head.descriptor;
    frame.writeUInt16BE(info, at.info);
    frame.writeUInt16BE(keyLength, at.keyLength);
    frame.writeBigUInt64BE(BigInt(++this.#counter), at.counter);
    nonce.copy(frame, at.nonce);
    frame.writeUInt16BE(data.length, at.dataLength);
    data.copy(frame, at.data);
    if (info & mic) this.#micOf(frame).copy(frame, at.mic);
    return frame;
  }
}
