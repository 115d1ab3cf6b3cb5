/** Packets between a host and its controller, as the UART transport frames them (Core Specification, Vol 4 Part A, 2). */
export type HciPacket =
  | { readonly kind: "command"; readonly opcode: number; readonly parameters: Buffer }
  | { readonly kind: "acl"; readonly handle: number; readonly isFirst: boolean; readonly data: Buffer }
  | { readonly kind: "event"; readonly code: number; readonly parameters: Buffer };

const kinds = { command: 0x01, acl: 0x02, event: 0x04 } as const;

/** Bits 12..13 of an ACL header (Vol 4 Part E, 5.4.2): a host starts with 0, a controller with 2. */
const continuing = 1;
const startsForHost = 2;

/** @returns undefined: not one whole packet of a kind that crosses here */
export const readHciPacket = (bytes: Buffer): HciPacket | undefined => {
  const [kind] = bytes;
  if (kind === kinds.command && bytes.length >= 4 && bytes.length === 4 + bytes.readUInt8(3)) {
    return { kind: "command", opcode: bytes.readUInt16LE(1), parameters: bytes.subarray(4) };
  }
  if (kind === kinds.acl && bytes.length >= 5 && bytes.length === 5 + bytes.readUInt16LE(3)) {
    const word = bytes.readUInt16LE(1);
    const isFirst = ((word >> 12) & 0b11) !== continuing;
    return { kind: "acl", handle: word & 0x0fff, isFirst, data: bytes.subarray(5) };
  }
  if (kind === kinds.event && bytes.length >= 3 && bytes.length === 3 + bytes.readUInt8(2)) {
    return { kind: "event", code: bytes.readUInt8(1), parameters: bytes.subarray(3) };
  }
  return undefined;
};

export const commandPacket = (opcode: number, parameters: Buffer): Buffer =>
  Buffer.concat([Buffer.from([kinds.command, opcode & 0xff, opcode >> 8, parameters.length]), parameters]);

export const eventPacket = (code: number, parameters: Buffer): Buffer =>
  Buffer.concat([Buffer.from([kinds.event, code, parameters.length]), parameters]);

/** As a controller hands data to its host. */
export const aclPacket = (handle: number, isFirst: boolean, data: Buffer): Buffer => {
  const header = Buffer.alloc(5);
  header.writeUInt8(kinds.acl);
  header.writeUInt16LE(handle | ((isFirst ? startsForHost : continuing) << 12), 1);
  header.writeUInt16LE(data.length, 3);
  return Buffer.concat([header, data]);
};
