/** Where a controller is reached, and as whom it signs what it sends. */
export interface DeviceAddress {
  /** `a4:c1:38:02:83:f4` */
  readonly address: string;
  readonly type: "public" | "random";
}

const types = ["public", "random"] as const;

export const sameAddress = (one: DeviceAddress, other: DeviceAddress): boolean =>
  one.address === other.address && one.type === other.type;

/** As HCI writes it: the last octet first. */
export const addressBytes = ({ address }: DeviceAddress): Buffer =>
  Buffer.from(address.replaceAll(":", ""), "hex").reverse();

export const typeCode = ({ type }: DeviceAddress): number => types.indexOf(type);

/** @param code only its lowest bit counts: the others say that an identity was resolved */
export const addressFrom = (code: number, bytes: Buffer): DeviceAddress => ({
  type: types[code & 1] ?? "public",
  address: [...bytes]
    .reverse()
    .map((octet) => octet.toString(16).padStart(2, "0"))
    .join(":"),
});
