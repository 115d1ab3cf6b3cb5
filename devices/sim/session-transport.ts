import { Seconds } from "../../hub/domain/units.ts";
import type { Clock, Timer } from "../../hub/ports/clock.ts";
import type { DeviceSession, DeviceTransport } from "./transport.ts";

/** Who a device is and what it means to touch. What it may touch is for the host to say, by its identity. */
export interface DeviceGrant {
  readonly id: string;
  readonly kind: "device";
  readonly publishes: readonly string[];
  readonly subscribes: readonly string[];
}

/** A message inside the broker's process. */
export interface HostedMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** What it was published as, where that was text: the payload is then made only if somebody asks. */
  readonly text?: string | undefined;
}

/** What the broker calls. */
export interface SessionListener {
  onMessage(message: HostedMessage): void;
  /** The broker ended the session, as it would cut a socket. */
  onClosed(): void;
  /** Published by `drop`. */
  readonly will?: { readonly topic: string; readonly payload: string; readonly retain: true };
}

/** A device's session inside the broker's own process. */
export interface HostedSession {
  publish(topic: string, payload: string, options: { readonly retain: boolean }): unknown;
  subscribe(filter: string): unknown;
  unsubscribe(filter: string): void;
  /** Ends it as DISCONNECT does. */
  close(): void;
  /** Ends it as a lost link does. */
  drop(): void;
}

/** A broker that takes devices as objects, with the same grants and checks as for sockets. May refuse by throwing. */
export interface SessionHost {
  attach(grant: DeviceGrant, listener: SessionListener): HostedSession;
}

/** Pause before a device that was refused or cut tries again. */
const retryAfter = Seconds(5);

/** A device without a socket: an object behind the broker. */
export class SessionTransport implements DeviceTransport, SessionListener {
  readonly #clock: Clock;
  readonly #host: SessionHost;
  readonly #id: string;
  #session: DeviceSession | undefined;
  #hosted: HostedSession | undefined;
  #retry: Timer | undefined;

  constructor(clock: Clock, host: SessionHost, id: string) {
    this.#clock = clock;
    this.#host = host;
    this.#id = id;
  }

  get will() {
    const { topic = "", payload = "" } = this.#session?.will ?? {};
    return { topic, payload, retain: true } as const;
  }

  open(session: DeviceSession): void {
    if (this.#session !== undefined) return;
    this.#session = session;
    this.#link(session);
  }

  resubscribe(added: readonly string[], removed: readonly string[]): void {
    for (const filter of removed) this.#hosted?.unsubscribe(filter);
    for (const filter of added) this.#hosted?.subscribe(filter);
  }

  publish(topic: string, payload: string, retain: boolean): void {
    this.#hosted?.publish(topic, payload, { retain });
  }

  close(abrupt: boolean): void {
    const hosted = this.#hosted;
    this.#hosted = undefined;
    this.#retry?.cancel();
    this.#retry = undefined;
    if (abrupt) hosted?.drop();
    else hosted?.close();
    this.#session = undefined;
  }

  onMessage(message: HostedMessage): void {
    this.#session?.received(message.topic, message.text ?? message.payload);
  }

  onClosed(): void {
    if (this.#hosted === undefined) return;
    this.#hosted = undefined;
    this.#session?.unlinked();
    this.#linkLater();
  }

  #link(session: DeviceSession): void {
    const { publishes, subscribes } = session;
    try {
      const hosted = this.#host.attach({ id: this.#id, kind: "device", publishes, subscribes }, this);
      this.#hosted = hosted;
      for (const filter of subscribes) hosted.subscribe(filter);
    } catch {
      // Refused for now: the broker closes, or this identity came too often.
      this.#linkLater();
      return;
    }
    session.linked();
  }

  #linkLater(): void {
    this.#retry = this.#clock.after(retryAfter, () => {
      this.#retry = undefined;
      if (this.#session !== undefined) this.#link(this.#session);
    });
  }
}
