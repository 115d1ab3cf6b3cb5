import type { BrokerCounters } from "./broker-limits.ts";
import { Message } from "./message.ts";
import type { LocalReceiver } from "./message-router.ts";
import type { MqttMessage, PublishOptions } from "./mqtt-bus.ts";
import type { Permissions } from "./permissions.ts";
import type { CloseReason, OpenSession } from "./session-registry.ts";
import type { TokenBucket } from "./token-bucket.ts";
import { isTopicFilter, isTopicName } from "./topic.ts";

export interface Will {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly retain?: boolean;
}

/** The other side of an in-process connection: an object that behaves as a device or a client. */
export interface SessionHandlers {
  onMessage(message: MqttMessage): void;
  /** The broker ended it: as a real connection that is closed. */
  onClosed?(reason: CloseReason): void;
  /** Published by `drop`, not by `close`. */
  readonly will?: Will;
}

/** A client of the broker in this process: same identity, same checks, no socket and no packets. About 1 kB. */
export interface BrokerSession {
  readonly id: string;
  readonly isOpen: boolean;
  /** @returns false: refused; where the topic was not allowed the session is closed, as a connection would be */
  publish(topic: string, payload: string | Uint8Array, options?: PublishOptions): boolean;
  /** @returns false: refused */
  subscribe(filter: string): boolean;
  unsubscribe(filter: string): void;
  /** Ends it as DISCONNECT does. */
  close(): void;
  /** Ends it as a lost link does: the will is published. */
  drop(): void;
}

/** What a session needs of its broker. */
export interface SessionHost {
  readonly counters: BrokerCounters;
  readonly subscriptionLimit: number;
  readonly payloadLimit: number;
  /** @param retain whether it is kept for who subscribes later */
  publish(message: Message, retain: boolean): void;
  subscribe(filter: string, receiver: LocalReceiver): void;
  unsubscribe(filter: string, receiver: LocalReceiver): void;
  left(session: OpenSession & { readonly id: string }): void;
}

const none: readonly never[] = [];

export class LocalSession implements BrokerSession, LocalReceiver, OpenSession {
  isOpen = true;
  readonly isHub = false;
  readonly clientId = "";
  readonly #host: SessionHost;
  readonly #permissions: Permissions;
  readonly #handlers: SessionHandlers;
  readonly #bucket: TokenBucket;
  /** Replaced, not changed: an array that grows takes room for sixteen more, and most have one. */
  #filters: readonly string[] = none;

  constructor(host: SessionHost, permissions: Permissions, handlers: SessionHandlers, bucket: TokenBucket) {
    this.#host = host;
    this.#permissions = permissions;
    this.#handlers = handlers;
    this.#bucket = bucket;
  }

  get id(): string {
    return this.#permissions.id;
  }

  publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): boolean {
    if (!this.isOpen) return false;
    const message = new Message(topic, given(payload), options.qos ?? 0, this.id);
    if (message.isLongerThan(this.#host.payloadLimit)) {
      this.#host.counters.oversized++;
      this.end("oversized");
      return false;
    }
    if (!this.#permissions.mayPublish(topic) || !isTopicName(topic)) {
      this.#host.counters.publishesRefused++;
      this.end("refused");
      return false;
    }
    // There is no reading more slowly here, so what exceeds the rate is not taken at all.
    if (!this.#bucket.tryTake()) {
      this.#host.counters.throttled++;
      return false;
    }
    this.#host.counters.published++;
    this.#host.publish(message, options.retain === true);
    return true;
  }

  subscribe(filter: string): boolean {
    if (!this.isOpen) return false;
    if (this.#filters.includes(filter)) return true;
    const isAllowed =
      this.#filters.length < this.#host.subscriptionLimit &&
      isTopicFilter(filter) &&
      this.#permissions.maySubscribe(filter);
    if (!isAllowed) {
      this.#host.counters.subscriptionsRefused++;
      return false;
    }
    this.#filters = this.#filters.concat(filter);
    this.#host.subscribe(filter, this);
    return true;
  }

  unsubscribe(filter: string): void {
    if (!this.#filters.includes(filter)) return;
    this.#filters = this.#filters.filter((each) => each !== filter);
    this.#host.unsubscribe(filter, this);
  }

  receive(message: Message): void {
    if (this.#permissions.mayReceive(message.topic)) this.#handlers.onMessage(message);
    else this.#host.counters.deliveriesRefused++;
  }

  close(): void {
    this.#leave();
  }

  drop(): void {
    if (!this.isOpen) return;
    this.#leave();
    this.#publishWill();
  }

  end(reason: CloseReason): void {
    if (!this.isOpen) return;
    this.#leave();
    // The hub closing is no misfortune of the lamp's: what it left behind still holds.
    if (reason !== "closing") this.#publishWill();
    this.#handlers.onClosed?.(reason);
  }

  #leave(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    for (const filter of this.#filters) this.#host.unsubscribe(filter, this);
    this.#filters = none;
    this.#host.left(this);
  }

  #publishWill(): void {
    const will = this.#handlers.will;
    if (will === undefined || !isTopicName(will.topic)) return;
    const message = new Message(will.topic, given(will.payload), 0, this.id);
    const isAllowed =
      !message.isLongerThan(this.#host.payloadLimit) && this.#permissions.mayPublish(will.topic);
    if (!isAllowed) this.#host.counters.publishesRefused++;
    else this.#host.publish(message, will.retain ?? false);
  }
}

/** Text as it is. */
export const given = (payload: string | Uint8Array): string | Buffer =>
  typeof payload === "string" ? payload : asBuffer(payload);

/** A view, not a copy: who publishes gives its bytes away. */
export const asBuffer = (payload: string | Uint8Array): Buffer =>
  typeof payload === "string"
    ? Buffer.from(payload)
    : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
