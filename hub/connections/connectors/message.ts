/** What goes to and fro: one flat object, or a list of flat ones under `lamps`. Of what comes in nothing is believed yet. */
export type OutsideMessage = Readonly<Record<string, unknown>>;

/** More than any service has to say at once. */
export const mostMessageBytes = 16_384;

/** As it comes, with what sealing and signing add. */
export const mostWireBytes = mostMessageBytes + 256;

const mostKeys = 64;

/** Undefined for anything that is no object of few keys. Never throws. */
export const readMessage = (bytes: Uint8Array): OutsideMessage | undefined => {
  if (bytes.length > mostMessageBytes) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return Object.keys(value).length > mostKeys ? undefined : (value as OutsideMessage);
  } catch {
    return undefined;
  }
};

/** A text of the message, no longer than that; undefined for anything else. */
export const textIn = (message: OutsideMessage, key: string, most = 256): string | undefined => {
  const value = Object.hasOwn(message, key) ? message[key] : undefined;
  return typeof value === "string" && value.length > 0 && value.length <= most ? value : undefined;
};

/** A whole number from 0 of the message. */
export const countIn = (message: OutsideMessage, key: string): number | undefined => {
  const value = Object.hasOwn(message, key) ? message[key] : undefined;
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
};
