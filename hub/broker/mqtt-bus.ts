/** A message as the hub sees it. */
export interface MqttMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
  /** `AccessGrant.id` of the client that published it, where the broker is ours and so knows; absent or empty: unknown. */
  readonly from?: string;
  /** The payload as text, where it came as such. */
  readonly text?: string | undefined;
}

export interface PublishOptions {
  readonly retain?: boolean;
  readonly qos?: 0 | 1;
}

/** MQTT as the hub itself uses it: filled by the embedded broker and by the client of an owner's own broker. */
export interface MqttBus {
  publish(topic: string, payload: string | Uint8Array, options?: PublishOptions): void;
  /** @returns unsubscribe. Retained messages that match are delivered first. */
  subscribe(filter: string, handler: (message: MqttMessage) => void): () => void;
}

/** What one authenticated identity may touch. Filters may hold MQTT wildcards. Everything else is refused. */
export interface AccessGrant {
  /** Device address or token id; never a name. */
  readonly id: string;
  readonly kind: "device" | "client";
  readonly publishes: readonly string[];
  readonly subscribes: readonly string[];
  /**
   * Stands where the filters have `{address}`; absent: they are meant as they are. So ten thousand lamps of a product
   * share two lists.
   */
  readonly address?: string;
  /** What it may hear beside these for now. */
  readonly joins?: Joins;
}

/** Filters that identities may hear for now: asked each time, so that what ends has ended at once. A list never changes. */
export interface Joins {
  /** Another one as soon as any of the lists is another. */
  readonly edition: number;
  of(id: string): readonly string[];
}

/** Who may come in: filled in compose from device identities and tokens. */
export interface BrokerAccess {
  /** @param remote from where, for rate limits only */
  authenticate(username: string, password: Uint8Array, remote: string): AccessGrant | undefined;
}
