import { createHmac } from "node:crypto";
import { sealedCall } from "../../hub/crypto/sealed-call.ts";
import { keyPairOf, x25519Bytes } from "../../hub/crypto/x25519.ts";
import type { Clock } from "../../hub/ports/clock.ts";
import type { Entropy } from "../../hub/ports/entropy.ts";
import { type Declared, Outsider, type Said } from "./outsider.ts";

/** What somebody typed into the assistant's app. */
export interface TypedCode {
  readonly code: string;
  readonly key: string;
}

interface Account {
  readonly grant: string;
  readonly secret: Buffer;
  readonly hubKey: Buffer;
  number: number;
}

/** The cloud of a voice assistant: what people say to it at home comes back from there as directives. */
export class AssistantCloud extends Outsider {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  #account: Account | undefined;
  /** What it has learned of the home. */
  lamps: readonly Said[] = [];

  constructor(clock: Clock, entropy: Entropy, declared: Declared) {
    super(entropy, declared);
    this.#clock = clock;
    this.#entropy = entropy;
  }

  get isLinked(): boolean {
    return this.#account !== undefined;
  }

  /** Links an account, with a code that was typed in. */
  link({ code, key }: TypedCode): Said | undefined {
    const hubKey = Buffer.from(key, "base64");
    const answer = this.#ask(hubKey, Buffer.from(JSON.stringify({ kind: "link", code })));
    const [grant, secret] = [answer?.["grant"], answer?.["secret"]];
    if (typeof grant === "string" && typeof secret === "string")
      this.#account = { grant, secret: Buffer.from(secret, "base64"), hubKey, number: 0 };
    return answer;
  }

  discover(): Said | undefined {
    const answer = this.direct({ kind: "discover" });
    if (Array.isArray(answer?.["lamps"])) this.lamps = answer["lamps"] as readonly Said[];
    return answer;
  }

  /** Undefined: the hub does not answer. */
  direct(directive: Said): Said | undefined {
    const account = this.#account;
    return account && this.#ask(account.hubKey, this.signed(directive));
  }

  /** A directive as it is sent; for those who record and forge. */
  signed(directive: Said, changed: Said = {}): Buffer {
    const account = this.#account;
    if (account === undefined) return Buffer.alloc(0);
    const { grant, secret } = account;
    const body = { ...directive, grant, number: ++account.number, at: this.#clock.now(), ...changed };
    const bytes = Buffer.from(JSON.stringify(body));
    return Buffer.concat([createHmac("sha256", secret).update(bytes).digest(), bytes]);
  }

  /** Says it to the hub, whatever it is. */
  say(bytes: Uint8Array): Said | undefined {
    const account = this.#account;
    return account && this.#ask(account.hubKey, bytes);
  }

  protected override answer(said: Said): Said {
    if (said["kind"] === "erase") {
      this.#account = undefined;
      this.lamps = [];
    }
    if (said["kind"] === "rectify")
      this.lamps = this.lamps.map((lamp) =>
        lamp["handle"] === said["handle"] ? { ...lamp, alias: said["alias"] } : lamp,
      );
    return { kind: "noted" };
  }

  #ask(hubKey: Buffer, question: Uint8Array): Said | undefined {
    const call = sealedCall(keyPairOf(this.#entropy.bytes(x25519Bytes)), hubKey, question);
    const wire = call === undefined ? undefined : this.toHub(call.bytes);
    const answer = wire === undefined ? undefined : call?.openAnswer(wire);
    if (wire === undefined || answer === undefined) return undefined;
    const said = JSON.parse(answer.toString()) as Said;
    this.note({ wire: Buffer.from(wire), said });
    return said;
  }
}
