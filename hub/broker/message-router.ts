import type { MqttMessage } from "./mqtt-bus.ts";
import type { RetainedMessage, RetainedMessages } from "./retained-messages.ts";
import { SubscriptionTree } from "./subscription-tree.ts";

export interface RoutedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  /** `AccessGrant.id` of who published it; empty: the hub. */
  readonly from: string;
}

/** Someone in this process who hears messages. `isOpen` false: what still waits for it is not delivered. */
export interface LocalReceiver {
  readonly isOpen: boolean;
  receive(message: MqttMessage): void;
}

/** Someone behind a connection. Must not throw and not call back. */
export interface RemoteReceiver {
  send(message: RoutedMessage): void;
}

/** Deliveries made before the rest of the process gets its turn. */
const deliveriesPerTurn = 1_000;

/**
 * From who publishes to who subscribed. Connections are served at once. Receivers in this process are served from one
 * queue, in order, after whoever published has finished: a lamp's answer to a command cannot run inside the command, ten
 * thousand of them cannot overflow the stack, and between thousands others get their turn.
 */
export class MessageRouter {
  readonly retained: RetainedMessages;
  readonly #local = new SubscriptionTree<LocalReceiver>();
  readonly #remote = new SubscriptionTree<RemoteReceiver>();
  #receivers: LocalReceiver[] = [];
  #messages: MqttMessage[] = [];
  #next = 0;
  #isScheduled = false;
  #isStopped = false;
  readonly #foundLocal: LocalReceiver[] = [];

  constructor(retained: RetainedMessages) {
    this.retained = retained;
  }

  /** Retained messages that match are delivered first. */
  subscribe(filter: string, receiver: LocalReceiver): void {
    this.#local.add(filter, receiver);
    for (const message of this.retained.matching(filter)) this.#enqueue(receiver, asMessage(message, true));
  }

  unsubscribe(filter: string, receiver: LocalReceiver): void {
    this.#local.remove(filter, receiver);
  }

  subscribeRemote(filter: string, receiver: RemoteReceiver): void {
    this.#remote.add(filter, receiver);
  }

  unsubscribeRemote(filter: string, receiver: RemoteReceiver): void {
    this.#remote.remove(filter, receiver);
  }

  /** Delivers to everyone who subscribed. Retaining is the caller's business. */
  route(message: RoutedMessage): void {
    if (this.#isStopped) return;
    const local = this.#foundLocal;
    this.#local.match(message.topic, local);
    if (local.length > 0) {
      const seen = asMessage(message, false);
      for (const receiver of local) this.#enqueue(receiver, seen);
      local.length = 0;
    }
    // A receiver may be taken out of the tree while the message goes round: the list is the message's own.
    const remote: RemoteReceiver[] = [];
    this.#remote.match(message.topic, remote);
    for (const receiver of remote) receiver.send(message);
  }

  /** Calls in its turn: when what waits now is delivered. */
  afterwards(call: () => void): void {
    this.#enqueue({ isOpen: true, receive: call }, nothing);
  }

  /** Nothing is delivered from now on. */
  stop(): void {
    this.#isStopped = true;
    this.#receivers = [];
    this.#messages = [];
    this.#next = 0;
  }

  #enqueue(receiver: LocalReceiver, message: MqttMessage): void {
    this.#receivers.push(receiver);
    this.#messages.push(message);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(this.#deliver);
  }

  readonly #deliver = (): void => {
    const end = this.#next + deliveriesPerTurn;
    try {
      while (this.#next < end && this.#next < this.#receivers.length) {
        const receiver = this.#receivers[this.#next];
        const message = this.#messages[this.#next++];
        if (receiver?.isOpen && message !== undefined) receiver.receive(message);
      }
    } finally {
      // A receiver that throws is a bug and shall be heard of; the others still get their messages.
      this.#continue();
    }
  };

  #continue(): void {
    this.#receivers.splice(0, this.#next);
    this.#messages.splice(0, this.#next);
    this.#next = 0;
    this.#isScheduled = this.#receivers.length > 0;
    if (this.#isScheduled) setImmediate(this.#deliver);
  }
}

const nothing: MqttMessage = { topic: "", payload: Buffer.alloc(0), retain: false };

const asMessage = (message: RoutedMessage | RetainedMessage, retain: boolean): MqttMessage => ({
  topic: message.topic,
  payload: message.payload,
  retain,
  ...(message.from === "" ? {} : { from: message.from }),
});
