import { sealedCall } from "../../crypto/sealed-call.ts";
import { keyPairOf, x25519Bytes } from "../../crypto/x25519.ts";
import { type ConnectorDeclaration, hostOf } from "../../domain/connector.ts";
import { NetworkFailed } from "../../domain/errors.ts";
import type { Entropy } from "../../ports/entropy.ts";
import type { Outside } from "../../ports/outside.ts";
import { type OutsideMessage, readMessage } from "./message.ts";

/**
 * Speaks to services of others: every question is sealed for the key that the service declares, so that nobody on the way
 * reads along even where the TLS around it ends early.
 */
export class ServiceLink {
  readonly #entropy: Entropy;
  readonly #outside: Outside;

  constructor(entropy: Entropy, outside: Outside) {
    this.#entropy = entropy;
    this.#outside = outside;
  }

  /** How many bytes a message takes on the wire. */
  sizeOf(message: OutsideMessage): number {
    return Buffer.byteLength(JSON.stringify(message));
  }

  /** @throws NetworkFailed nobody answers, or somebody else than the service */
  async ask(service: ConnectorDeclaration, message: OutsideMessage): Promise<OutsideMessage> {
    const once = keyPairOf(this.#entropy.bytes(x25519Bytes));
    const call = sealedCall(once, Buffer.from(service.key, "base64"), Buffer.from(JSON.stringify(message)));
    if (call === undefined) throw new NetworkFailed("the service has no good key", { reason: "key" });
    const answer = call.openAnswer(await this.#outside.call(hostOf(service), call.bytes));
    const read = answer && readMessage(answer);
    if (read === undefined)
      throw new NetworkFailed("the service did not answer in its own name", { reason: "answer" });
    return read;
  }
}
