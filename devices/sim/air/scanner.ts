import type { AirAdvertisement } from "./advertisement.ts";
import { advertisingReport, extendedAdvertisingReport } from "./hci-events.ts";

/** Bits of the type in an extended report (Core Specification, Vol 4 Part E, 7.7.65.13). */
const bits = { connectable: 0x01, scannable: 0x02, response: 0x08, legacy: 0x10, moreToCome: 0x20 } as const;

/** Types of a report as before version 5 (7.7.65.2). */
const legacyType = ({ isConnectable, isScannable }: AirAdvertisement): number =>
  isConnectable ? (isScannable ? 0x00 : 0x01) : isScannable ? 0x02 : 0x03;
const legacyResponse = 0x04;

/** The most that one extended report holds. */
const mostReported = 229;
const noSet = 0xff;

/** What a controller that scans tells its host. */
export class Scanner {
  isActive = false;
  isRunning = false;
  isExtended = false;
  #isFiltering = false;
  readonly #known = new Set<string>();

  start(isFiltering: boolean): void {
    this.isRunning = true;
    this.#isFiltering = isFiltering;
    this.#known.clear();
  }

  stop(): void {
    this.isRunning = false;
  }

  /** @returns events for the host */
  reports(heard: AirAdvertisement, rssi: number): readonly Buffer[] {
    if (!this.isRunning || (heard.set !== undefined && !this.isExtended)) return [];
    const first = this.#isNew(heard, "") ? this.#report(heard, heard.data, false, rssi) : [];
    const isAnswered = this.isActive && heard.isScannable;
    const second =
      isAnswered && this.#isNew(heard, "response") ? this.#report(heard, heard.scanResponse, true, rssi) : [];
    return [...first, ...second];
  }

  #isNew({ sender, set }: AirAdvertisement, part: string): boolean {
    const key = `${sender.type} ${sender.address} ${set} ${part}`;
    const isNew = !this.#isFiltering || !this.#known.has(key);
    this.#known.add(key);
    return isNew;
  }

  #report(heard: AirAdvertisement, data: Buffer, isResponse: boolean, rssi: number): readonly Buffer[] {
    const { sender } = heard;
    if (!this.isExtended) {
      return [
        advertisingReport({ sender, type: isResponse ? legacyResponse : legacyType(heard), data, rssi }),
      ];
    }
    const type =
      (heard.isConnectable ? bits.connectable : 0) |
      (heard.isScannable ? bits.scannable : 0) |
      (isResponse ? bits.response : 0) |
      (heard.set === undefined ? bits.legacy : 0);
    const count = Math.max(1, Math.ceil(data.length / mostReported));
    return Array.from({ length: count }, (_, index) => {
      const part = data.subarray(index * mostReported, (index + 1) * mostReported);
      const isLast = index === count - 1;
      const partType = isLast ? type : type | bits.moreToCome;
      return extendedAdvertisingReport({ sender, type: partType, data: part, rssi }, heard.set ?? noSet);
    });
  }
}
