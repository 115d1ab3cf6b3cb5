import { sealedCall } from "../../hub/crypto/sealed-call.ts";
import { keyPairOf, x25519Bytes } from "../../hub/crypto/x25519.ts";
import type { Entropy } from "../../hub/ports/entropy.ts";
import { type Declared, Outsider, type Said } from "./outsider.ts";

/** A message as it lies in the outbox. */
export interface Posted {
  readonly channel: string;
  readonly to: string;
  readonly class: string;
  readonly subject: string;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A mail service whose outbox lies open, so that everybody sees what a hub writes; and its way in. */
export class MailService extends Outsider {
  readonly #entropy: Entropy;
  readonly outbox: Posted[] = [];
  /** Of the hub, for what comes in; X25519, base64. */
  hubKey = "";

  constructor(entropy: Entropy, declared: Declared) {
    super(entropy, declared);
    this.#entropy = entropy;
  }

  /** Somebody writes to the home. @param verified whether the sender's domain vouches for it */
  write(from: string, subject: string, verified = true): Said | undefined {
    return this.#hand({ kind: "mail", from, subject, verified });
  }

  /** Somebody's mail program does what RFC 8058 says for a click on "unsubscribe". */
  click({ headers }: Posted): Said | undefined {
    const url = /<(https:[^>]+)>/.exec(headers?.["List-Unsubscribe"] ?? "")?.[1] ?? "";
    return this.#hand({
      kind: "stop",
      token: url.slice(url.lastIndexOf("/") + 1),
      body: headers?.["List-Unsubscribe-Post"] ?? "",
    });
  }

  protected override answer(said: Said): Said {
    if (said["kind"] === "mail") this.outbox.push(said as unknown as Posted);
    return { kind: "taken" };
  }

  #hand(said: Said): Said | undefined {
    const once = keyPairOf(this.#entropy.bytes(x25519Bytes));
    const call = sealedCall(once, Buffer.from(this.hubKey, "base64"), Buffer.from(JSON.stringify(said)));
    const wire = call && this.toHub(call.bytes);
    const answer = wire && call.openAnswer(wire);
    return answer && (JSON.parse(answer.toString()) as Said);
  }
}
