/** Apple's company identifier. */
export const ibeaconCompany = 0x004c;

/** Which beacon it is, 20 bytes: UUID (16), major (2), minor (2), most significant byte first. */
export interface Ibeacon {
  readonly identity: Uint8Array;
  readonly major: number;
  readonly minor: number;
  /** dBm at one metre. */
  readonly power: number;
}

export const ibeaconIdentityBytes = 20;
const kind = 0x02;
const length = 0x15;

/** @param data of manufacturer `ibeaconCompany`, without that. @returns undefined for anything else of Apple's. */
export const readIbeacon = (data: Uint8Array): Ibeacon | undefined => {
  if (data.length < 2 + length || data[0] !== kind || data[1] !== length) return undefined;
  const view = Buffer.from(data.buffer, data.byteOffset, data.length);
  return {
    identity: view.subarray(2, 2 + ibeaconIdentityBytes),
    major: view.readUInt16BE(18),
    minor: view.readUInt16BE(20),
    power: view.readInt8(22),
  };
};
