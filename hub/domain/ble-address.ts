/** Who advertises under an address: `a4:c1:38:02:83:f4`. */
interface Peer {
  readonly address: string;
  readonly addressType: "public" | "random";
}

const written = /^((?:[0-9a-f]{2}:){5}[0-9a-f]{2}|[0-9a-f]{12})(-random)?$/i;

/** What a device that is reached over BLE is called in the home: `a4c1380283f4`, `a4c1380283f4-random`. */
export const bleDeviceAddress = ({ address, addressType }: Peer): string =>
  `${address.replaceAll(":", "")}${addressType === "random" ? "-random" : ""}`;

/** Whom a device's address means, with colons or without; undefined: no address of BLE. */
export const blePeerOf = (deviceAddress: string): Peer | undefined => {
  const [, digits, random] = written.exec(deviceAddress) ?? [];
  if (digits === undefined) return undefined;
  const address = (digits.replaceAll(":", "").match(/../g) ?? []).join(":").toLowerCase();
  return { address, addressType: random === undefined ? "public" : "random" };
};
