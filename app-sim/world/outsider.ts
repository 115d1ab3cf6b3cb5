import { type OpenedCall, openedCall } from "../../hub/crypto/sealed-call.ts";
import { type KeyPair, keyPairOf, x25519Bytes } from "../../hub/crypto/x25519.ts";
import type { Entropy } from "../../hub/ports/entropy.ts";

export type Said = Readonly<Record<string, unknown>>;

/** Everything that a service ever got, as it came and as it read it. */
export interface Received {
  /** As it was on the way. */
  readonly wire: Buffer;
  readonly said: Said;
}

/** What it says of itself before anybody lets it in. */
export type Declared = Record<string, unknown>;

/** A service of somebody else: it keeps whatever it gets, and knows nothing of a hub but what is said to it. */
export abstract class Outsider {
  readonly received: Received[] = [];
  /** Its own line to the hub; undefined: the hub answered nothing. */
  toHub: (bytes: Uint8Array) => Uint8Array | undefined = () => undefined;
  /** Nobody answers there. */
  isOffline = false;
  /** It forgets nothing and says nothing about it. */
  isStubborn = false;
  /** How much it remembers. */
  most = 1_000;
  /** It confirms under this name whatever it is asked; undefined: under the right one. */
  confirmsAs: string | undefined;
  readonly declared: Declared;
  readonly #pair: KeyPair;

  constructor(entropy: Entropy, declared: Declared) {
    this.#pair = keyPairOf(entropy.bytes(x25519Bytes));
    this.declared = { ...declared, key: this.#pair.publicKey.toString("base64") };
  }

  get name(): string {
    return this.declared["name"] as string;
  }

  get host(): string {
    return new URL(this.declared["endpoint"] as string).hostname;
  }

  /** One question from a hub. Undefined: not for this service. */
  hear(wire: Uint8Array): Uint8Array | undefined {
    const call = openedCall(this.#pair, wire);
    if (call === undefined) return undefined;
    return this.#answered(call, Buffer.from(wire));
  }

  protected note(received: Received): void {
    this.received.push(received);
    if (this.received.length > this.most) this.received.shift();
  }

  /** @returns what it says */
  protected abstract answer(said: Said): Said;

  #answered(call: OpenedCall, wire: Buffer): Uint8Array {
    const said = JSON.parse(call.question.toString()) as Said;
    this.note({ wire, said });
    return call.sealAnswer(Buffer.from(JSON.stringify(this.#saying(said))));
  }

  #saying(said: Said): Said {
    const isNotice = said["kind"] === "erase" || said["kind"] === "rectify";
    if (isNotice && this.isStubborn) return { kind: "noted" };
    const answer = this.answer(said);
    return isNotice ? { kind: "confirmed", grant: this.confirmsAs ?? said["grant"] } : answer;
  }
}
