import type { LampRadio, ProvisioningLamp } from "../provisioning/provisioning-lamp.ts";
import type { BlePeripheral, PeripheralCharacteristic, PeripheralService } from "./peripheral.ts";

/** `…680x`: 0 is the service. */
const uuid = (last: number): string => `0046776862282272466327747826800${last}`;
const states = { waits: 1, allowed: 2, tries: 3, done: 4 } as const;
const complaints = { none: 0, invalid: 1, unknown: 2, cannotConnect: 3, notAllowed: 4 } as const;
const ours = 0xc0;

export interface ImprovLampParts {
  /** `a4:c1:38:02:83:f4` */
  readonly address: string;
  readonly radio: LampRadio;
  /** It wants its button to be pressed before it is told anything. */
  readonly hasButton: boolean;
  /** Its half of docs/lamp-provisioning.md; absent: it knows no more than Improv. */
  readonly sealed?: ProvisioningLamp;
}

/**
 * A lamp that waits for a network, as its firmware would be: Improv over BLE, written from improv-wifi.com alone. It tries a
 * network before it says that it is provisioned. A result goes out in pieces of twenty bytes.
 */
export class SimImprovLamp implements BlePeripheral {
  readonly addressType = "public";
  readonly bonding = "none";
  readonly isPairable = false;
  readonly connectable = true;
  readonly services: readonly PeripheralService[];
  readonly #parts: ImprovLampParts;
  readonly #subscribers = new Map<string, (value: Uint8Array) => void>();
  #state: number;
  #complaint: number = complaints.none;
  #command: number[] = [];
  /** How often it was asked to show which one it is. */
  blinks = 0;

  constructor(parts: ImprovLampParts) {
    this.#parts = parts;
    this.#state = parts.hasButton ? states.waits : states.allowed;
    this.services = [{ uuid: uuid(0), characteristics: this.#characteristics() }];
  }

  get address(): string {
    return this.#parts.address;
  }

  press(): void {
    this.#be(states.allowed);
  }

  advertisement(): { readonly data: Uint8Array } {
    const id = uuid(0).match(/../g)?.reverse() ?? [];
    return {
      data: Uint8Array.from([
        ...[0x02, 0x01, 0x06, 0x11, 0x07],
        ...id.map((digits) => Number.parseInt(digits, 16)),
        ...[0x09, 0x16, 0x77, 0x46, this.#state, this.#abilities(), 0, 0, 0, 0],
      ]),
    };
  }

  disconnected(): void {
    this.#command = [];
  }

  #abilities(): number {
    return this.#parts.sealed === undefined ? 1 : 1 + 128;
  }

  #characteristics(): readonly PeripheralCharacteristic[] {
    const subscribe = (id: string) => (notify: (value: Uint8Array) => void) => {
      this.#subscribers.set(id, notify);
      return () => void this.#subscribers.delete(id);
    };
    return [
      {
        uuid: uuid(1),
        properties: ["read", "notify"],
        read: () => Uint8Array.of(this.#state),
        subscribe: subscribe(uuid(1)),
      },
      {
        uuid: uuid(2),
        properties: ["read", "notify"],
        read: () => Uint8Array.of(this.#complaint),
        subscribe: subscribe(uuid(2)),
      },
      { uuid: uuid(3), properties: ["write"], write: (value) => this.#written(value) },
      { uuid: uuid(4), properties: ["notify"], subscribe: subscribe(uuid(4)) },
      { uuid: uuid(5), properties: ["read"], read: () => Uint8Array.of(this.#abilities()) },
    ];
  }

  #written(value: Uint8Array): number {
    this.#command.push(...value);
    const [code = 0, length] = this.#command;
    if (length === undefined || this.#command.length < length + 3) return 0;
    const whole = this.#command;
    this.#command = [];
    const sum = whole.slice(0, -1).reduce((total, byte) => total + byte, 0) % 256;
    if (whole.length !== length + 3 || whole.at(-1) !== sum) this.#complain(complaints.invalid);
    else void this.#obey(code, Uint8Array.from(whole.slice(2, -1)));
    return 0;
  }

  async #obey(code: number, data: Uint8Array): Promise<void> {
    if (code === 2) this.blinks++;
    else if (code === ours && this.#parts.sealed !== undefined)
      await this.#hearSealed(this.#parts.sealed, data);
    else if (code !== 1) this.#complain(complaints.unknown);
    else if (this.#state !== states.allowed) this.#complain(complaints.notAllowed);
    else await this.#join(data);
  }

  async #join(data: Uint8Array): Promise<void> {
    const nameEnd = 1 + (data[0] ?? 0);
    const end = nameEnd + 1 + (data[nameEnd] ?? 0);
    if (end !== data.length) {
      this.#complain(complaints.invalid);
      return;
    }
    this.#be(states.tries);
    const outcome = await this.#parts.radio.join({
      ssid: data.subarray(1, nameEnd),
      password: data.subarray(nameEnd + 1),
    });
    if (outcome === "joined") {
      this.#be(states.done);
      this.#say(1, new TextEncoder().encode("http://10.0.0.5"));
    } else {
      this.#be(states.allowed);
      this.#complain(complaints.cannotConnect);
    }
  }

  async #hearSealed(firmware: ProvisioningLamp, message: Uint8Array): Promise<void> {
    const answer = this.#state === states.waits ? undefined : await firmware.hear(message);
    if (answer === undefined) this.#complain(complaints.notAllowed);
    else this.#say(ours, answer);
  }

  #say(code: number, text: Uint8Array): void {
    const body = [code, 1 + text.length, text.length, ...text];
    const whole = [...body, body.reduce((total, byte) => total + byte, 0) % 256];
    for (let at = 0; at < whole.length; at += 20)
      this.#subscribers.get(uuid(4))?.(Uint8Array.from(whole.slice(at, at + 20)));
  }

  #be(state: number): void {
    this.#state = state;
    this.#subscribers.get(uuid(1))?.(Uint8Array.of(state));
  }

  #complain(complaint: number): void {
    this.#complaint = complaint;
    this.#subscribers.get(uuid(2))?.(Uint8Array.of(complaint));
  }
}
