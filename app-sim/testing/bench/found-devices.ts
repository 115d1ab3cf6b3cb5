import { type Duration, Millis } from "../../../hub/domain/units.ts";
import type { Advertisement, BleCentral, BlePeer } from "../../../hub/ports/ble.ts";
import type { Clock } from "../../../hub/ports/clock.ts";
import { type DecodedAdvertisement, decodedAdvertisement } from "./decoded-advertisement.ts";

/** Somebody who advertises, by what was last heard of it. */
export interface FoundDevice extends BlePeer {
  /** dBm; absent: the radio does not say. */
  readonly rssi?: number;
  readonly connectable: boolean;
  readonly packets: number;
  /** Milliseconds between two packets, on average; absent: there was one. */
  readonly intervalMs?: number;
  /** Hex, as it was on the air; `scanResponse` where one was asked for and given. */
  readonly advertisement: string;
  readonly scanResponse?: string;
  readonly decoded: DecodedAdvertisement;
}

interface Entry {
  newest: Advertisement;
  data: Uint8Array;
  scanResponse: Uint8Array | undefined;
  packets: number;
  readonly firstAt: number;
  lastAt: number;
}

/** Addresses that are remembered: those heard longest ago give way, as phones take a new one every few minutes. */
const mostDevices = 2_000;

/** Everybody whom a radio hears, in a table that does not grow without bound. */
export class FoundDevices {
  readonly #entries = new Map<string, Entry>();

  /** What a stack only remembers is nobody's sign. */
  hear(advertisement: Advertisement): void {
    const { address, at, isScanResponse, data, cached } = advertisement;
    if (cached) return;
    const known = this.#entries.get(address);
    const entry = known ?? {
      newest: advertisement,
      data: new Uint8Array(),
      scanResponse: undefined,
      packets: 0,
      firstAt: at,
      lastAt: at,
    };
    entry.newest = { ...advertisement, connectable: advertisement.connectable || entry.newest.connectable };
    if (isScanResponse) entry.scanResponse = data;
    else {
      entry.data = data;
      entry.packets++;
      entry.lastAt = at;
    }
    this.#entries.delete(address);
    this.#entries.set(address, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > mostDevices && oldest !== undefined) this.#entries.delete(oldest);
  }

  at(address: string): FoundDevice | undefined {
    const entry = this.#entries.get(address);
    return entry && foundOf(entry);
  }

  /** The nearest first. */
  list(): readonly FoundDevice[] {
    return [...this.#entries.values()]
      .map(foundOf)
      .sort((a, b) => (b.rssi ?? weakest) - (a.rssi ?? weakest) || (a.address < b.address ? -1 : 1));
  }
}

const weakest = -128;
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const foundOf = ({ newest, data, scanResponse, packets, firstAt, lastAt }: Entry): FoundDevice => {
  const { address, addressType, rssi, connectable } = newest;
  return {
    address,
    addressType,
    ...(rssi === undefined ? {} : { rssi }),
    connectable,
    packets,
    ...(packets > 1 ? { intervalMs: Math.round((lastAt - firstAt) / (packets - 1)) } : {}),
    advertisement: hexOf(data),
    ...(scanResponse === undefined ? {} : { scanResponse: hexOf(scanResponse) }),
    decoded: decodedAdvertisement(scanResponse === undefined ? [data] : [data, scanResponse]),
  };
};

/** Listens for so long, or until `signal`. */
export const listened = async (clock: Clock, duration: Duration, signal: AbortSignal): Promise<void> => {
  if (signal.aborted) return;
  try {
    await clock.sleep(duration, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};

/** Active scans answer within one interval of the advertiser, which is at most 10.24 s (Vol 4 Part E, 7.8.5). */
const heardWithin = Millis(11_000);
/** The scan response follows in the same event; a slow stack hands it over later. */
const scanResponseWithin = Millis(200);

/** Undefined: not heard. @param address as printed */
export const foundAt = async (
  central: BleCentral,
  clock: Clock,
  address: string,
  signal: AbortSignal,
): Promise<FoundDevice | undefined> => {
  const devices = new FoundDevices();
  const heard = new AbortController();
  const scan = central.scan(
    (advertisement) => {
      if (advertisement.address !== address) return;
      devices.hear(advertisement);
      if (devices.at(address) !== undefined) heard.abort();
    },
    { active: true },
  );
  await listened(clock, heardWithin, AbortSignal.any([signal, heard.signal]));
  await listened(clock, scanResponseWithin, signal);
  scan.cancel();
  return devices.at(address);
};
