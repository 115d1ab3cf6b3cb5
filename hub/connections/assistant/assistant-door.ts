import { sameDigest, sha256 } from "../../crypto/digest.ts";
import { type OpenedCall, openedCall } from "../../crypto/sealed-call.ts";
import type { CauseSource } from "../../domain/cause.ts";
import type { Connection, SharedLamp } from "../../domain/connection.ts";
import { ConnectorRefused } from "../../domain/connector.ts";
import { DisclosureRefused } from "../../domain/disclosure.ts";
import { NotFound } from "../../domain/errors.ts";
import type { ConnectionId, LampId } from "../../domain/ids.ts";
import type { LightCapabilities, LightCommand, LightState } from "../../domain/light.ts";
import { Minutes, type Monotonic, Percent } from "../../domain/units.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Entropy } from "../../ports/entropy.ts";
import type { Connections } from "../connectors/connections.ts";
import { type OutsideMessage, readMessage, textIn } from "../connectors/message.ts";
import type { FieldSource } from "../connectors/sandbox.ts";
import { type Directive, isSignedWith, readDirective, type SignedDirective } from "./directive.ts";

/** A lamp, as far as an assistant may know it. */
export interface AssistantLamp {
  readonly capabilities: LightCapabilities;
  readonly desired: LightState;
}

/** The lamps of this home, as far as an assistant can reach them. */
export interface AssistantLamps {
  get(id: LampId): AssistantLamp | undefined;
  command(target: LampId, command: LightCommand, source: CauseSource): unknown;
}

/** Each device's own switch: whether its people let assistants have it at all. */
export interface DeviceScope {
  allows(lamp: LampId, use: "assistants"): boolean;
}

/** What somebody types into the assistant's own app, once. */
export interface LinkingCode {
  readonly code: string;
  /** Of this hub, for this connection; X25519, base64. */
  readonly key: string;
}

const codeLives = Minutes(10);
/** How far the clocks of both sides may be apart. */
const mostSkew = Minutes(5);
const minute = Minutes(1);

/** Why something that came from outside was not done; counted, and told to nobody outside. */
export type DirectiveRefusal =
  | "unreadable"
  | "code"
  | "forged"
  | "replay"
  | "stale"
  | "rate"
  | "scope"
  | "off"
  | "not-agreed"
  | "failed";

/**
 * The door for voice assistants. Everything that comes in is sealed for one connection and signed with its key; it may command
 * the lamps that were chosen for it and see those, under names of their own. What is refused is not answered at all: from
 * outside a hub that refuses cannot be told from one that is not there.
 */
export class AssistantDoor {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #connections: Connections;
  readonly #lamps: AssistantLamps;
  readonly #scope: DeviceScope;
  readonly #codes = new Map<ConnectionId, { readonly hash: Buffer; readonly until: Monotonic }>();
  readonly #pace = new Map<ConnectionId, Monotonic[]>();
  readonly #refused = new Map<DirectiveRefusal, number>();

