import { CallerError, InvalidInput } from "../domain/errors.ts";
import type { TlsIdentity } from "../ports/network.ts";

/** Without TLS, passwords and the whole home would cross the network in clear. */
export class PlainListenerRefused extends CallerError {
  override readonly code = "plain_listener_refused";
}

/** A legacy listener on every interface would open the home to networks nobody thought of. */
export class LegacyListenerTooWide extends CallerError {
  override readonly code = "legacy_listener_too_wide";
}

/** What notice, record of processing and ledger say about a listener. Holds no address: which one is the owner's own choice. */
export interface ListenerDeclaration {
  readonly kind: "local" | "tls" | "legacy";
  readonly transport: "mqtt" | "websocket";
  readonly encrypted: boolean;
  /** Whether other machines can reach it. */
  readonly leavesHost: boolean;
  readonly admits: "devices" | "devices and clients";
  readonly port: number;
}

export interface ListenerWish {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsIdentity;
  readonly webSocket?: boolean;
  readonly legacy?: boolean;
}

/** @throws PlainListenerRefused, LegacyListenerTooWide, InvalidInput */
export const assertEntrance = (wish: ListenerWish): ListenerDeclaration => {
  const { host, port, tls, webSocket = false, legacy = false } = wish;
  const isLocal = isLoopback(host);
  if (legacy) assertLegacy(wish);
  else if (!isLocal && tls === undefined) {
    throw new PlainListenerRefused(
      "a listener that other machines can reach needs TLS: give --tls-cert and --tls-key, or listen on 127.0.0.1",
      { port },
    );
  }
  return {
    kind: legacy ? "legacy" : tls === undefined ? "local" : "tls",
    transport: webSocket ? "websocket" : "mqtt",
    encrypted: tls !== undefined,
    leavesHost: !isLocal,
    admits: legacy ? "devices" : "devices and clients",
    port,
  };
};

const assertLegacy = ({ host, port, tls, webSocket }: ListenerWish): void => {
  if (tls !== undefined || webSocket === true) {
    throw new InvalidInput("a legacy listener is plain MQTT: with TLS or WebSocket use an ordinary one", {
      path: "legacy-host",
    });
  }
  if (everyInterface.has(canonical(host))) {
    throw new LegacyListenerTooWide("choose the one address of the interface the lamps are on", { port });
  }
};

/** As bind(2) takes them; the third is IPv4's in IPv6. */
const everyInterface: ReadonlySet<string> = new Set(["", "*", "0.0.0.0", "[::]", "[::ffff:0:0]"]);

/** An address in its one spelling: `00.0.0.0`, `0x0` and `0` are the same interface. A name stays one. */
const canonical = (host: string): string => {
  const [address = ""] = host.split("%");
  return URL.parse(`http://${address.includes(":") ? `[${address}]` : address}`)?.hostname ?? address;
};

export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
