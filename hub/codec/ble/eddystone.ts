/*
 * Eddystone (google/eddystone, protocol-specification.md). Service data of UUID feaa: type (1), then by type. Numbers
 * most significant byte first.
 */

export const eddystoneService = "feaa";
export const eddystoneIdentityBytes = 16;

/** Power is in dBm at no distance at all: 41 less is what there is at one metre. */
export type Eddystone =
  /** `identity`: namespace (10) and instance (6). */
  | { readonly kind: "uid"; readonly power: number; readonly identity: Uint8Array }
  | { readonly kind: "url"; readonly power: number; readonly url: string }
  | {
      readonly kind: "tlm";
      /** 0: it is on the mains. */
      readonly millivolts: number;
      /** Degrees Celsius; absent: it does not measure. */
      readonly temperature?: number;
      readonly packets: number;
      readonly uptimeMs: number;
    }
  /** `identity`: 8 bytes that change, which only its owner's resolver can tell apart. */
  | { readonly kind: "eid"; readonly power: number; readonly identity: Uint8Array };

const schemes = ["http://www.", "https://www.", "http://", "https://"];
const endings = [".com", ".org", ".edu", ".net", ".info", ".biz", ".gov"];
const mostUrlBytes = 17;
const noTemperature = -0x8000;

const urlPart = (byte: number): string | undefined => {
  if (byte < endings.length) return `${endings[byte]}/`;
  if (byte < 2 * endings.length) return endings[byte - endings.length];
  return byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : undefined;
};

const urlIn = (view: Buffer): string | undefined => {
  const scheme = schemes[view[2] ?? schemes.length];
  const text = [...view.subarray(3)].map(urlPart);
  if (scheme === undefined || text.length > mostUrlBytes || text.includes(undefined)) return undefined;
  return `${scheme}${text.join("")}`;
};

const readers: Readonly<Record<number, (view: Buffer) => Eddystone | undefined>> = {
  // Two reserved bytes follow; frames of before 2016 have none.
  0: (view) =>
    view.length < 18 ? undefined : { kind: "uid", power: view.readInt8(1), identity: view.subarray(2, 18) },
  16: (view) => {
    const url = view.length < 3 ? undefined : urlIn(view);
    return url === undefined ? undefined : { kind: "url", power: view.readInt8(1), url };
  },
  // Version 0 is in clear; another one is sealed for its owner.
  32: (view) => {
    if (view.length < 14 || view[1] !== 0) return undefined;
    const degrees = view.readInt16BE(4);
    return {
      kind: "tlm",
      millivolts: view.readUInt16BE(2),
      ...(degrees === noTemperature ? {} : { temperature: degrees / 256 }),
      packets: view.readUInt32BE(6),
      uptimeMs: view.readUInt32BE(10) * 100,
    };
  },
  48: (view) =>
    view.length < 10 ? undefined : { kind: "eid", power: view.readInt8(1), identity: view.subarray(2, 10) },
};

/** @returns undefined for anything that is no whole frame of a known type. */
export const readEddystone = (data: Uint8Array): Eddystone | undefined =>
  readers[data[0] ?? -1]?.(Buffer.from(data.buffer, data.byteOffset, data.length));
