import type { ApiServer } from "./api/server.ts";
import type { EmbeddedBroker } from "./broker/embedded-broker.ts";
import { assertEntrance } from "./broker/listener-policy.ts";
import { onChosenPort, type PortChoice } from "./chosen-port.ts";
import type { Listener, TlsIdentity } from "./ports/network.ts";
import type { Platform } from "./ports/platform.ts";

interface Entrance {
  readonly host: string;
  readonly appPort: PortChoice;
}

interface Certified {
  readonly tls?: TlsIdentity;
}

export const tlsOf = ({ tls }: Certified) => (tls === undefined ? {} : { tls });

/** App, API and MQTT over WebSocket on one port, under the same rule as the broker: off this machine only with TLS. */
export const openApp = async (
  network: Platform["network"],
  { host, appPort }: Entrance,
  around: Certified,
  api: ApiServer,
  broker: EmbeddedBroker,
): Promise<Listener> => {
  assertEntrance({ host, port: appPort.port, ...tlsOf(around) });
  const upgrades = [{ ...(await broker.webSocketUpgrade()), welcomes: api.welcomes }];
  return onChosenPort(appPort, (port) =>
    network.serve({ host, port, upgrades, ...tlsOf(around) }, api.handle),
  );
};
