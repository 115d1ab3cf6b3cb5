import type { GattLink } from "../../hub/ports/ble.ts";

/*
 * Improv Wi-Fi over BLE from a phone's side, written from improv-wifi.com alone, so that it can be wrong about it in no way in
 * which the hub is wrong.
 */

const service = "00467768622822724663277478268000";
const characteristic = (last: number) => ({ service, characteristic: `${service.slice(0, -1)}${last}` });
const places = {
  state: characteristic(1),
  error: characteristic(2),
  command: characteristic(3),
  result: characteristic(4),
};

const stateNames = ["stopped", "authorization-required", "authorized", "provisioning", "provisioned"];
const wifiCommand = 0x01;
const abilities = { identify: 0x01, "device-info": 0x02 };

/** Whether an advertisement has Improv's service data (0x4677: state, capabilities, four bytes of nothing) with this capability. */
export const offersImprov = (data: Uint8Array, ability: keyof typeof abilities): boolean => {
  for (let at = 0; at + 1 < data.length; at += 1 + (data[at] ?? 0)) {
    const [type, low, high, , capabilities] = data.subarray(at + 1, at + 1 + (data[at] ?? 0));
    if (type === 0x16 && low === 0x77 && high === 0x46)
      return ((capabilities ?? 0) & abilities[ability]) !== 0;
  }
  return false;
};

/** Name and password, as bytes of whoever typed them. */
export interface Network {
  readonly ssid: Uint8Array;
  readonly password: Uint8Array;
}

/** What a device says to being told a network. */
export type ImprovSaid = "provisioned" | "not-authorized" | "cannot-connect" | "refused";

/** One conversation with a device that speaks Improv, over a link that somebody else closes. */
export class ImprovTalk {
  readonly closed: GattLink["closed"];
  readonly #link: GattLink;
  readonly #states: string[];
  #result: number[] = [];
  #say: (said: ImprovSaid) => void = () => {};

  /** @param states is filled with what the device says it is */
  constructor(link: GattLink, states: string[]) {
    this.#link = link;
    this.#states = states;
    this.closed = link.closed;
  }

  /** @throws BleError */
  async tell(network: Network): Promise<ImprovSaid> {
    const said = new Promise<ImprovSaid>((resolve) => {
      this.#say = resolve;
    });
    await this.#link.notify(places.state, (value) => this.#hearState(value));
    await this.#link.notify(places.error, ([code = 0]) => this.#hearError(code));
    await this.#link.notify(places.result, (value) => this.#hearResult(value));
    this.#hearState(await this.#link.read(places.state));
    const command = wifiCommandOf(network);
    const most = this.#link.mtu - 3;
    try {
      for (let at = 0; at < command.length; at += most)
        await this.#link.write(places.command, command.subarray(at, at + most), "request");
    } finally {
      command.fill(0);
    }
    return said;
  }

  #hearState([code = 0]: Uint8Array): void {
    this.#states.push(stateNames[code] ?? "unknown");
  }

  #hearError(code: number): void {
    if (code === 0) return;
    if (code === 3) this.#say("cannot-connect");
    else this.#say(code === 4 ? "not-authorized" : "refused");
  }

  /** It may come in pieces. A result of this command means that the device has joined, whatever else it says. */
  #hearResult(value: Uint8Array): void {
    this.#result.push(...value);
    const [command, length = Infinity] = this.#result;
    if (this.#result.length < length + 3) return;
    const isWhole = sumOf(this.#result.slice(0, -1)) === this.#result.at(-1);
    this.#say(isWhole && command === wifiCommand ? "provisioned" : "refused");
  }
}

/** `command | length | length | name | length | password | sum`; whoever gets it wipes it. */
const wifiCommandOf = ({ ssid, password }: Network): Buffer => {
  const head = Buffer.of(wifiCommand, ssid.length + password.length + 2, ssid.length);
  const command = Buffer.concat([head, ssid, Buffer.of(password.length), password, Buffer.of(0)]);
  command[command.length - 1] = sumOf(command.subarray(0, -1));
  return command;
};

const sumOf = (bytes: readonly number[] | Uint8Array): number => {
  let sum = 0;
  for (const byte of bytes) sum = (sum + byte) & 0xff;
  return sum;
};