  constructor(
    clock: Clock,
    entropy: Entropy,
    connections: Connections,
    lamps: AssistantLamps,
    scope: DeviceScope,
  ) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#connections = connections;
    this.#lamps = lamps;
    this.#scope = scope;
  }

  get refused(): ReadonlyMap<DirectiveRefusal, number> {
    return this.#refused;
  }

  /** A code for the assistant's app; one at a time, for ten minutes. @throws ConnectorRefused, NotFound */
  linkingCode(id: ConnectionId): LinkingCode {
    // Asked for again, whoever was linked before is not any more.
    if (this.#connections.live(id).connection.linked) this.#connections.renewKeys(id);
    const pair = this.#connections.keyPair(id);
    if (pair === undefined) throw new NotFound("no such connection");
    const code = this.#entropy.bytes(12).toString("base64url");
    const until = (this.#clock.monotonic() + codeLives) as Monotonic;
    this.#codes.set(id, { hash: sha256(Buffer.from(code)), until });
    return { code, key: pair.publicKey.toString("base64") };
  }

  /** What a cloud sent. Undefined: refused, and nothing is said. Never throws. */
  receive(connector: string, bytes: Uint8Array): Uint8Array | undefined {
    for (const { connection } of this.#connections.ofKind("assistant")) {
      if (connection.connector !== connector) continue;
      const pair = this.#connections.keyPair(connection.id);
      const call = pair && openedCall(pair, bytes);
      if (call !== undefined) return this.#answer(connection, call);
    }
    return this.#refuse("unreadable");
  }

  #answer(connection: Connection, call: OpenedCall): Uint8Array | undefined {
    try {
      this.#connections.live(connection.id);
      const answer = connection.linked
        ? this.#obey(connection, call.question)
        : this.#link(connection, call.question);
      return answer && call.sealAnswer(Buffer.from(JSON.stringify(answer)));
    } catch (error) {
      if (error instanceof ConnectorRefused) return this.#refuse("off");
      if (error instanceof DisclosureRefused) return this.#refuse("not-agreed");
      return this.#refuse("failed");
    }
  }

  /** Account linking: the code of this connection, for the key of its commands. */
  #link(connection: Connection, question: Uint8Array): OutsideMessage | undefined {
    const message = readMessage(question);
    const code = message && textIn(message, "code", 64);
    const held = this.#codes.get(connection.id);
    // One guess: whoever tries one that is wrong uses the right one up.
    this.#codes.delete(connection.id);
    const isRight =
      held !== undefined &&
      code !== undefined &&
      this.#clock.monotonic() < held.until &&
      sameDigest(sha256(Buffer.from(code)), held.hash);
    if (!isRight) return this.#refuse("code");
    const secret = this.#connections.withCommandKey(connection.id, (key) =>
      Buffer.from(key).toString("base64"),
    );
    const answer = { kind: "linked", grant: connection.id, secret };
    this.#disclose(connection, answer);
    this.#connections.change({ ...connection, linked: true });
    return answer;
  }

  #obey(connection: Connection, question: Uint8Array): OutsideMessage | undefined {
    const signed = readDirective(question);
    if (signed === undefined) return this.#refuse("unreadable");
    const refusal = this.#refusalOf(connection, signed);
    if (refusal !== undefined) return this.#refuse(refusal);
    // On the disk before it is done: after a power cut it must not be done again.
    const heard = this.#connections.change({ ...connection, heard: signed.number });
    return this.#done(heard, signed.directive);
  }

  #refusalOf(
    { id, heard, mostPerMinute }: Connection,
    signed: SignedDirective,
  ): DirectiveRefusal | undefined {
    const isGenuine =
      signed.grant === id && this.#connections.withCommandKey(id, (key) => isSignedWith(key, signed));
    if (!isGenuine) return "forged";
    if (signed.number <= heard) return "replay";
    if (Math.abs(signed.at - this.#clock.now()) > mostSkew) return "stale";
    return this.#isTooFast(id, mostPerMinute) ? "rate" : undefined;
  }

  #isTooFast(id: ConnectionId, most: number): boolean {
    const now = this.#clock.monotonic();
    const recent = (this.#pace.get(id) ?? []).filter((at) => now - at < minute);
    if (recent.length < most) recent.push(now);
    else return true;
    this.#pace.set(id, recent);
    return false;
  }

  #done(connection: Connection, directive: Directive): OutsideMessage | undefined {
    const sandbox = this.#connections.sandbox(connection.id, this.#sourcesOf(connection));
    if (directive.kind === "discover") {
      const lamps = this.#visible(connection).map(({ handle }) => ({
        handle,
        alias: sandbox.read("lamp.alias", handle),
        colour: sandbox.read("lamp.kind", handle),
      }));
      return this.#disclose(connection, { kind: "lamps", lamps });
    }
    const shared = this.#visible(connection).find(({ handle }) => handle === directive.handle);
    if (shared === undefined) return this.#refuse("scope");
    if (directive.kind === "set") this.#command(connection, shared, directive);
    const state = sandbox.read("lamp.state", shared.handle) as object;
    return this.#disclose(connection, { kind: "state", handle: shared.handle, ...state });
  }

  #command(
    { id }: Connection,
    { lamp }: SharedLamp,
    { on, brightness }: Extract<Directive, { kind: "set" }>,
  ): void {
    this.#lamps.command(
      lamp,
      {
        ...(on === undefined ? {} : { on }),
        ...(brightness === undefined ? {} : { brightness: Percent(brightness) }),
      },
      { kind: "api", actor: id },
    );
  }

  /** Chosen for it, still there, and not taken away from all assistants. */
  #visible({ lamps }: Connection): readonly SharedLamp[] {
    return lamps.filter(
      ({ lamp }) => this.#scope.allows(lamp, "assistants") && this.#lamps.get(lamp) !== undefined,
    );
  }

  #sourcesOf({ lamps }: Connection): FieldSource {
    const of = (handle: string) => lamps.find((each) => each.handle === handle);
    const view = (handle: string) => {
      const lamp = of(handle)?.lamp;
      return lamp && this.#lamps.get(lamp);
    };
    return {
      "lamp.alias": (handle) => of(handle)?.alias,
      "lamp.kind": (handle) => view(handle)?.capabilities.color !== undefined,
      "lamp.state": (handle) => {
        const desired = view(handle)?.desired;
        return desired && { on: desired.on, brightness: Math.round(desired.brightness) };
      },
    };
  }

  /** @throws ConnectorRefused, DisclosureRefused: it is not said */
  #disclose({ id, person }: Connection, message: OutsideMessage): OutsideMessage {
    const people = person && { people: [person] };
    this.#connections.sandbox(id, {}).disclose({ purpose: "assistant", message, ...people });
    return message;
  }

  #refuse(reason: DirectiveRefusal): undefined {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
    return undefined;
  }
}
