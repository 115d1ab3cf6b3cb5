import { readConnect } from "./connect-packet.ts";
import {
  answerPacket,
  connackPacket,
  packetType,
  pingrespPacket,
  readIdentifier,
  readSubscribe,
  readUnsubscribe,
  reservedFlags,
  returnCode,
  subackPacket,
  subscriptionRefused,
  type Wish,
} from "./control-packets.ts";
import type { KeptEngine } from "./kept-engine.ts";
import type { Peer, RemoteHost } from "./peer.ts";
import type { PublishIntake } from "./publish-intake.ts";
import { type ReadPublish, readPublish } from "./publish-packet.ts";
import type { RemoteDelivery } from "./remote-delivery.ts";
import { SignIn } from "./sign-in.ts";

const { connect, disconnect, pingreq, puback, pubcomp, publish, pubrec, pubrel, subscribe } = packetType;
const { unsuback, unsubscribe } = packetType;

/**
 * MQTT 3.1.1 as a server, packet by packet (section 3). A session that is kept beyond its connection is aedes': it gets
 * what concerns subscriptions and acknowledgements. All else, and all of a clean session, is answered here and at once.
 */
export class ClientPackets {
  readonly #host: RemoteHost;
  readonly #signIn: SignIn;
  readonly #intake: PublishIntake;
  readonly #delivery: RemoteDelivery;
  readonly #engine: KeptEngine;

  constructor(host: RemoteHost, intake: PublishIntake, delivery: RemoteDelivery, engine: KeptEngine) {
    this.#host = host;
    this.#signIn = new SignIn(host);
    this.#intake = intake;
    this.#delivery = delivery;
    this.#engine = engine;
  }

  /** @returns false when it is malformed, or out of place */
  take(peer: Peer, data: Buffer, at: number, start: number, end: number): boolean {
    const first = data[at] ?? 0;
    const type = first >> 4;
    const isSignedIn = peer.permissions !== undefined;
    if (type === publish) return isSignedIn && this.#onPublish(peer, data, at, start, end);
    // [MQTT-3.1.0-1], [MQTT-3.1.0-2]: CONNECT comes first, and once.
    if ((first & 15) !== reservedFlags(type) || (type === connect) === isSignedIn) return false;
    if (type === connect) return this.#onConnect(peer, data, at, start, end);
    if (type === pingreq || type === disconnect) return start === end && this.#onSign(peer, type);
    if (peer.engine === undefined) return this.#onControl(peer, type, data, start, end);
    peer.engine.give(data.subarray(at, end));
    return true;
  }

  #onConnect(peer: Peer, data: Buffer, at: number, start: number, end: number): boolean {
    const wanted = readConnect(data, start, end);
    if (wanted === "malformed") return false;
    const code =
      wanted === "unacceptable" ? returnCode.unacceptableVersion : this.#signIn.check(peer, wanted);
    if (wanted !== "unacceptable" && code === returnCode.accepted && !wanted.isClean) {
      this.#engine.open(peer, data.subarray(at, end));
      return true;
    }
    peer.outbox.put(connackPacket(code));
    // [MQTT-3.2.2-5], [MQTT-3.1.2-6]
    if (code === returnCode.accepted) this.#engine.forget(peer);
    else peer.close();
    return true;
  }

  #onPublish(peer: Peer, data: Buffer, at: number, start: number, end: number): boolean {
    const message = readPublish(data, at, start, end);
    if (message === undefined) return false;
    if (message.qos === 2) this.#onPublish2(peer, message, data.subarray(at, end));
    else if (!this.#intake.take(peer, message)) peer.close();
    else if (message.qos === 1) peer.outbox.put(answerPacket(puback, message.identifier));
    return true;
  }

  /** 4.3.3, the way in which the message goes on at once and its identifier is remembered. */
  #onPublish2(peer: Peer, message: ReadPublish, packet: Buffer): void {
    if (peer.engine !== undefined) {
      if (this.#intake.admit(peer, message)) peer.engine.give(packet);
      else peer.close();
      return;
    }
    peer.incoming ??= new Set();
    const { incoming } = peer;
    const isNew = !incoming.has(message.identifier);
    if (isNew && (incoming.size >= this.#host.limits.inflight || !this.#intake.take(peer, message))) {
      peer.close();
      return;
    }
    incoming.add(message.identifier);
    peer.outbox.put(answerPacket(pubrec, message.identifier));
  }

  #onSign(peer: Peer, type: number): boolean {
    if (type === pingreq) {
      peer.outbox.put(pingrespPacket);
    } else {
      // [MQTT-3.14.4-3]
      peer.will = undefined;
      peer.close();
    }
    return true;
  }

  #onControl(peer: Peer, type: number, data: Buffer, start: number, end: number): boolean {
    if (type === subscribe) return this.#onSubscribe(peer, data, start, end);
    if (type === unsubscribe) return this.#onUnsubscribe(peer, data, start, end);
    const identifier = readIdentifier(data, start, end);
    return identifier !== undefined && this.#onAcknowledgement(peer, type, identifier);
  }

  /** A clean session forgets what it sent: an acknowledgement is answered where it must be, and changes nothing. */
  #onAcknowledgement(peer: Peer, type: number, identifier: number): boolean {
    if (type === puback || type === pubcomp) return true;
    if (type !== pubrec && type !== pubrel) return false;
    if (type === pubrel) peer.incoming?.delete(identifier);
    peer.outbox.put(answerPacket(type === pubrec ? pubrel : pubcomp, identifier));
    return true;
  }

  #onSubscribe(peer: Peer, data: Buffer, start: number, end: number): boolean {
    const wanted = readSubscribe(data, start, end);
    if (wanted === undefined) return false;
    const granted = wanted.wishes.map((wish) =>
      this.#subscribe(peer, wish) ? wish.qos : subscriptionRefused,
    );
    peer.outbox.put(subackPacket(wanted.identifier, granted));
    for (const [at, wish] of wanted.wishes.entries())
      if (granted[at] !== subscriptionRefused) this.#delivery.sendRetained(peer, wish);
    return true;
  }

  #subscribe(peer: Peer, wish: Wish): boolean {
    const isAllowed = this.#delivery.maySubscribe(peer, wish.filter, peer.subscriptions.length);
    if (isAllowed) this.#delivery.subscribe(peer, wish);
    return isAllowed;
  }

  #onUnsubscribe(peer: Peer, data: Buffer, start: number, end: number): boolean {
    const wanted = readUnsubscribe(data, start, end);
    if (wanted === undefined) return false;
    for (const filter of wanted.filters) this.#delivery.unsubscribe(peer, filter);
    peer.outbox.put(answerPacket(unsuback, wanted.identifier));
    return true;
  }
}
