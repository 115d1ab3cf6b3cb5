import type { Controller, HostListener } from "../../devices/sim/air/controller.ts";
import { commandPacket, type HciPacket, readHciPacket } from "../../devices/sim/air/hci-packet.ts";

type Event = Extract<HciPacket, { readonly kind: "event" }>;

/** No host stack at all: what is sent is written out, and what comes is looked at as it is. */
export class BareHost implements HostListener {
  readonly events: Event[] = [];
  readonly data: Extract<HciPacket, { readonly kind: "acl" }>[] = [];
  readonly #controller: Controller;
  readonly #waiting = new Set<() => void>();

  constructor(controller: Controller) {
    this.#controller = controller;
    controller.listen(this);
  }

  packet(bytes: Buffer): void {
    const packet = readHciPacket(bytes);
    if (packet?.kind === "event") this.events.push(packet);
    if (packet?.kind === "acl") this.data.push(packet);
    for (const look of this.#waiting) look();
  }

  plugged(): void {}

  /** @returns the status, and what is returned behind it */
  async command(opcode: number, hex = ""): Promise<{ readonly status: number; readonly result: Buffer }> {
    const from = this.events.length;
    this.#controller.write(commandPacket(opcode, Buffer.from(hex.replaceAll(" ", ""), "hex")));
    const { code, parameters } = await this.#found(() =>
      this.events.slice(from).find(({ code, parameters }) => answers(code, parameters) === opcode),
    );
    return code === 0x0e
      ? { status: parameters.readUInt8(3), result: parameters.subarray(4) }
      : { status: parameters.readUInt8(0), result: Buffer.alloc(0) };
  }

  /** The next event like this, from now on or from before. @param subevent of LE events */
  async event(code: number, subevent?: number): Promise<Buffer> {
    const isIt = (event: Event) =>
      event.code === code && (subevent === undefined || event.parameters[0] === subevent);
    const found = await this.#found(() => this.events.find(isIt));
    this.events.splice(this.events.indexOf(found), 1);
    return found.parameters;
  }

  send(handle: number, data: Buffer): void {
    const header = Buffer.alloc(5);
    header.writeUInt8(0x02);
    header.writeUInt16LE(handle, 1);
    header.writeUInt16LE(data.length, 3);
    this.#controller.write(Buffer.concat([header, data]));
  }

  /** Data packets, once there are so many. */
  async received(count: number): Promise<readonly Buffer[]> {
    await this.#found(() => (this.data.length >= count ? true : undefined));
    return this.data.map(({ data }) => data);
  }

  #found<Found>(look: () => Found | undefined): Promise<Found> {
    return new Promise((resolve) => {
      const tryIt = () => {
        const found = look();
        if (found === undefined) return;
        this.#waiting.delete(tryIt);
        resolve(found);
      };
      this.#waiting.add(tryIt);
      tryIt();
    });
  }
}

const answers = (code: number, parameters: Buffer): number | undefined => {
  if (code === 0x0e) return parameters.readUInt16LE(1);
  return code === 0x0f ? parameters.readUInt16LE(2) : undefined;
};
