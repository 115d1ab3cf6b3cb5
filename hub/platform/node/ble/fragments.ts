import type { AdvertisingReport } from "../../../codec/ble/hci-reading.ts";

/** The longest advertisement there is (Core Specification, Vol 4 Part E, 7.8.57). */
const mostBytes = 1650;
/** Advertisers whose pieces are waited for; beyond it the oldest goes. */
const mostOpen = 64;

/** Joins the pieces in which a controller reports long advertisements. */
export class AdvertisementFragments {
  readonly #open = new Map<string, readonly Buffer[]>();

  /** @returns the advertisement, once it is whole */
  add(report: AdvertisingReport): AdvertisingReport | undefined {
    if (report.set === undefined) return report;
    const key = `${report.addressType} ${report.address} ${report.set} ${report.isScanResponse}`;
    const pieces = [...(this.#open.get(key) ?? []), report.data];
    this.#open.delete(key);
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (report.end === "cut" || bytes > mostBytes) return undefined;
    if (report.end === "whole") return { ...report, data: Buffer.concat(pieces) };
    this.#open.set(key, pieces);
    this.#dropOldest();
    return undefined;
  }

  #dropOldest(): void {
    if (this.#open.size <= mostOpen) return;
    for (const oldest of this.#open.keys()) {
      this.#open.delete(oldest);
      return;
    }
  }
}
