/** Error codes of a controller (Core Specification, Vol 1 Part F). */
export const status = {
  success: 0x00,
  unknownCommand: 0x01,
  unknownConnection: 0x02,
  keyMissing: 0x06,
  connectionTimeout: 0x08,
  connectionLimit: 0x09,
  connectionExists: 0x0b,
  commandDisallowed: 0x0c,
  invalidParameters: 0x12,
  remoteEnded: 0x13,
  localEnded: 0x16,
  micFailure: 0x3d,
} as const;
