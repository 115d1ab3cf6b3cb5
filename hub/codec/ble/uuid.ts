/** Behind the eight digits of a UUID that the Bluetooth SIG assigned (Core Specification, Vol 3 Part B, 2.5.1). */
const assigned = "00001000800000805f9b34fb";

/**
 * A UUID as it is on the air, least byte first, as it is written here: lower case without dashes, and those of the
 * Bluetooth SIG as their four digits.
 * @param bytes 2, 4 or 16 of them
 */
export const uuidOf = (bytes: Uint8Array): string => {
  const digits = Buffer.from(bytes).reverse().toString("hex");
  const full = digits.length === 32 ? digits : `${digits.padStart(8, "0")}${assigned}`;
  return full.startsWith("0000") && full.endsWith(assigned) ? full.slice(4, 8) : full;
};
