/** What a device tells the network about itself: whom it wakes, and what to say when it is gone. */
export interface DeviceSession {
  readonly will: { readonly topic: string; readonly payload: string };
  readonly publishes: readonly string[];
  readonly subscribes: readonly string[];
  /** The link stands and the subscriptions are in place. */
  linked(): void;
  unlinked(): void;
  /** @param payload text where it never was bytes */
  received(topic: string, payload: string | Uint8Array): void;
}

/** One device's way to the broker. Filled by a real MQTT client or by a session inside the broker's process. */
export interface DeviceTransport {
  /** Links up, and again whenever the link was lost, until closed. The will is published retained. */
  open(session: DeviceSession): void;
  /** The session's `subscribes` has become another. May be called without a link. */
  resubscribe(added: readonly string[], removed: readonly string[]): void;
  /** Dropped while there is no link. */
  publish(topic: string, payload: string, retain: boolean): void;
  /** @param abrupt the cable is pulled: no goodbye, so that the broker publishes the will */
  close(abrupt: boolean): void;
}

/** What survives a power cut inside the device. Small: a few hundred bytes. */
export interface Flash {
  load(): Uint8Array | undefined;
  save(bytes: Uint8Array): void;
}

/** Of a lamp: pages for what it is told once, and a cell, written over as a whole, for what changes all the time. */
export interface LampFlash extends Flash {
  readonly cell: Flash;
}
