import type { Duplex } from "node:stream";
import type { MqttClient } from "mqtt";
import { type Duration, Millis, Seconds } from "../../hub/domain/units.ts";
import type { Clock, Timer } from "../../hub/ports/clock.ts";
import type { ConnectOptions, Network } from "../../hub/ports/network.ts";
import type { Random } from "../../hub/ports/random.ts";
import type { DeviceSession, DeviceTransport } from "./transport.ts";

export interface MqttTransportOptions {
  readonly endpoint: ConnectOptions;
  /** Unique at the broker. */
  readonly clientId: string;
  /** Absent where the broker asks for none. */
  readonly username?: string | undefined;
  readonly password?: Buffer | undefined;
  readonly keepAlive?: Duration;
  /** First and longest pause before linking up again; doubles in between. */
  readonly retry?: Duration;
  readonly retryAtMost?: Duration;
}

/**
 * A device with a socket of its own: a real MQTT 3.1.1 client with clean session, keep-alive and last will. It takes
 * the clock of sockets, not the one of the simulated home, whose speed may be another.
 */
export class MqttTransport implements DeviceTransport {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #network: Network;
  readonly #options: MqttTransportOptions;
  #session: DeviceSession | undefined;
  #client: MqttClient | undefined;
  #stream: Duplex | undefined;
  #retry: Timer | undefined;
  #failures = 0;
  readonly #ticks = new Map<number, Timer>();
  #lastTick = 0;

  constructor(clock: Clock, random: Random, network: Network, options: MqttTransportOptions) {
    this.#clock = clock;
    this.#random = random;
    this.#network = network;
    this.#options = options;
  }

  open(session: DeviceSession): void {
    if (this.#session !== undefined) return;
    this.#session = session;
    this.#failures = 0;
    void this.#link(session);
  }

  resubscribe(added: readonly string[], removed: readonly string[]): void {
    if (!this.#client?.connected) return;
    if (removed.length > 0) this.#client.unsubscribe([...removed]);
    if (added.length > 0) this.#client.subscribe([...added], { qos: 0 });
  }

  publish(topic: string, payload: string, retain: boolean): void {
    if (this.#client?.connected) this.#client.publish(topic, payload, { qos: 0, retain });
  }

  close(abrupt: boolean): void {
    this.#session = undefined;
    this.#retry?.cancel();
    this.#retry = undefined;
    if (abrupt) this.#stream?.destroy();
    this.#client?.end(abrupt);
    this.#client = undefined;
    this.#stream = undefined;
  }

  async #link(session: DeviceSession): Promise<void> {
    try {
      // Loaded with the first socket: a house of objects never needs the client.
      const { default: mqtt } = await import("mqtt");
      const stream = await this.#network.connect(this.#options.endpoint);
      if (this.#session !== session) {
        stream.destroy();
        return;
      }
      this.#stream = stream;
      this.#speak(new mqtt.MqttClient(() => stream, this.#clientOptions(session)), session);
    } catch {
      // Nobody listens there yet, or no more; a lamp tries for ever.
      if (this.#session === session) this.#linkLater(session);
    }
  }

  #clientOptions(session: DeviceSession) {
    const { clientId, username, password, keepAlive = Seconds(30) } = this.#options;
    return {
      clientId,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      clean: true,
      protocolVersion: 4,
      keepalive: Math.round(keepAlive / 1_000),
      reconnectPeriod: 0,
      queueQoSZero: false,
      timerVariant: this.#keepAliveTimer,
      will: { topic: session.will.topic, payload: Buffer.from(session.will.payload), qos: 0, retain: true },
    } as const;
  }

  /** The client knows timers as numbers. */
  readonly #keepAliveTimer = {
    set: (call: () => void, periodMs: number): number => {
      this.#ticks.set(++this.#lastTick, this.#clock.every(Millis(periodMs), call));
      return this.#lastTick;
    },
    clear: (tick: number): void => {
      this.#ticks.get(tick)?.cancel();
      this.#ticks.delete(tick);
    },
  };

  #speak(client: MqttClient, session: DeviceSession): void {
    this.#client = client;
    let isGreeted = false;
    const greet = () => {
      if (isGreeted || this.#client !== client) return;
      isGreeted = true;
      session.linked();
    };
    client.on("message", (topic, payload) => {
      // It shows that the subscription stands, also where the broker's word for that comes behind it.
      greet();
      session.received(topic, payload);
    });
    client.on("connect", () => {
      this.#failures = 0;
      if (session.subscribes.length === 0) greet();
      else client.subscribe([...session.subscribes], { qos: 0 }, greet);
    });
    // Every error is followed by a close, which is where it is dealt with.
    client.on("error", () => undefined);
    client.on("close", () => {
      if (this.#client !== client) return;
      client.end(true);
      this.#client = undefined;
      this.#stream = undefined;
      session.unlinked();
      this.#linkLater(session);
    });
  }

  /** Pauses double up to a bound; the jitter keeps a house that lost its broker from coming back as one. */
  #linkLater(session: DeviceSession): void {
    const { retry = Millis(500), retryAtMost = Seconds(30) } = this.#options;
    const pause = Math.min(retryAtMost, retry * 2 ** this.#failures++) * (0.5 + this.#random.next() / 2);
    this.#retry = this.#clock.after(Millis(pause), () => {
      this.#retry = undefined;
      void this.#link(session);
    });
  }
}
