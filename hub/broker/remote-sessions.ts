import { Seconds } from "../domain/units.ts";
import type { Timer } from "../ports/clock.ts";
import type { Connection } from "../ports/network.ts";
import { ClientPackets } from "./client-packets.ts";
import { Doorkeeper } from "./doorkeeper.ts";
import { KeptEngine } from "./kept-engine.ts";
import type { Message } from "./message.ts";
import { WriteTurn } from "./outbox.ts";
import type { Violation } from "./packet-reader.ts";
import { type Entrance, Peer, type PeerOwner, type RemoteHost } from "./peer.ts";
import { PublishIntake } from "./publish-intake.ts";
import { RemoteDelivery } from "./remote-delivery.ts";
import type { CloseReason } from "./session-registry.ts";

/** Clients behind connections: how they come, fall silent and go. What they say is the business of `ClientPackets`. */
export class RemoteSessions implements PeerOwner {
  readonly #host: RemoteHost;
  readonly #turn: WriteTurn;
  readonly #peers = new Set<Peer>();
  readonly #door: Doorkeeper;
  readonly #delivery: RemoteDelivery;
  readonly #intake: PublishIntake;
  readonly #engine: KeptEngine;
  readonly #packets: ClientPackets;
  #silence: Timer | undefined;

  constructor(host: RemoteHost) {
    this.#host = host;
    this.#turn = new WriteTurn(host.linkClock);
    this.#door = new Doorkeeper(host.clock, host.limits);
    this.#delivery = new RemoteDelivery(host);
    this.#engine = new KeptEngine(host, this.#delivery);
    this.#intake = new PublishIntake(host, this.#delivery.packets, (message) => this.#engine.route(message));
    this.#packets = new ClientPackets(host, this.#intake, this.#delivery, this.#engine);
  }

  async start(): Promise<void> {
    await this.#engine.start();
  }

  get connections(): number {
    return this.#peers.size;
  }

  get unsentBytes(): number {
    return this.#turn.unsent;
  }

  accept(connection: Connection, entrance: Entrance): void {
    const { counters } = this.#host;
    const { stream, remote } = connection;
    if (this.#host.quarantine.isShut(remote)) {
      counters.quarantined++;
      stream.destroy();
      return;
    }
    if (!this.#door.enter(remote)) {
      counters.connectionsRefused++;
      stream.destroy();
      return;
    }
    counters.connectionsOpened++;
    this.#peers.add(new Peer(connection, entrance, this.#turn, this.#host, this));
    this.#watchSilence();
  }

  /** Routes what the hub or a session in this process published. */
  route(message: Message): void {
    this.#engine.route(message);
  }

  /** Forgets the sessions kept for an identity. */
  forget(id: string): void {
    this.#engine.forgetIdentity(id);
  }

  async close(): Promise<void> {
    this.#silence?.cancel();
    this.#intake.close();
    await this.#engine.close();
  }

  onPacket(peer: Peer, data: Buffer, at: number, start: number, end: number): boolean {
    return this.#packets.take(peer, data, at, start, end);
  }

  onViolation({ remote, permissions }: Peer, violation: Violation): void {
    this.#host.counters[violation]++;
    this.#host.quarantine.blame(remote, permissions?.id);
  }

  onSlow(): void {
    this.#host.counters.slowReaders++;
  }

  onEnd(peer: Peer, reason: CloseReason): void {
    if (reason === "taken-over") this.#host.counters.takeovers++;
    peer.close();
  }

  onClosed(peer: Peer): void {
    this.#peers.delete(peer);
    this.#door.leave(peer.remote);
    if (peer.permissions === undefined) return;
    this.#delivery.left(peer);
    peer.engine?.closed();
    this.#host.registry.leave(peer.permissions.id, peer);
    // The hub closing is no misfortune of the lamp's: what it left behind still holds.
    if (peer.will !== undefined && !this.#host.isClosing) this.#intake.take(peer, peer.will);
  }

  /** Keep-alive and connect time-out of all, once a second, in the time of the connections. */
  #watchSilence(): void {
    this.#silence ??= this.#host.linkClock.every(Seconds(1), () => {
      const now = this.#host.linkClock.monotonic();
      for (const peer of this.#peers) {
        if (peer.silenceMs === 0 || now - peer.heard <= peer.silenceMs) continue;
        this.#host.counters.silent++;
        peer.close();
      }
      if (this.#peers.size > 0) return;
      this.#silence?.cancel();
      this.#silence = undefined;
    });
  }
}
