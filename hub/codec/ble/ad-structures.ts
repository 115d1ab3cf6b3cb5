import { uuidOf } from "./uuid.ts";

/** What a service has to say, by the service's UUID. */
export interface ServiceData {
  readonly service: string;
  readonly data: Uint8Array;
}

/** What a maker has to say, by its company identifier. */
export interface ManufacturerData {
  readonly company: number;
  readonly data: Uint8Array;
}

/** An advertisement taken apart. What it repeats stands there repeatedly, but for what can only be one thing: then the first counts. */
export interface AdStructures {
  readonly name?: string;
  /** Bits (Core Specification Supplement, Part A, 1.3). */
  readonly flags?: number;
  /** dBm. */
  readonly txPower?: number;
  readonly services: readonly string[];
  readonly serviceData: readonly ServiceData[];
  readonly manufacturerData: readonly ManufacturerData[];
}

/** Of an extended advertisement with all its fragments (Vol 4 Part E, 7.7.65.13); what is behind it is not looked at. */
const mostBytes = 1650;
/** Of a name (Vol 3 Part C, 12.1). */
const mostNameBytes = 248;

type Draft = {
  -readonly [Key in keyof AdStructures]: AdStructures[Key] extends readonly (infer Each)[]
    ? Each[]
    : AdStructures[Key];
};

const listed = (draft: Draft, bytes: Uint8Array, size: number): void => {
  for (let at = 0; at + size <= bytes.length; at += size)
    draft.services.push(uuidOf(bytes.subarray(at, at + size)));
};

const dataOf = (draft: Draft, bytes: Uint8Array, size: number): void => {
  if (bytes.length < size) return;
  draft.serviceData.push({ service: uuidOf(bytes.subarray(0, size)), data: bytes.subarray(size) });
};

/** Of anybody in range, so it may hold anything: control characters are taken out. */
const nameIn = (bytes: Uint8Array): string =>
  Buffer.from(bytes.subarray(0, mostNameBytes)).toString("utf8").replaceAll(/\p{C}/gu, "");

/** By AD type (Bluetooth Assigned Numbers, 2.3). */
const readers: Readonly<Record<number, (draft: Draft, bytes: Uint8Array) => void>> = {
  1: (draft, [flags]) => {
    if (flags !== undefined) draft.flags ??= flags;
  },
  2: (draft, bytes) => listed(draft, bytes, 2),
  3: (draft, bytes) => listed(draft, bytes, 2),
  4: (draft, bytes) => listed(draft, bytes, 4),
  5: (draft, bytes) => listed(draft, bytes, 4),
  6: (draft, bytes) => listed(draft, bytes, 16),
  7: (draft, bytes) => listed(draft, bytes, 16),
  8: (draft, bytes) => {
    draft.name ??= nameIn(bytes);
  },
  // The complete name, which counts before a shortened one.
  9: (draft, bytes) => {
    draft.name = nameIn(bytes);
  },
  10: (draft, [power]) => {
    if (power !== undefined) draft.txPower ??= (power << 24) >> 24;
  },
  22: (draft, bytes) => dataOf(draft, bytes, 2),
  32: (draft, bytes) => dataOf(draft, bytes, 4),
  33: (draft, bytes) => dataOf(draft, bytes, 16),
  255: (draft, bytes) => {
    const [low, high] = bytes;
    if (low === undefined || high === undefined) return;
    draft.manufacturerData.push({ company: low | (high << 8), data: bytes.subarray(2) });
  },
};

/**
 * Takes an advertisement apart: `length (1) | type (1) | data`, one after the other. Never throws, whatever the bytes;
 * where a structure is cut short or of no length the rest says nothing. What it gives are views of `bytes`.
 */
export const readAdStructures = (bytes: Uint8Array): AdStructures => {
  const draft: Draft = { services: [], serviceData: [], manufacturerData: [] };
  const most = Math.min(bytes.length, mostBytes);
  let at = 0;
  while (at < most) {
    const length = bytes[at] ?? 0;
    const end = at + 1 + length;
    if (length === 0 || end > most) break;
    readers[bytes[at + 1] ?? 0]?.(draft, bytes.subarray(at + 2, end));
    at = end;
  }
  return draft;
};
