import { EventEmitter } from "node:events";
import type { Client } from "aedes";
import type { Peer, SessionEngine } from "./peer.ts";

/** So much may wait for aedes before the connection is read no further. */
const highWaterBytes = 65_536;

const nothing = (): void => undefined;

/**
 * The connection of a kept session as aedes sees it: those parts of a stream that it uses. It reads here the packets it is
 * given, and what it writes goes into the outbox of the connection.
 */
export class EngineStream extends EventEmitter implements SessionEngine {
  /** Set by aedes. */
  client: Client | undefined;
  /** What it subscribed to. */
  readonly filters = new Set<string>();
  /** Its CONNACK is out: messages may follow. */
  isReady = false;
  readonly peer: Peer;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;

  constructor(peer: Peer) {
    super();
    this.peer = peer;
  }

  get destroyed(): boolean {
    return !this.peer.isOpen;
  }

  give(packet: Buffer): void {
    const wasFull = this.#waitingBytes >= highWaterBytes;
    this.#waiting.push(packet);
    this.#waitingBytes += packet.length;
    if (!wasFull && this.#waitingBytes >= highWaterBytes) this.peer.hold();
    this.emit("readable");
  }

  read(): Buffer | null {
    if (this.#waitingBytes === 0) return null;
    const all = Buffer.concat(this.#waiting, this.#waitingBytes);
    const wasFull = this.#waitingBytes >= highWaterBytes;
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (wasFull) this.peer.proceed();
    return all;
  }

  write(chunk: Buffer | string, encoding?: BufferEncoding): boolean {
    return this.peer.outbox.put(typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk);
  }

  /** Gathering is the outbox's business, not the packet writer's. */
  cork(): void {}
  uncork(): void {}

  destroy(): void {
    this.peer.close();
  }

  publish(topic: string, payload: Buffer, qos: 1 | 2): void {
    this.client?.publish({ cmd: "publish", topic, payload, qos, retain: true, dup: false }, nothing);
  }

  drained(): void {
    this.emit("drain");
  }

  closed(): void {
    this.client?.close();
    this.emit("close");
  }
}
