import type { EventEmitter } from "node:events";

/**
 * How a host stack reaches its controller: the shape of @stoprocent/bluetooth-hci-socket. Emits `data` (one packet), `state`,
 * `error`.
 */
export interface HciSocket extends EventEmitter {
  bindRaw(index?: number, parameters?: object): unknown;
  bindUser(index?: number, parameters?: object): unknown;
  start(): void;
  stop(): void;
  setFilter(filter: Buffer): void;
  isDevUp(): boolean;
  write(packet: Buffer): void;
}

export type HciDriver = new () => HciSocket;
