import { createServer, type Socket } from "node:net";
import type { Controller, HostListener } from "../../devices/sim/air/controller.ts";
import { splitH4 } from "../../hub/codec/ble/h4-stream.ts";

/** One host at the other end of a socket. */
class SocketHost implements HostListener {
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);

  constructor(socket: Socket, controller: Controller) {
    this.#socket = socket;
    socket.on("data", (bytes) => {
      const { packets, rest, isBroken } = splitH4(Buffer.concat([this.#rest, bytes]));
      this.#rest = Buffer.from(rest);
      for (const packet of packets) controller.write(packet);
      if (isBroken) socket.destroy();
    });
    socket.on("close", () => {
      controller.forget(this);
      // As a kernel does with the adapter of a program that is gone.
      controller.layer.reset();
    });
    // A host that is killed resets the connection; the close that follows says all.
    socket.on("error", () => {});
  }

  packet(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  plugged(isPlugged: boolean): void {
    if (!isPlugged) this.#socket.destroy();
  }
}

/** Offers a simulated controller on a Unix socket that carries H4, to any host stack. */
export const serveController = async (controller: Controller, path: string): Promise<AsyncDisposable> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    if (!controller.isPlugged) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    controller.listen(new SocketHost(socket, controller));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  return {
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
