import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { platform } from "node:os";
import { opening } from "./socket-openers.ts";

/** Of the one buffer that all HTTP requests of a process are read into. */
const bufferBytes = 64 * 1_024;

/**
 * Overwrites what requests left behind. Node reads every request of a process into one buffer, and the parts of it that
 * the next request is too short for stay as they were (node_http_parser.cc, kAllocBufferSize): a password would lie
 * there for days. Nothing else can reach that buffer, so zeros are sent the way of a request, over a socket that has
 * neither a port nor a file (unix(7), abstract namespace; on Linux alone).
 */
export class ParserBuffer {
  #isBusy = false;
  #isDirty = false;

  /** One round at a time, however many ask; what is read during one is overwritten in the next. */
  wipe(): void {
    if (platform() !== "linux") return;
    this.#isDirty = true;
    if (!this.#isBusy) this.#overwrite();
  }

  #overwrite(): void {
    this.#isBusy = true;
    this.#isDirty = false;
    const path = `\0lampkeeper-${randomUUID()}`;
    // An import would load every part of it at the start, whatever it is needed for.
    const server = process.getBuiltinModule("node:http").createServer();
    const end = () => {
      server.close();
      this.#isBusy = false;
      if (this.#isDirty) this.#overwrite();
    };
    // The parser takes zeros for no request and hangs up.
    server.on("clientError", (_error, socket) => socket.destroy());
    server.once("error", end);
    opening("parser-buffer", () => server.listen({ path })).once("listening", () => {
      const zeros = opening("parser-buffer", () => connect({ path }));
      zeros.on("error", () => undefined);
      zeros.once("close", end);
      zeros.end(Buffer.alloc(bufferBytes));
    });
  }
}
