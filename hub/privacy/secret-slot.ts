/**
 * The one small door to a secret. Whoever serves the secret's purpose is handed it by the roof; the store that rooms
 * hold knows of none. Everything goes through it as bytes.
 */
export interface SecretSlot {
  /** Whether there is something to read. */
  isSet(): boolean;
  /** Seals it under a key of its own, made now if there is none; on the disk when this returns. The caller wipes `secret`. */
  put(secret: Uint8Array): void;
  /**
   * Shows the secret for as long as `use` takes, then wipes it. Undefined: there is none, or it does not open.
   * @param use keeps no view of the bytes
   */
  read<Result>(use: (secret: Uint8Array) => Result): Result | undefined;
  /** Destroys the key, so that it is noise in every copy, then takes the noise away. None is fine. */
  destroy(): void;
}

/** Of the length that stands before a secret. */
const lengthBytes = 2;

/** `length (2) | secret | zeros`, up to a whole number of size classes. The caller wipes it. */
export const padded = (secret: Uint8Array, sizeClassBytes: number): Buffer => {
  const bytes = Buffer.alloc(Math.ceil((lengthBytes + secret.length) / sizeClassBytes) * sizeClassBytes);
  bytes.writeUInt16BE(secret.length);
  bytes.set(secret, lengthBytes);
  return bytes;
};

/** The secret in it, as a view; undefined for anything that `padded` did not make. */
export const unpadded = (bytes: Buffer): Buffer | undefined => {
  if (bytes.length < lengthBytes) return undefined;
  const end = lengthBytes + bytes.readUInt16BE();
  return end <= bytes.length ? bytes.subarray(lengthBytes, end) : undefined;
};
