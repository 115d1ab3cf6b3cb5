/** What Node itself costs: whatever comes in from one connection goes out to all that subscribed, unread. No MQTT broker. */
import { type AddressInfo, createServer, type Socket } from "node:net";
import { PacketCutter, packetTypes } from "../mqtt-wire.ts";

const readers = new Set<Socket>();
const connack = Buffer.from([0x20, 2, 0, 0]);
const suback = Buffer.from([0x90, 3, 0, 1, 0]);

const server = createServer({ noDelay: true }, (socket) => {
  let isOpen = false;
  const cutter = new PacketCutter((firstByte) => {
    if (firstByte >> 4 === 1) socket.write(connack);
    else if (firstByte >> 4 === 8) {
      readers.add(socket);
      socket.write(suback);
    }
    isOpen = true;
  });
  socket.on("data", (chunk: Buffer) => {
    if (isOpen && (chunk[0] ?? 0) >> 4 === packetTypes.publish)
      for (const reader of readers) reader.write(chunk);
    else cutter.push(chunk);
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", () => readers.delete(socket));
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
});
process.on("SIGTERM", () => process.exit());
