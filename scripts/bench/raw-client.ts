import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import {
  connectPacket,
  type Login,
  type OnPacket,
  PacketCutter,
  packetTypes,
  pingPacket,
  subscribePacket,
} from "./mqtt-wire.ts";

/** Where a broker listens. `tls`: with a certificate nobody checks, for only the work is measured. */
export interface Address {
  readonly port: number;
  readonly tls?: boolean;
}

/** One connection of a generator. What is sent within a turn leaves in one write. */
export class RawClient {
  readonly socket: Socket;
  onPacket: OnPacket = () => undefined;
  readonly #login: Login;
  readonly #waiting = new Map<number, (body: Buffer) => void>();
  #failed: ((error: Error) => void) | undefined;
  #gathered: Buffer[] = [];
  lost: Error | undefined;

  constructor({ port, tls = false }: Address, login: Login) {
    const host = "127.0.0.1";
    this.#login = login;
    this.socket = tls
      ? connectTls({ host, port, rejectUnauthorized: false, minVersion: "TLSv1.3" })
      : connect({ host, port, noDelay: true });
    const cutter = new PacketCutter((firstByte, bytes, start, end) => {
      const waiting = this.#waiting.get(firstByte >> 4);
      if (waiting === undefined) return this.onPacket(firstByte, bytes, start, end);
      this.#waiting.delete(firstByte >> 4);
      waiting(Buffer.from(bytes.subarray(start, end)));
    });
    this.socket.on("data", (chunk: Buffer) => cutter.push(chunk));
    this.socket.on("error", (error) => this.#lose(error));
    this.socket.on("close", () => this.#lose(new Error("the broker closed the connection")));
  }

  async connect(): Promise<void> {
    this.socket.write(connectPacket(this.#login));
    const connack = await this.#answer(packetTypes.connack);
    if (connack[1] !== 0) throw new Error(`the broker refused the connection with code ${connack[1]}`);
  }

  async subscribe(filters: readonly string[], qos: 0 | 1 = 0): Promise<void> {
    this.socket.write(subscribePacket(filters, qos));
    const suback = await this.#answer(packetTypes.suback);
    if (suback.subarray(2).includes(0x80)) throw new Error("the broker refused a subscription");
  }

  async ping(): Promise<void> {
    this.socket.write(pingPacket);
    await this.#answer(packetTypes.pingresp);
  }

  /** Sends with everything else of this turn. The bytes must stay as they are until then. */
  send(bytes: Buffer): void {
    if (this.#gathered.push(bytes) === 1) queueMicrotask(() => this.#flush());
  }

  close(): void {
    this.#failed = undefined;
    this.socket.removeAllListeners("close");
    this.socket.destroy();
  }

  #flush(): void {
    const all = this.#gathered;
    this.#gathered = [];
    this.socket.write(all.length === 1 && all[0] !== undefined ? all[0] : Buffer.concat(all));
  }

  #answer(type: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.lost !== undefined) return reject(this.lost);
      this.#failed = reject;
      this.#waiting.set(type, resolve);
    });
  }

  #lose(error: Error): void {
    this.lost ??= error;
    this.#failed?.(error);
  }
}

/** Opens many connections, some at a time. */
export const openAll = async (
  count: number,
  make: (index: number) => RawClient,
  ready: (client: RawClient, index: number) => Promise<void> = async () => undefined,
  atOnce = 32,
): Promise<RawClient[]> => {
  const clients: RawClient[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const client = make(index);
      clients[index] = client;
      await client.connect();
      await ready(client, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
  return clients;
};
