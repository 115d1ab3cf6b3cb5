import { EventEmitter } from "node:events";
import { connect, type Socket } from "node:net";
import { splitH4 } from "../../../codec/ble/h4-stream.ts";
import { opening } from "../socket-openers.ts";
import type { HciDriver, HciSocket } from "./hci-socket.ts";

/** A controller behind a Unix socket that carries H4, as BlueZ's btvirt and btproxy offer one. */
class StreamSocket extends EventEmitter implements HciSocket {
  readonly #path: string;
  #socket: Socket | undefined;
  #isUp = true;
  #rest: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    super();
    this.#path = path;
  }

  bindRaw(): void {}

  bindUser(): void {}

  start(): void {
    const socket = opening("bluetooth-socket", () => connect(this.#path));
    this.#socket = socket;
    socket.on("data", (bytes) => this.#arrived(Buffer.from(bytes)));
    socket.on("error", (error) => this.emit("error", error));
    socket.on("close", () => {
      this.#isUp = false;
      this.emit("state", false);
    });
  }

  stop(): void {
    this.#socket?.destroy();
  }

  setFilter(): void {}

  isDevUp(): boolean {
    return this.#isUp;
  }

  write(packet: Buffer): void {
    this.#socket?.write(packet);
  }

  #arrived(bytes: Buffer): void {
    const { packets, rest, isBroken } = splitH4(Buffer.concat([this.#rest, bytes]));
    this.#rest = Buffer.from(rest);
    for (const packet of packets) this.emit("data", packet);
    if (isBroken) this.stop();
  }
}

export const streamDriver = (path: string): HciDriver =>
  class extends StreamSocket {
    constructor() {
      super(path);
    }
  };
