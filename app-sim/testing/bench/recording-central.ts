import { RecordedTwin } from "../../../devices/sim/ble/recorded/recorded-twin.ts";
import {
  type Exchange,
  type RecordedValue,
  type Recording,
  recordingSchema,
} from "../../../devices/sim/ble/recorded/recording.ts";
import { addressBytes } from "../../../hub/codec/ble/address.ts";
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

/** Hex digits of what stands for an address, and what takes its place. */
const scrubs = (address: string): readonly (readonly [string, string])[] => {
  const [from, to] = [address, RecordedTwin.address].map((each) => addressBytes(each) ?? Buffer.alloc(6));
  const [own, other] = [from ?? Buffer.alloc(6), to ?? Buffer.alloc(6)];
  const backwards = (bytes: Buffer) => hexOf(Buffer.from(bytes).reverse());
  const written = digitsInNames.flatMap((length) =>
    [(text: string) => text, (text: string) => text.toUpperCase()].map((inCase) => {
      const [its, instead] = [own, other].map((bytes) => Buffer.from(inCase(hexOf(bytes).slice(-length))));
      return [hexOf(its ?? own), hexOf(instead ?? other)] as const;
    }),
  );
  return [[hexOf(own), hexOf(other)], [backwards(own), backwards(other)], ...written];
};

/** Hex in which the address, either way round or in letters, is another one. */
const scrubbed = (hex: string, address: string): string => {
  let text = (hex.match(/../g) ?? []).join(" ");
  for (const [its, instead] of scrubs(address)) {
    const spaced = (digits: string) => (digits.match(/../g) ?? []).join(" ");
    text = text.replaceAll(spaced(its), spaced(instead));
  }
  return text.replaceAll(" ", "");
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
