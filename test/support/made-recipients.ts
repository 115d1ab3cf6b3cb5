import type { Consents } from "../../hub/domain/consent.ts";
import { Instant } from "../../hub/domain/units.ts";
import { egressOf } from "../../hub/egress-wiring.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { SimNetwork } from "../../hub/platform/sim/sim-network.ts";
import { VirtualClock } from "../../hub/platform/sim/virtual-clock.ts";
import type { Clock } from "../../hub/ports/clock.ts";
import type { Network } from "../../hub/ports/network.ts";
import type { Recipient, Recipients } from "../../hub/privacy/recipient.ts";
import type { Chains } from "../../hub/privacy-layer.ts";
import { memoryChains } from "./memory-chain.ts";
import { MemoryGuardedStore } from "./memory-guarded-store.ts";

/** A recipient abroad, as a connector would declare one. */
export const assistant: Recipient = {
  is: "a voice assistant",
  purpose: "assistant",
  why: "lamps are switched by voice",
  fields: ["lamp.name", "lamp.on"],
  retention: "30 days",
  country: "US",
  safeguard: "standard-clauses",
  hosts: ["tls://assistant.example:443"],
  subRecipients: [],
};

/** Consents that a test gives and takes back. */
export class HandConsents implements Consents {
  readonly given = new Set<string>();
  readonly #listeners = new Set<Parameters<Consents["onChange"]>[0]>();
  allows: Consents["allows"] = (purpose, person) => this.given.has(`${purpose} ${person ?? "home"}`);
  onChange: Consents["onChange"] = (call) => {
    this.#listeners.add(call);
    return () => this.#listeners.delete(call);
  };
  set(purpose: "assistant" | "owner-broker", person: undefined, allowed: boolean): void {
    const key = `${purpose} ${person ?? "home"}`;
    if (allowed) this.given.add(key);
    else this.given.delete(key);
    for (const call of this.#listeners) call({ purpose, allowed });
  }
}

/** The way out of a house for tests: every recipient is off. */
export const egressBeside = (house: {
  readonly clock: Clock;
  readonly network: Network;
  readonly chain: Chains;
}) =>
  egressOf(
    {
      clock: house.clock,
      network: house.network,
      store: new MemoryGuardedStore(),
      chain: house.chain("ledger"),
    },
    { homeAssistant: false, base: "lampkeeper" },
  );

/** The way out of a hub, on a network where `port` is open and keeps what it is sent. */
export const wayOut = async (
  recipients?: Recipients,
  external?: { readonly host: string; readonly port: number; readonly tls: boolean },
) => {
  const clock = new VirtualClock(Instant(Date.UTC(2027, 0, 1)));
  const network = new SimNetwork(clock, new SeededRandom(5));
  const arrived: Buffer[] = [];
  await network.listen({ host: "127.0.0.1", port: 443 }, ({ stream }) =>
    stream.on("data", (bytes: Buffer) => arrived.push(bytes)),
  );
  const consents = new HandConsents();
  const chain = memoryChains()("ledger");
  const egress = egressOf(
    {
      clock,
      network,
      store: new MemoryGuardedStore(),
      chain,
      consents: () => consents,
      ...(recipients === undefined ? {} : { recipients }),
    },
    { homeAssistant: false, base: "lampkeeper", ...(external === undefined ? {} : { external }) },
  );
  egress.start();
  return { clock, network, arrived, consents, chain, egress, ...egress };
};
