/*
 * Improv Wi-Fi over BLE (improv-wifi.com: BLE; improv-wifi/sdk-cpp, improv.h). Commands and results are
 * `command (1) | length (1) | data | sum (1)`; the sum is the low byte of everything before it.
 */

const uuidOf = (number: number): string => `0046776862282272466327747826800${number}`;

/** Where a device speaks Improv. */
export const improvService = uuidOf(0);
export const improvPlaces = {
  state: uuidOf(1),
  error: uuidOf(2),
  command: uuidOf(3),
  result: uuidOf(4),
  capabilities: uuidOf(5),
} as const;
/** Of the service data that says state and capabilities while it advertises. */
export const improvServiceData = "4677";

/** By the byte that stands for it. `stopped`: it does not take part any more. */
export const improvStates = [
  "stopped",
  "authorization-required",
  "authorized",
  "provisioning",
  "provisioned",
] as const;
export type ImprovState = (typeof improvStates)[number];

const errors = {
  none: 0,
  "invalid-rpc": 1,
  "unknown-rpc": 2,
  "unable-to-connect": 3,
  "not-authorized": 4,
  "bad-hostname": 5,
  unknown: 0xff,
} as const;
export type ImprovError = keyof typeof errors;

/** `sealed` is ours: a message of docs/lamp-provisioning.md each way; devices of others call it unknown. */
export const improvCommands = { wifi: 1, identify: 2, "device-info": 3, scan: 4, sealed: 0xc0 } as const;
export type ImprovCommand = keyof typeof improvCommands;

const abilities = { identify: 0x01, "device-info": 0x02, scan: 0x04, sealed: 0x80 } as const;
export type ImprovAbility = keyof typeof abilities;

/** Undefined: a byte that stands for none. */
export const improvStateOf = ([byte]: Uint8Array): ImprovState | undefined => improvStates[byte ?? -1];
export const improvStateByte = (state: ImprovState): number => improvStates.indexOf(state);

/** What is not known is called unknown: it is an error in any case. Undefined: there is none. */
export const improvErrorOf = ([byte]: Uint8Array): Exclude<ImprovError, "none"> | undefined => {
  if (byte === errors.none) return undefined;
  const names = Object.keys(errors) as ImprovError[];
  const found = names.find((name) => errors[name] === byte);
  return found === undefined || found === "none" ? "unknown" : found;
};
export const improvErrorByte = (error: ImprovError): number => errors[error];

export const improvAbilitiesOf = ([byte]: Uint8Array): ReadonlySet<ImprovAbility> => {
  const names = Object.keys(abilities) as ImprovAbility[];
  return new Set(names.filter((name) => ((byte ?? 0) & abilities[name]) !== 0));
};
export const improvAbilityByte = (able: readonly ImprovAbility[]): number =>
  able.reduce((bits, name) => bits | abilities[name], 0);

/** A command or a result. `data` is a view of what it was read from: wiping that wipes this. */
export interface ImprovFrame {
  readonly command: number;
  readonly data: Uint8Array;
}

const overheadBytes = 3;
export const mostImprovBytes = overheadBytes + 255;

const sumOf = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0);

/** In a buffer of its own, which the caller wipes where it holds a secret. @param data at most 255 bytes */
export const improvFrame = (command: number, data: Uint8Array): Buffer => {
  const bytes = Buffer.from(new ArrayBuffer(overheadBytes + data.length));
  bytes[0] = command;
  bytes[1] = data.length;
  bytes.set(data, 2);
  bytes[bytes.length - 1] = sumOf(bytes.subarray(0, -1));
  return bytes;
};

/**
 * What has arrived of a frame, in one packet or several.
 * @returns "more": it is not whole; "broken": its sum is another, or there is something behind it
 */
export const readImprovFrame = (bytes: Uint8Array): ImprovFrame | "more" | "broken" => {
  const [command, length] = bytes;
  if (command === undefined || length === undefined || bytes.length < overheadBytes + length) return "more";
  const isWhole = bytes.length === overheadBytes + length && sumOf(bytes.subarray(0, -1)) === bytes.at(-1);
  return isWhole ? { command, data: bytes.subarray(2, -1) } : "broken";
};

/** `length (1) | bytes`, one after the other. Undefined: cut short. The parts are views of `data`. */
export const improvStrings = (data: Uint8Array): readonly Uint8Array[] | undefined => {
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at < data.length) {
    const end = at + 1 + (data[at] ?? 0);
    if (end > data.length) return undefined;
    parts.push(data.subarray(at + 1, end));
    at = end;
  }
  return parts;
};

/** The other way round. @param parts of at most 255 bytes each */
export const improvStringBytes = (parts: readonly Uint8Array[]): Buffer =>
  Buffer.concat(parts.flatMap((part) => [Buffer.of(part.length), part]));
