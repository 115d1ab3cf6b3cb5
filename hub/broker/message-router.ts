import { Message } from "./message.ts";
import type { RetainedMessages } from "./retained-messages.ts";
import { SubscriptionTree } from "./subscription-tree.ts";

/** Someone in this process who hears messages. `isOpen` false: what still waits for it is not delivered. */
export interface LocalReceiver {
  readonly isOpen: boolean;
  /** The hub itself, not a device or a client. */
  readonly isHub: boolean;
  receive(message: Message): void;
}

/** Someone behind a connection. Must not throw and not call back. */
export interface RemoteReceiver {
  readonly isHub?: undefined;
  send(message: Message): void;
}

type Receiver = LocalReceiver | RemoteReceiver;

const isRemote = (receiver: Receiver): receiver is RemoteReceiver => receiver.isHub === undefined;

/** A queue that was no longer than this keeps its room for the next turn. */
const keptRoom = 64;
/** Deliveries of a kind, to the hub or to sessions, made before the rest of the process gets its turn. */
const deliveriesPerTurn = 1_000;

/**
 * What waits for receivers, in order. Two lists that go together: a pair of its own for each would be most of a burst's
 * garbage. They keep their room while a turn lasts: what is for the hub waits one at a time, ten thousand times.
 */
class DeliveryQueue {
  readonly #receivers: (LocalReceiver | undefined)[] = [];
  readonly #messages: (Message | undefined)[] = [];
  #next = 0;
  #end = 0;

  get isEmpty(): boolean {
    return this.#next === this.#end;
  }

  add(receiver: LocalReceiver, message: Message): void {
    this.#receivers[this.#end] = receiver;
    this.#messages[this.#end++] = message;
  }

  /** The first of them is served. */
  deliver(): void {
    const receiver = this.#receivers[this.#next];
    const message = this.#messages[this.#next];
    this.#receivers[this.#next] = undefined;
    this.#messages[this.#next++] = undefined;
    if (this.isEmpty) this.#next = this.#end = 0;
    if (receiver?.isOpen && message !== undefined) receiver.receive(message);
  }

  /** What is served lies at the front and goes once per turn. */
  trim(): void {
    if (this.isEmpty) {
      if (this.#receivers.length > keptRoom) this.clear();
      return;
    }
    this.#receivers.splice(0, this.#next);
    this.#messages.splice(0, this.#next);
    this.#end -= this.#next;
    this.#next = 0;
  }

  clear(): void {
    this.#receivers.length = 0;
    this.#messages.length = 0;
    this.#next = this.#end = 0;
  }
}

/** What follows it is a microtask; `queueMicrotask` makes a resource of its own for each, which takes longer than a delivery. */
const now = Promise.resolve();

const none: readonly never[] = [];
const nothing = new Message("", "", 0, "");

/**
 * From who publishes to who subscribed. Connections are served at once. Receivers in this process are served from
 * queues, in order, after whoever published has finished: a lamp's answer to a command cannot run inside the command, ten
 * thousand of them cannot overflow the stack, and between thousands others get their turn.
 *
 * What is for the hub itself goes first: the answer of one lamp is heard before the next lamp hears the command, so ten
 * thousand answers never wait beside each other. Each receiver has one queue, so for each the order stays.
 */
export class MessageRouter {
  readonly retained: RetainedMessages;
  readonly #subscriptions = new SubscriptionTree<Receiver>();
  readonly #forHub = new DeliveryQueue();
  readonly #forSessions = new DeliveryQueue();
  /** What goes round, and to which connections: a receiver may be taken out of the tree meanwhile. */
  #routed = nothing;
  #remote: RemoteReceiver[] | undefined;
  #isScheduled = false;
  #isStopped = false;

  constructor(retained: RetainedMessages) {
    this.retained = retained;
  }

  /** Retained messages that match are delivered first. */
  subscribe(filter: string, receiver: LocalReceiver): void {
    this.#subscriptions.add(filter, receiver);
    for (const message of this.retained.matching(filter)) this.#enqueue(receiver, message);
  }

  unsubscribe(filter: string, receiver: LocalReceiver): void {
    this.#subscriptions.remove(filter, receiver);
  }

  subscribeRemote(filter: string, receiver: RemoteReceiver): void {
    this.#subscriptions.add(filter, receiver);
  }

  unsubscribeRemote(filter: string, receiver: RemoteReceiver): void {
    this.#subscriptions.remove(filter, receiver);
  }

  /** Delivers to everyone who subscribed. Retaining is the caller's business. */
  route(message: Message): void {
    if (this.#isStopped) return;
    this.#routed = message;
    this.#subscriptions.match(message.topic, this.#visit);
    this.#routed = nothing;
    const remote = this.#remote ?? none;
    this.#remote = undefined;
    for (const receiver of remote) receiver.send(message);
  }

  /** Calls in its turn: when what waits now is delivered. */
  afterwards(call: () => void): void {
    this.#enqueue({ isOpen: true, isHub: false, receive: call }, nothing);
  }

  /** Nothing is delivered from now on. */
  stop(): void {
    this.#isStopped = true;
    this.#forHub.clear();
    this.#forSessions.clear();
  }

  /** One for all messages: a closure for each would be a tenth of a burst's garbage. */
  readonly #visit = (receiver: Receiver): void => {
    if (!isRemote(receiver)) this.#enqueue(receiver, this.#routed);
    else if (this.#remote === undefined) this.#remote = [receiver];
    else this.#remote.push(receiver);
  };

  #enqueue(receiver: LocalReceiver, message: Message): void {
    (receiver.isHub ? this.#forHub : this.#forSessions).add(receiver, message);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    void now.then(this.#deliver);
  }

  readonly #deliver = (): void => {
    try {
      let [toHub, toSessions] = [0, 0];
      while (toHub < deliveriesPerTurn && toSessions < deliveriesPerTurn) {
        if (!this.#forHub.isEmpty) {
          toHub++;
          this.#forHub.deliver();
        } else if (!this.#forSessions.isEmpty) {
          toSessions++;
          this.#forSessions.deliver();
        } else break;
      }
    } catch (error) {
      // A receiver that throws is a bug and shall be heard of; the others still get their messages.
      queueMicrotask(() => {
        throw error;
      });
    } finally {
      this.#continue();
    }
  };

  #continue(): void {
    this.#forHub.trim();
    this.#forSessions.trim();
    this.#isScheduled = !(this.#forHub.isEmpty && this.#forSessions.isEmpty);
    if (this.#isScheduled) setImmediate(this.#deliver);
  }
}
