/** One AD structure (Core Specification Supplement, Part A): its type and its content. */
type AdStructure = readonly [type: number, ...content: number[]];

const ascii = (text: string): readonly number[] => [...text].map((letter) => letter.charCodeAt(0));

/** Two bytes, the low one first. */
const low = (value: number): readonly [number, number] => [value & 0xff, value >> 8];

/** LE only, found by everybody. */
export const flags: AdStructure = [0x01, 0x06];

export const completeName = (name: string): AdStructure => [0x09, ...ascii(name)];

/** All services of 16 bits. */
export const lists = (...services: readonly number[]): AdStructure => [0x03, ...services.flatMap(low)];

export const serviceData = (service: number, data: readonly number[]): AdStructure => [
  0x16,
  ...low(service),
  ...data,
];

export const manufacturerData = (company: number, data: readonly number[]): AdStructure => [
  0xff,
  ...low(company),
  ...data,
];

/** A packet's data; what does not fit into 31 bytes is left out, as firmwares do. */
export const packet = (...structures: readonly AdStructure[]): Uint8Array => {
  const bytes: number[] = [];
  for (const structure of structures) {
    if (bytes.length + structure.length + 1 <= 31) bytes.push(structure.length, ...structure);
  }
  return Uint8Array.from(bytes);
};
