import { advertisingReport } from "../../devices/sim/air/hci-events.ts";

/** An advertisement of 31 bytes, from an address of its own for each number: `00:00:…`. */
export const strangerReport = (number: number): Buffer => {
  const bytes = Buffer.alloc(6);
  bytes.writeUInt32BE(number, 2);
  const address = (bytes.toString("hex").match(/../g) ?? []).join(":");
  const data = Buffer.alloc(31, number);
  return advertisingReport({ sender: { address, type: "random" }, type: 0x03, data, rssi: -80 });
};
