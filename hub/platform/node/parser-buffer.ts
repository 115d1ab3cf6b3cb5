import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { connect } from "node:net";
import { platform } from "node:os";

/** Of the one buffer that all HTTP requests of a process are read into. */
const bufferBytes = 64 * 1_024;

/**
 * Overwrites what the last request left behind. Node reads every request of a process into one buffer, and the parts
 * of it that the next request is too short for stay as they were (node_http_parser.cc, kAllocBufferSize): a password
 * would lie there for days. Nothing else can reach that buffer, so zeros are sent the way of a request, over a socket
 * that has neither a port nor a file (unix(7), abstract namespace; on Linux alone).
 */
export const wipeParserBuffer = (): void => {
  if (platform() !== "linux") return;
  const path = `\0lampkeeper-${randomUUID()}`;
  const server = createServer();
  server.on("clientError", (_error, socket) => socket.destroy());
  server.on("connection", (socket) => socket.on("close", () => server.close()));
  server.listen({ path }, () => {
    const zeros = connect({ path });
    // The parser takes zeros for no request and hangs up.
    zeros.on("error", () => undefined);
    zeros.end(Buffer.alloc(bufferBytes));
  });
};
