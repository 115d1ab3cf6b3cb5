import type { KeyObject } from "node:crypto";
import { frameKey, mostFrameTextBytes, sealFrame } from "../../crypto/view-frame.ts";
import { x25519Bytes } from "../../crypto/x25519.ts";
import type { Viewer } from "../../domain/connection.ts";
import { ConnectorRefused } from "../../domain/connector.ts";
import { HubError, InvalidInput, LimitExceeded, NotFound } from "../../domain/errors.ts";
import { type ConnectionId, idEntropyBytes, idFrom, type ViewerId } from "../../domain/ids.ts";
import { type Duration, Seconds } from "../../domain/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Entropy } from "../../ports/entropy.ts";
import type { Collection, GuardedStore } from "../../privacy/guarded-store.ts";
import type { Connections } from "../connectors/connections.ts";
import type { LiveConnection } from "../connectors/sandbox.ts";

/** The home as somebody far away may see it. */
export interface HomeView {
  /** Short, and with nothing that is not in the app's own status line. */
  status(): object;
}

/** What a viewer is told once, at home: the relay never gets any of it. */
export interface ViewerInvitation {
  readonly viewer: Viewer;
  /** Of this hub, for this connection; X25519, base64. */
  readonly hubKey: string;
}

/** How often a frame leaves, whatever happens at home or does not. */
export const frameEvery: Duration = Seconds(30);
/** From when on a viewer takes a frame for old news. */
export const frameLivesMs = 90_000;

const mostViewers = 8;

interface OpenViewer {
  readonly viewer: Viewer;
  readonly key: KeyObject;
  sent: number;
}

/**
 * The state of the home for people who are away, through a relay that cannot read it. Frames are all of one size and leave at
 * one pace, day and night: who sees them pass learns that the view is on, and nothing else. It only shows: nothing can be
 * commanded by it.
 */
export class RemoteView {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #viewers: Collection<Viewer>;
  readonly #connections: Connections;
  readonly #home: HomeView;
  readonly #open = new Map<ViewerId, OpenViewer>();
  #pace: Timer | undefined;
  #failures = 0;

  constructor(clock: Clock, entropy: Entropy, store: GuardedStore, connections: Connections, home: HomeView) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#viewers = store.collection("viewers");
    this.#connections = connections;
    this.#home = home;
  }

  start(): void {
    this.#connections.onEnd((_, kind) => {
      if (kind === "relay") this.#forgetAll();
    });
    for (const viewer of this.list()) this.#admit({ ...viewer, starts: viewer.starts + 1 });
    this.#followPace();
  }

  close(): void {
    this.#pace?.cancel();
    this.#pace = undefined;
  }

  /** Frames that the relay did not take, since the start. */
  get failures(): number {
    return this.#failures;
  }

  list(): readonly Viewer[] {
    return [...this.#viewers.entries()].map(([, viewer]) => viewer);
  }

  /** @param publicKey X25519, base64 @throws ConnectorRefused no relay is let in; InvalidInput; LimitExceeded */
  invite(publicKey: string): ViewerInvitation {
    const relay = this.#relay();
    const pair = relay && this.#connections.keyPair(relay.connection.id);
    if (pair === undefined) throw new ConnectorRefused("the remote view is off", { reason: "off" });
    const key = Buffer.from(publicKey, "base64");
    if (key.length !== x25519Bytes || frameKey(pair.privateKey, key, { hub: key, viewer: key }) === undefined)
      throw new InvalidInput("this is no public key", { path: "publicKey" });
    if (this.list().length >= mostViewers)
      throw new LimitExceeded(`at most ${mostViewers} viewers`, { limit: mostViewers });
    const viewer: Viewer = {
      id: idFrom("viewer", this.#entropy.bytes(idEntropyBytes)),
      publicKey,
      mailbox: this.#entropy.bytes(16).toString("base64url"),
      since: this.#clock.now(),
      starts: 1,
    };
    this.#admit(viewer);
    this.#followPace();
    return { viewer, hubKey: pair.publicKey.toString("base64") };
  }

  /** No further frame leaves for them. @throws NotFound */
  remove(id: ViewerId): void {
    if (this.#viewers.get(id) === undefined) throw new NotFound("no such viewer");
    this.#viewers.remove(id);
    this.#open.delete(id);
    this.#followPace();
  }

  #admit(viewer: Viewer): void {
    const relay = this.#relay();
    const pair = relay && this.#connections.keyPair(relay.connection.id);
    const public_ = Buffer.from(viewer.publicKey, "base64");
    const key = pair && frameKey(pair.privateKey, public_, { hub: pair.publicKey, viewer: public_ });
    if (key === undefined) return;
    // On the disk first: a number that was used must not be used again after a power cut.
    this.#viewers.put(viewer.id, viewer);
    this.#open.set(viewer.id, { viewer, key, sent: 0 });
  }

  #forgetAll(): void {
    for (const { id } of this.list()) this.#viewers.remove(id);
    this.#open.clear();
    this.#followPace();
  }

  #followPace(): void {
    if (this.list().length === 0) this.close();
    else this.#pace ??= this.#clock.every(frameEvery, () => this.#sendAll());
  }

  #sendAll(): void {
    const relay = this.#relay();
    if (relay === undefined) return;
    // The relay may have rested when the hub started: what was not opened then is now.
    for (const viewer of this.list())
      if (!this.#open.has(viewer.id)) this.#admit({ ...viewer, starts: viewer.starts + 1 });
    const text = this.#text();
    for (const open of this.#open.values()) void this.#send(relay.connection.id, open, text);
  }

  async #send(relay: ConnectionId, open: OpenViewer, text: Buffer): Promise<void> {
    const number = (BigInt(open.viewer.starts) << 32n) | BigInt(++open.sent);
    const frame = sealFrame(open.key, number, text).toString("base64");
    const message = { kind: "frame", mailbox: open.viewer.mailbox, frame };
    try {
      await this.#connections.sandbox(relay, {}).ask({ purpose: "remote-view", message });
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      this.#failures++;
    }
  }

  /** What does not fit is left out, so that no home is told from another by its frames. */
  #text(): Buffer {
    const text = Buffer.from(JSON.stringify({ at: this.#clock.now(), ...this.#home.status() }));
    return text.length <= mostFrameTextBytes
      ? text
      : Buffer.from(JSON.stringify({ at: this.#clock.now(), tooMuch: true }));
  }

  #relay(): LiveConnection | undefined {
    return this.#connections
      .ofKind("relay")
      .find(({ connection }) => this.#connections.stateOf(connection).state === "on");
  }
}
