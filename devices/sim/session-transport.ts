import type { DeviceSession, DeviceTransport } from "./transport.ts";

/** What one device may touch, as the broker checks it: its identity and its own topics. */
export interface DeviceGrant {
  readonly id: string;
  readonly kind: "device";
  readonly publishes: readonly string[];
  readonly subscribes: readonly string[];
}

/** A device's session inside the broker's own process. */
export interface HostedSession {
  publish(topic: string, payload: string, retain: boolean): void;
  close(): void;
}

/** A broker that takes devices as objects, with the same checks as for sockets. Filled by the roof. */
export interface SessionHost {
  /** Subscribes to everything the grant lets it hear. */
  attach(grant: DeviceGrant, listener: Pick<DeviceSession, "received">): HostedSession;
}

/** A device without a socket: an object behind the broker. */
export class SessionTransport implements DeviceTransport {
  readonly #host: SessionHost;
  readonly #id: string;
  #session: DeviceSession | undefined;
  #hosted: HostedSession | undefined;

  constructor(host: SessionHost, id: string) {
    this.#host = host;
    this.#id = id;
  }

  open(session: DeviceSession): void {
    if (this.#hosted !== undefined) return;
    const { publishes, subscribes } = session;
    this.#session = session;
    this.#hosted = this.#host.attach({ id: this.#id, kind: "device", publishes, subscribes }, session);
    session.linked();
  }

  publish(topic: string, payload: string, retain: boolean): void {
    this.#hosted?.publish(topic, payload, retain);
  }

  close(abrupt: boolean): void {
    const hosted = this.#hosted;
    const will = this.#session?.will;
    this.#hosted = undefined;
    this.#session = undefined;
    // No socket breaks here, so nobody but this end can publish the last will.
    if (abrupt && will !== undefined) hosted?.publish(will.topic, will.payload, true);
    hosted?.close();
  }
}
