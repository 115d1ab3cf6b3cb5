import type { HubConfig } from "./config.ts";
import type { Consents } from "./domain/consent.ts";
import type { Clock } from "./ports/clock.ts";
import type { Network } from "./ports/network.ts";
import { EgressGuard } from "./privacy/egress-guard.ts";
import type { GuardedStore } from "./privacy/guarded-store.ts";
import { type Topic, topics } from "./privacy/outlets.ts";
import { loaded, type Recipients } from "./privacy/recipient.ts";
import { reached } from "./privacy/recipients.ts";
import type { Chain } from "./privacy/sealed-chain.ts";
import { DisclosureLedger } from "./rights/disclosure-ledger.ts";
import { Sharing } from "./rights/sharing.ts";

export type Egress = ReturnType<typeof egressOf>;

/** As long as nobody can be asked, nobody has agreed. */
const nobody: Consents = { allows: () => false, onChange: () => () => {} };

export interface EgressParts {
  readonly clock: Clock;
  readonly network: Network;
  readonly store: GuardedStore;
  readonly chain: Chain<"ledger">;
  readonly consents?: () => Consents;
  /** Absent: those that ship. */
  readonly recipients?: Recipients;
}

/** The one way out of the hub, who may be at its other end, and the book that is kept of it. */
export const egressOf = (
  { clock, network, store, chain, consents = () => nobody, recipients: table = reached }: EgressParts,
  { external, homeAssistant, base }: Pick<HubConfig, "external" | "homeAssistant" | "base">,
) => {
  const sharing = new Sharing(clock, loaded(table), store.collection("sharing"), consents);
  const ledger = new DisclosureLedger(clock, chain, sharing, () => network.bytesSent?.());
  const guard = new EgressGuard(network, ledger);
  sharing.onSwitch(({ recipient, on }) => {
    if (!on) guard.cut(recipient);
  });
  if (external !== undefined) {
    const at = { host: external.host, port: external.port, isSecure: external.tls };
    sharing.nameAtStart("owner-broker", at);
    if (homeAssistant) sharing.nameAtStart("home-assistant", at);
  }
  return {
    sharing,
    ledger,
    /** The network for everything above the platform. */
    guard,
    ownerBroker: {
      network: guard.for("owner-broker"),
      leaving: (topic: string, payloadBytes: number) => {
        // An empty message says nothing: it takes back what the broker has kept.
        if (payloadBytes === 0) return;
        const field = declaredTopic(topic, base) ?? "undeclared";
        // What is for Home Assistant goes over the connection to the broker.
        if (field.startsWith("homeassistant/"))
          ledger.message("home-assistant", field, Buffer.byteLength(topic) + payloadBytes);
        else ledger.message("owner-broker", field);
      },
    },
    start: () => {
      ledger.start();
      sharing.start();
    },
    close: () => ledger.close(),
  };
};

const patterns = (Object.keys(topics) as Topic[]).map(
  (topic) => [topic, new RegExp(`^${topic.replace(/\{\w+\}/g, "[^/]+")}$`)] as const,
);

/** As the table of topics calls it; undefined: it does not know it. */
const declaredTopic = (topic: string, base: string): Topic | undefined => {
  const isOurs = topic.startsWith(`${base}/`);
  // What is neither the home's nor for Home Assistant is said to a device, in the words of its maker.
  if (!isOurs && !topic.startsWith("homeassistant/")) return "device/{address}/command";
  const known = isOurs ? `lampkeeper/${topic.slice(base.length + 1)}` : topic;
  return patterns.find(([, pattern]) => pattern.test(known))?.[0];
};
