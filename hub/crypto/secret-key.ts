import { createSecretKey, type KeyObject } from "node:crypto";

/** A key out of its bytes, which are wiped: from here on it lies in the memory of the cipher alone. */
export const secretKey = (bytes: Buffer): KeyObject => {
  try {
    return createSecretKey(bytes);
  } finally {
    bytes.fill(0);
  }
};
