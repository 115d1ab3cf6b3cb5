const printed = /^[0-9a-f]{12}$/i;

/**
 * The six bytes of a device's address, in the order in which they are printed. Undefined: it is no such address.
 * @param text with or without colons or dashes
 */
export const addressBytes = (text: string): Buffer | undefined => {
  const digits = text.replaceAll(/[:-]/g, "");
  return printed.test(digits) ? Buffer.from(digits, "hex") : undefined;
};
