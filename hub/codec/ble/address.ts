export const deviceAddressBytes = 6;
const printed = /^[0-9a-f]{12}$/i;

/**
 * The six bytes of a device's address, in the order in which they are printed. Undefined: it is no such address.
 * @param text with or without colons or dashes
 */
export const addressBytes = (text: string): Buffer | undefined => {
  const digits = text.replaceAll(/[:-]/g, "");
  return printed.test(digits) ? Buffer.from(digits, "hex") : undefined;
};

/** The other way round, as it is written here: `a4:c1:38:02:83:f4`. @param bytes six of them */
export const printedAddress = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
