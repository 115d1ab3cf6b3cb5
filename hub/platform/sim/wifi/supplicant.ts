import { createDecipheriv, createHmac, timingSafeEqual } from "node:crypto";

/*
 * The station's half of the four-way handshake [IEEE 802.11-2020, 12.7.6], written without a look at the other half.
 */

/** Where things lie behind the four bytes of the EAPOL header. */
const body = 4;
const field = {
  keyInformation: [body + 1, 2],
  replayCounter: [body + 5, 8],
  keyNonce: [body + 13, 32],
  keyMic: [body + 77, 16],
  keyDataLength: [body + 93, 2],
} as const;
const headerBytes = body + 95;

type FieldName = keyof typeof field;

const bytesAt = (frame: Uint8Array, name: FieldName): Uint8Array => {
  const [from, length] = field[name];
  return frame.subarray(from, from + length);
};

const numberAt = (frame: Uint8Array, name: FieldName): bigint =>
  bytesAt(frame, name).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

/** Bits of key information (figure 12-33). */
const bits = { pairwise: 3, install: 6, ack: 7, mic: 8, secure: 9, encryptedData: 12 } as const;
const has = (frame: Uint8Array, bit: keyof typeof bits): boolean =>
  ((numberAt(frame, "keyInformation") >> BigInt(bits[bit])) & 1n) === 1n;

/** Of what each message of the handshake is told by. */
const isFirst = (frame: Uint8Array): boolean =>
  has(frame, "pairwise") && has(frame, "ack") && !has(frame, "mic");
const isThird = (frame: Uint8Array): boolean =>
  has(frame, "pairwise") && has(frame, "ack") && has(frame, "mic") && has(frame, "install");

export interface SupplicantOptions {
  /** Of the station and of the access point, 6 bytes each. */
  readonly own: Uint8Array;
  readonly other: Uint8Array;
  /** 32 bytes; the supplicant wipes its own. */
  readonly psk: Uint8Array;
  /** Never used before, 32 bytes. */
  readonly nonce: Uint8Array;
  /** RSN element as the beacon said it: another in the handshake is an attack. */
  readonly security: Uint8Array;
}

/** One attempt of a station to come in. */
export class Supplicant {
  readonly #options: SupplicantOptions;
  /** Key confirmation key, key encryption key, temporal key: 16 bytes each (figure 12-30). */
  #transient: Uint8Array | undefined;
  #newest = -1n;
  #isDone = false;

  constructor(options: SupplicantOptions) {
    this.#options = options;
  }

  /** It has proved itself and so has the network. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** What it answers; undefined: nothing. */
  answer(frame: Uint8Array): Buffer | undefined {
    if (frame.length < headerBytes || numberAt(frame, "replayCounter") <= this.#newest) return undefined;
    if (this.#transient === undefined && isFirst(frame)) return this.#second(frame);
    // A third message that comes again must not make it begin to count anew: nothing is installed twice.
    if (this.#transient !== undefined && !this.#isDone && isThird(frame)) return this.#fourth(frame);
    return undefined;
  }

  close(): void {
    this.#transient?.fill(0);
    this.#transient = undefined;
  }

  #second(first: Uint8Array): Buffer {
    const { own, other, psk, nonce, security } = this.#options;
    this.#newest = numberAt(first, "replayCounter");
    const nonces = [bytesAt(first, "keyNonce"), nonce].map((each) => Buffer.from(each));
    const addresses = [own, other].map((each) => Buffer.from(each));
    const context = Buffer.concat([addresses, nonces].flatMap((pair) => pair.sort(Buffer.compare)));
    this.#transient = prf(psk, "Pairwise key expansion", context, 384);
    return this.#reply(first, { nonce, data: security, isSecure: false });
  }

  #fourth(third: Uint8Array): Buffer | undefined {
    if (!this.#isGenuine(third) || !this.#namesTheSameSecurity(third)) return undefined;
    this.#newest = numberAt(third, "replayCounter");
    this.#isDone = true;
    return this.#reply(third, { nonce: new Uint8Array(32), data: new Uint8Array(0), isSecure: true });
  }

  #isGenuine(frame: Uint8Array): boolean {
    return timingSafeEqual(bytesAt(frame, "keyMic"), this.#mic(frame));
  }

  #namesTheSameSecurity(third: Uint8Array): boolean {
    const { security } = this.#options;
    const data = third.subarray(headerBytes, headerBytes + Number(numberAt(third, "keyDataLength")));
    const plain = has(third, "encryptedData") ? unwrapped(this.#part(1), data) : data;
    return plain !== undefined && Buffer.compare(plain.subarray(0, security.length), security) === 0;
  }

  #mic(frame: Uint8Array): Uint8Array {
    const [from, length] = field.keyMic;
    const hmac = createHmac("sha1", this.#part(0)).update(frame.subarray(0, from));
    return hmac
      .update(new Uint8Array(length))
      .update(frame.subarray(from + length))
      .digest()
      .subarray(0, length);
  }

  #part(index: number): Uint8Array {
    return this.#transient?.subarray(16 * index, 16 * (index + 1)) ?? new Uint8Array(16);
  }

  #reply(
    to: Uint8Array,
    {
      nonce,
      data,
      isSecure,
    }: { readonly nonce: Uint8Array; readonly data: Uint8Array; readonly isSecure: boolean },
  ): Buffer {
    const information = 2 | (1 << bits.pairwise) | (1 << bits.mic) | (isSecure ? 1 << bits.secure : 0);
    const frame = Buffer.concat([
      Buffer.of(1, 3, 0, 0, 2, information >> 8, information & 0xff, 0, 0),
      bytesAt(to, "replayCounter"),
      nonce,
      Buffer.alloc(16 + 8 + 8 + 16),
      Buffer.of(data.length >> 8, data.length & 0xff),
      data,
    ]);
    frame.writeUInt16BE(frame.length - body, 2);
    frame.set(this.#mic(frame), field.keyMic[0]);
    return frame;
  }
}

/**
 * Pseudo-random function (12.7.1.2). Vectors: annex J.3.
 * @param length bits wanted, a multiple of 8
 */
export const prf = (key: Uint8Array, label: string, context: Uint8Array, length: number): Uint8Array => {
  const rounds = Math.ceil(length / 160);
  const blocks = Array.from({ length: rounds }, (_, round) =>
    createHmac("sha1", key)
      .update(label)
      .update(Uint8Array.of(0))
      .update(context)
      .update(Uint8Array.of(round))
      .digest(),
  );
  return Buffer.concat(blocks).subarray(0, length / 8);
};

/** AES key wrap undone [RFC 3394]; undefined: not made with this key. */
const unwrapped = (key: Uint8Array, data: Uint8Array): Buffer | undefined => {
  try {
    const decipher = createDecipheriv("aes128-wrap", key, Buffer.alloc(8, 0xa6));
    return Buffer.concat([decipher.update(data), decipher.final()]);
  } catch {
    // Noise in place of the data: the frame is passed over, as any that does not hold.
    return undefined;
  }
};
