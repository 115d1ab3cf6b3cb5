import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import type { HardwareAddress } from "../../domain/person.ts";
import { opening } from "./socket-openers.ts";

/** Columns: IP address, HW type, flags, HW address, mask, device. Flag 0x2: the address answered when last asked. */
const line = /^(\S+)\s+0x1\s+(0x[0-9a-f]+)\s+([0-9a-f:]{17})\s/i;
const isComplete = 0x2;
/** Discard [RFC 863]: nobody answers, and nothing needs to. */
const discardPort = 9;

/**
 * The kernel's table of neighbours (IPv4). An entry stays long after its device has left, until somebody speaks to it:
 * so each look sends one empty datagram to the devices that were found, and the next look reads what came of it.
 */
export class ArpTable {
  readonly #file: string;
  readonly #nudge: (address: string) => void;

  constructor(file = "/proc/net/arp", nudge = emptyDatagram) {
    this.#file = file;
    this.#nudge = nudge;
  }

  neighbours(wanted: ReadonlySet<HardwareAddress>): ReadonlySet<HardwareAddress> {
    const found = new Set<HardwareAddress>();
    if (wanted.size === 0) return found;
    for (const text of this.#table()) {
      const [, ip = "", flags = "", hardware = ""] = line.exec(text) ?? [];
      const address = hardware.toLowerCase() as HardwareAddress;
      if (!wanted.has(address) || (Number(flags) & isComplete) === 0) continue;
      found.add(address);
      this.#nudge(ip);
    }
    return found;
  }

  /** A machine without the table has no neighbours. */
  #table(): readonly string[] {
    try {
      return readFileSync(this.#file, "latin1").split("\n");
    } catch {
      return [];
    }
  }
}

function emptyDatagram(address: string): void {
  const socket = createSocket("udp4");
  // Whether it arrives is what the next look tells.
  socket.on("error", () => socket.close());
  opening("neighbours", () => socket.send(new Uint8Array(), discardPort, address, () => socket.close()));
}
