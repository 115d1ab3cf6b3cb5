import {
  type ImprovError,
  type ImprovState,
  improvAbilityByte,
  improvCommands,
  improvErrorByte,
  improvFrame,
  improvPlaces,
  improvService,
  improvServiceData,
  improvStateByte,
  improvStringBytes,
  improvStrings,
  mostImprovBytes,
  readImprovFrame,
} from "../codec/ble/improv.ts";
import { BleError } from "../domain/ble-errors.ts";
import { HubError } from "../domain/errors.ts";
import { Minutes, type Monotonic, Seconds } from "../domain/units.ts";
import type { JoinOutcome, WifiCredentials } from "../domain/wifi.ts";
import type { BleSubscription } from "../ports/ble.ts";
import type {
  BlePeripheralRadio,
  PeripheralCharacteristic,
  PeripheralRole,
} from "../ports/ble-peripheral.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import type { LedPlayer } from "./led-player.ts";

/** Joins a network, and keeps it only when that went well. */
export interface NetworkTrial {
  /** @param credentials are read before this returns for the first time. @throws InvalidSsid, InvalidWifiPassword, StoreFailed */
  tryOut(credentials: WifiCredentials): Promise<JoinOutcome>;
}

/** What the hub tells a phone about itself, in Improv's order: firmware, version, hardware, name. */
export type HubCard = readonly [firmware: string, version: string, hardware: string, name: string];

/** So long after somebody pressed the button a phone may tell the hub its network. */
const window = Minutes(1);
/** When the minute is over while a network is tried. */
const grace = Seconds(10);
/** Networks that could not be joined, after which somebody has to press again. */
const mostFailures = 5;
/** The rest of a command that does not come within so long is not waited for. */
const longestPause = Seconds(10);

/** A command that is malformed, or longer than any (Core Specification, Vol 3 Part F, 3.4.1.1). */
const attOk = 0;
const attInvalidLength = 0x0d;

/** So long the light says that nobody can be let in. */
const refusalShown = Seconds(10);

/** General discoverable, no classic Bluetooth. */
const flags = [2, 0x01, 0x06];

/**
 * By Improv a phone tells the hub its network, over Bluetooth: only after somebody has pressed the button on the case, and for a
 * minute. The hub tries the network before it keeps it. What the phone says can be read by whoever listens: that is Improv, and
 * why the window is short, and why nothing is said here that is worth listening to before it opens.
 */
export class ImprovService {
  readonly #clock: Clock;
  readonly #log: AuditedLog;
  readonly #network: NetworkTrial;
  readonly #card: HubCard;
  readonly #radio: BlePeripheralRadio | undefined;
  readonly #led: Pick<LedPlayer, "show" | "during">;
  /** Who wants to hear of a change: by characteristic. */
  readonly #listeners = new Map<string, Set<(value: Uint8Array) => void>>();
  #refusal: Timer | undefined;
  #window: { readonly offer: BleSubscription; readonly end: Timer } | undefined;
  #state: ImprovState = "authorization-required";
  #error: ImprovError = "none";
  /** Of a command of which the rest is to come. */
  #arrived: Buffer = Buffer.alloc(0);
  #arrivedAt = 0 as Monotonic;
  #failures = 0;

  /** @param radio undefined: this hub has none that others can connect to, and says so when the button is pressed */
  constructor(
    clock: Clock,
    log: AuditedLog,
    network: NetworkTrial,
    card: HubCard,
    radio: BlePeripheralRadio | undefined,
    led: Pick<LedPlayer, "show" | "during">,
  ) {
    this.#clock = clock;
    this.#log = log;
    this.#network = network;
    this.#card = card;
    this.#radio = radio;
    this.#led = led;
  }

  get isOpen(): boolean {
    return this.#window !== undefined;
  }

