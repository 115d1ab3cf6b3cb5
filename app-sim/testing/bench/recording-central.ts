import { RecordedTwin } from "../../../devices/sim/ble/recorded/recorded-twin.ts";
import {
  type Exchange,
  type RecordedValue,
  type Recording,
  recordingSchema,
} from "../../../devices/sim/ble/recorded/recording.ts";
import type {
  BleCentral,
  ConnectOptions,
  GattCharacteristicId,
  GattEntry,
  GattLink,
} from "../../../hub/ports/ble.ts";
import type { Clock } from "../../../hub/ports/clock.ts";
import type { FoundDevice } from "./found-devices.ts";

interface OpenExchange extends Exchange {
  readonly at: number;
  readonly notified: Exchange["notified"][number][];
  readonly read: RecordedValue[];
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** The end of an address as makers put it into names: six or four digits of it, or all twelve. */
const digitsInNames = [12, 6, 4];

const digitsOf = (address: string): string => address.replaceAll(":", "");
const bytesIn = (hex: string): readonly string[] => hex.match(/../g) ?? [];
const backwards = (hex: string): string => bytesIn(hex).toReversed().join("");
const letters = (text: string): string => hexOf(Buffer.from(text));

/** How an address can stand in bytes, as hex: forwards, backwards, and at the end of a name. */
const formsOf = (address: string): readonly string[] => {
  const digits = digitsOf(address);
  const ends = digitsInNames.map((count) => digits.slice(-count));
  return [digits, backwards(digits), ...ends.flatMap((end) => [letters(end), letters(end.toUpperCase())])];
};

/** Hex with another address in the place of this one. */
const scrubbed = (hex: string, address: string): string => {
  // Bytes are kept apart, or the end of one and the beginning of the next could be taken for a third.
  const spaced = (digits: string) => bytesIn(digits).join(" ");
  const others = formsOf(RecordedTwin.address);
  return formsOf(address)
    .reduce((text, form, at) => text.replaceAll(spaced(form), spaced(others[at] ?? "")), spaced(hex))
    .replaceAll(" ", "");
};

/** A radio that keeps what is said over its links to one lamp. */
export class RecordingCentral implements BleCentral {
  readonly #central: BleCentral;
  readonly #clock: Clock;
  readonly #before: RecordedValue[] = [];
  readonly #exchanges: OpenExchange[] = [];
  #entries: readonly GattEntry[] = [];

  constructor(central: BleCentral, clock: Clock) {
    this.#central = central;
    this.#clock = clock;
  }

  get capabilities() {
    return this.#central.capabilities;
  }

  state() {
    return this.#central.state();
  }

  onState(...args: Parameters<BleCentral["onState"]>) {
    return this.#central.onState(...args);
  }

  scan(...args: Parameters<BleCentral["scan"]>) {
    return this.#central.scan(...args);
  }

  async connect(peer: Parameters<BleCentral["connect"]>[0], options: ConnectOptions): Promise<GattLink> {
    return this.#recorded(await this.#central.connect(peer, options));
  }

  forget(...args: Parameters<BleCentral["forget"]>) {
    return this.#central.forget(...args);
  }

  close() {
    return this.#central.close();
  }

  /** What was kept, without the address of the lamp. */
  recording(found: FoundDevice, profile: { readonly id: string; readonly bonded: boolean }): Recording {
    const scrub = (hex: string) => scrubbed(hex, found.address);
    const clean = <Value extends RecordedValue>(each: Value): Value => ({
      ...each,
      value: scrub(each.value),
    });
    return {
      schema: recordingSchema,
      profile: profile.id,
      bonded: profile.bonded,
      advertisement: scrub(found.advertisement),
      ...(found.scanResponse === undefined ? {} : { scanResponse: scrub(found.scanResponse) }),
      entries: this.#entries,
      read: this.#before.map(clean),
      exchanges: this.#exchanges.map(({ written, notified, read }) => ({
        written: clean(written),
        notified: notified.map(clean),
        read: read.map(clean),
      })),
    };
  }

  #recorded(link: GattLink): GattLink {
    return {
      peer: link.peer,
      get mtu() {
        return link.mtu;
      },
      closed: link.closed,
      entries: async () => {
        this.#entries = await link.entries();
        return this.#entries;
      },
      read: async (id) => {
        const value = await link.read(id);
        (this.#exchanges.at(-1)?.read ?? this.#before).push(recordedValue(id, value));
        return value;
      },
      write: (id, value, mode) => {
        const at = this.#clock.monotonic();
        this.#exchanges.push({ at, written: recordedValue(id, value), notified: [], read: [] });
        return link.write(id, value, mode);
      },
      notify: (id, listener) =>
        link.notify(id, (value) => {
          const last = this.#exchanges.at(-1);
          const afterMs = Math.round(this.#clock.monotonic() - (last?.at ?? 0));
          last?.notified.push({ ...recordedValue(id, value), afterMs });
          listener(value);
        }),
      rssi: () => link.rssi(),
      close: () => link.close(),
    };
  }
}

const recordedValue = (
  { service, characteristic }: GattCharacteristicId,
  value: Uint8Array,
): RecordedValue => ({
  service,
  characteristic,
  value: hexOf(value),
});
