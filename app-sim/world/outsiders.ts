import { NetworkFailed } from "../../hub/domain/errors.ts";
import type { Clock } from "../../hub/ports/clock.ts";
import type { Entropy } from "../../hub/ports/entropy.ts";
import type { Outside } from "../../hub/ports/outside.ts";
import { AssistantCloud } from "./assistant-cloud.ts";
import { assistantDeclared, mailDeclared, providerDeclared, relayDeclared } from "./declarations.ts";
import { IdentityProvider } from "./identity-provider.ts";
import { MailService } from "./mail-service.ts";
import type { Outsider } from "./outsider.ts";
import { Relay } from "./relay.ts";

/** Bytes that crossed the wire to somebody outside, as whoever sits on it sees them. */
export interface Crossing {
  readonly host: string;
  readonly way: "out" | "in";
  readonly bytes: Buffer;
}

/** The internet of a simulated home: a few services of others, and a wire on which everything is recorded. */
export class Outsiders implements Outside {
  readonly assistants: readonly [AssistantCloud, AssistantCloud];
  readonly provider: IdentityProvider;
  readonly mail: MailService;
  readonly relay: Relay;
  readonly crossings: Crossing[] = [];
  /** How many of them it remembers. */
  most = 1_000;
  #hub: ((connector: string, bytes: Uint8Array) => Uint8Array | undefined) | undefined;

  constructor(clock: Clock, entropy: Entropy) {
    this.assistants = [
      new AssistantCloud(clock, entropy, assistantDeclared("sim-assistant", "assistant.example", "US")),
      new AssistantCloud(clock, entropy, assistantDeclared("sim-assistant-two", "second.example", "DE")),
    ];
    this.provider = new IdentityProvider(clock, entropy, providerDeclared);
    this.mail = new MailService(entropy, mailDeclared);
    this.relay = new Relay(clock, entropy, relayDeclared);
    for (const service of this.all) service.toHub = (bytes) => this.#carried(service, Buffer.from(bytes));
  }

  get all(): readonly Outsider[] {
    return [...this.assistants, this.provider, this.mail, this.relay];
  }

  get services(): readonly unknown[] {
    return this.all.map(({ declared }) => declared);
  }

  /** Where the home's own door is. @param hub undefined where it refuses */
  attach(hub: (connector: string, bytes: Uint8Array) => Uint8Array | undefined): void {
    this.#hub = hub;
  }

  async call(host: string, bytes: Uint8Array): Promise<Uint8Array> {
    this.#crossed({ host, way: "out", bytes: Buffer.from(bytes) });
    // Whoever calls goes on before the answer is there, as with any network.
    await Promise.resolve();
    const service = this.all.find((each) => each.host === host);
    const answer = service === undefined || service.isOffline ? undefined : service.hear(bytes);
    if (answer === undefined) throw new NetworkFailed(`nobody answers at ${host}`, { reason: "unreachable" });
    this.#crossed({ host, way: "in", bytes: Buffer.from(answer) });
    return answer;
  }

  #crossed(crossing: Crossing): void {
    this.crossings.push(crossing);
    if (this.crossings.length > this.most) this.crossings.shift();
  }

  #carried({ name, host }: Outsider, bytes: Buffer): Uint8Array | undefined {
    this.#crossed({ host, way: "in", bytes });
    const answer = this.#hub?.(name, bytes);
    if (answer !== undefined) this.#crossed({ host, way: "out", bytes: Buffer.from(answer) });
    return answer;
  }
}