  /** Somebody has pressed the button: for a minute from now. A radio that cannot is told by the light, and in the log. */
  open(): void {
    const offer = this.#window?.offer ?? this.#offered();
    if (offer === undefined) return;
    this.#refusal?.cancel();
    this.#window?.end.cancel();
    this.#window = { offer, end: this.#clock.after(window, () => this.#expire()) };
    this.#failures = 0;
    this.#led.during("set-up");
    if (this.#state !== "provisioning") this.#become("authorized");
    this.#log.write("info", "improv.opened", { ms: window });
  }

  /** Nothing is advertised, and nobody is connected, from here on. None is fine. */
  close(): void {
    this.#refusal?.cancel();
    if (this.#window === undefined) return;
    const { offer, end } = this.#window;
    this.#window = undefined;
    end.cancel();
    this.#led.during(undefined);
    this.#forget();
    this.#become("authorization-required");
    offer.cancel();
    this.#log.write("info", "improv.closed");
  }

  #offered(): BleSubscription | undefined {
    try {
      if (this.#radio !== undefined)
        return this.#radio.offer(this.#role(), (error) => this.#refuseAll(error));
      throw new BleError("nobody can connect to this hub", { reason: "no-radio" });
    } catch (error) {
      if (!(error instanceof BleError)) throw error;
      this.#refuseAll(error);
      return undefined;
    }
  }

  #refuseAll(error: BleError): void {
    this.close();
    this.#log.failed("improv.failed", error);
    this.#led.during("error");
    this.#refusal = this.#clock.after(refusalShown, () => this.#led.during(undefined));
  }

  /** A network that is being tried is tried to its end. */
  #expire(): void {
    if (this.#state !== "provisioning" || this.#window === undefined) this.close();
    else this.#window = { ...this.#window, end: this.#clock.after(grace, () => this.#expire()) };
  }

  #role(): PeripheralRole {
    return {
      bonding: "none",
      isPairable: false,
      connectable: true,
      advertisement: () => ({ data: this.#advertisement() }),
      services: [{ uuid: improvService, characteristics: this.#characteristics() }],
      disconnected: () => {
        this.#forget();
        // Who has been told so has what they came for.
        if (this.#state === "provisioned") this.close();
      },
    };
  }

  /** Service and what it says of itself in one packet, as Improv asks for. */
  #advertisement(): Buffer {
    const service = Buffer.from(improvService, "hex").reverse();
    const data = [improvStateByte(this.#state), abilities, 0, 0, 0, 0];
    const uuid = Buffer.from(improvServiceData, "hex").reverse();
    return Buffer.from([...flags, 17, 0x07, ...service, 3 + data.length, 0x16, ...uuid, ...data]);
  }

  #characteristics(): readonly PeripheralCharacteristic[] {
    const told = (uuid: string, value?: () => number): PeripheralCharacteristic => ({
      uuid,
      properties: value === undefined ? ["notify"] : ["read", "notify"],
      ...(value === undefined ? {} : { read: () => Buffer.of(value()) }),
      subscribe: (notify) => this.#subscribe(uuid, notify),
    });
    return [
      told(improvPlaces.state, () => improvStateByte(this.#state)),
      told(improvPlaces.error, () => improvErrorByte(this.#error)),
      {
        uuid: improvPlaces.command,
        properties: ["write", "write-command"],
        write: (value) => this.#hear(value),
      },
      told(improvPlaces.result),
      { uuid: improvPlaces.capabilities, properties: ["read"], read: () => Buffer.of(abilities) },
    ];
  }

  #subscribe(uuid: string, notify: (value: Uint8Array) => void): () => void {
    const listeners = this.#listeners.get(uuid) ?? new Set();
    this.#listeners.set(uuid, listeners.add(notify));
    return () => listeners.delete(notify);
  }

  #hear(value: Uint8Array): number {
    const now = this.#clock.monotonic();
    if (now - this.#arrivedAt > longestPause) this.#forget();
    const arrived = Buffer.concat([this.#arrived, value.subarray(0, mostImprovBytes)]);
    this.#forget();
    if (arrived.length > mostImprovBytes) return this.#refuse(arrived, attInvalidLength);
    const frame = readImprovFrame(arrived);
    if (frame === "more") {
      this.#arrived = arrived;
      this.#arrivedAt = now;
      return attOk;
    }
    if (frame === "broken") return this.#refuse(arrived, attOk);
    this.#do(frame.command, frame.data);
    arrived.fill(0);
    return attOk;
  }

  #refuse(arrived: Buffer, code: number): number {
    arrived.fill(0);
    this.#fail("invalid-rpc");
    return code;
  }

  /** What is begun here has read `data` when this returns. */
  #do(command: number, data: Uint8Array): void {
    this.#fail("none");
    if (command === improvCommands.identify) this.#led.show("done");
    else if (command === improvCommands["device-info"]) this.#answer(command, this.#card);
    else if (command === improvCommands.wifi) this.#told(data);
    else this.#fail("unknown-rpc");
  }

  #told(data: Uint8Array): void {
    const [ssid, password, ...rest] = improvStrings(data) ?? [];
    if (ssid === undefined || password === undefined || rest.length > 0) this.#fail("invalid-rpc");
    else if (this.#window === undefined || this.#state !== "authorized") this.#fail("not-authorized");
    else void this.#try({ ssid, password });
  }

  async #try(credentials: WifiCredentials): Promise<void> {
    this.#become("provisioning");
    const outcome = await this.#outcomeOf(credentials);
    this.#log.write("info", "improv.tried", { reason: outcome });
    if (!this.isOpen) return;
    if (outcome === "joined") {
      this.#become("provisioned");
      this.#answer(improvCommands.wifi, []);
      return;
    }
    this.#become("authorized");
    this.#fail("unable-to-connect");
    this.#failures++;
    if (this.#failures >= mostFailures) this.close();
  }

  async #outcomeOf(credentials: WifiCredentials): Promise<JoinOutcome | "refused"> {
    try {
      return await this.#network.tryOut(credentials);
    } catch (error) {
      if (!(error instanceof HubError) || error.family === "bug") throw error;
      return "refused";
    }
  }

  #answer(command: number, texts: readonly string[]): void {
    const frame = improvFrame(command, improvStringBytes(texts.map((text) => Buffer.from(text))));
    this.#tell(improvPlaces.result, frame);
  }

  #become(state: ImprovState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#tell(improvPlaces.state, Buffer.of(improvStateByte(state)));
  }

  #fail(error: ImprovError): void {
    if (error === "none" && this.#error === "none") return;
    this.#error = error;
    this.#tell(improvPlaces.error, Buffer.of(improvErrorByte(error)));
  }

  #tell(uuid: string, value: Uint8Array): void {
    for (const listener of this.#listeners.get(uuid) ?? []) listener(value);
  }

  #forget(): void {
    this.#arrived.fill(0);
    this.#arrived = Buffer.alloc(0);
  }
}

const abilities = improvAbilityByte(["identify", "device-info"]);
