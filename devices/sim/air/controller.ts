import { advertisingCommands } from "./advertising-commands.ts";
import type { Air } from "./air.ts";
import { baseCommands } from "./base-commands.ts";
import { centralCommands } from "./central-commands.ts";
import { type CommandAnswer, type Commands, constant } from "./command.ts";
import type { DeviceAddress } from "./device-address.ts";
import { commandComplete, commandStatus } from "./hci-events.ts";
import { readHciPacket } from "./hci-packet.ts";
import { linkCommands } from "./link-commands.ts";
import { LinkLayer } from "./link-layer.ts";
import { status } from "./status.ts";

export interface ControllerOptions {
  /** Links it holds at once. */
  readonly mostLinks?: number;
  /** Its buffers for data of the host. */
  readonly aclBytes?: number;
  readonly aclPackets?: number;
  /** Extended advertising (version 5). */
  readonly isExtended?: boolean;
}

/** Bits of the LE features: encryption, data length extension; extended advertising (Vol 6 Part B, 4.6). */
const features = (isExtended: boolean): Buffer =>
  Buffer.from([0x21, isExtended ? 0x10 : 0, 0, 0, 0, 0, 0, 0]);

/** 251 bytes, 2120 us, either way. */
const dataLength = Buffer.from("fb004808fb004808", "hex");

/** A Bluetooth controller as its host sees it: HCI packets in, HCI packets out. */
export class Controller {
  readonly layer: LinkLayer;
  /** Answers commands no more. */
  isSilent = false;
  /** What becomes of a command instead: refused with a status, or never answered. */
  fault: (opcode: number) => number | "hang" | undefined = () => undefined;
  /** Data the host sent without having been given room for it. */
  overflows = 0;
  #isPlugged = true;
  readonly #options: Required<ControllerOptions>;
  readonly #commands: Commands;
  readonly #hosts = new Set<HostListener>();
  readonly #outbox: Buffer[] = [];

  constructor(air: Air, address: DeviceAddress, options: ControllerOptions = {}) {
    this.#options = { mostLinks: 8, aclBytes: 251, aclPackets: 8, isExtended: false, ...options };
    const { aclBytes, aclPackets, isExtended } = this.#options;
    this.layer = new LinkLayer(air, address, this.#options.mostLinks, (packet) => this.say(packet));
    const buffers = Buffer.from([aclBytes & 0xff, aclBytes >> 8, aclPackets]);
    this.#commands = {
      ...baseCommands,
      ...advertisingCommands,
      ...centralCommands,
      ...linkCommands((packet) => this.say(packet), features(isExtended)),
      4101: constant(Buffer.from([aclBytes & 0xff, aclBytes >> 8, 0, aclPackets, 0, 0, 0])),
      8194: constant(buffers),
      8195: constant(features(isExtended)),
      8239: constant(dataLength),
    };
    air.enter(this.layer);
  }

  get isPlugged(): boolean {
    return this.#isPlugged;
  }

  listen(host: HostListener): void {
    this.#hosts.add(host);
  }

  forget(host: HostListener): void {
    this.#hosts.delete(host);
  }

  /** One packet of the host. */
  write(bytes: Buffer): void {
    const packet = readHciPacket(bytes);
    if (!this.#isPlugged || packet === undefined) return;
    if (packet.kind === "command") this.#command(packet.opcode, packet.parameters);
    if (packet.kind === "acl") this.#data(packet.handle, packet.data, packet.isFirst);
  }

  /** Any packet to the host, also one that makes no sense. */
  say(packet: Buffer): void {
    if (this.#isSilent(packet)) return;
    this.#outbox.push(packet);
    // Never within the host's own call: a real controller is at the other end of a cable.
    if (this.#outbox.length === 1) queueMicrotask(() => this.#flush());
  }

  unplug(): void {
    if (!this.#isPlugged) return;
    this.#isPlugged = false;
    this.layer.reset();
    this.layer.air.leave(this.layer);
    this.#tellPlug();
  }

  plug(): void {
    if (this.#isPlugged) return;
    this.#isPlugged = true;
    this.layer.air.enter(this.layer);
    this.#tellPlug();
  }

  #isSilent(packet: Buffer): boolean {
    const isAnswer = packet[0] === 0x04 && (packet[1] === 0x0e || packet[1] === 0x0f);
    return !this.#isPlugged || (this.isSilent && isAnswer);
  }

  #tellPlug(): void {
    for (const host of this.#hosts) host.plugged(this.#isPlugged);
  }

  #flush(): void {
    for (const packet of this.#outbox.splice(0)) for (const host of this.#hosts) host.packet(packet);
  }

  #command(opcode: number, parameters: Buffer): void {
    const fault = this.fault(opcode);
    if (fault === "hang") return;
    const command = this.#commands[opcode];
    if (command === undefined) this.say(commandStatus(opcode, status.unknownCommand));
    else if (fault !== undefined) this.#refuse(opcode, fault);
    else if (parameters.length < command.leastBytes) this.#refuse(opcode, status.invalidParameters);
    else this.#answer(opcode, command.run(this.layer, parameters));
  }

  #answer(opcode: number, answer: CommandAnswer): void {
    const { kind, result } = answer;
    if (kind === "complete") this.say(commandComplete(opcode, answer.status, result));
    else this.say(commandStatus(opcode, answer.status));
    answer.afterwards?.();
  }

  /** Some commands are answered by a status and some by a completion; a host takes either for a refusal. */
  #refuse(opcode: number, code: number): void {
    this.say(answeredByStatus.includes(opcode) ? commandStatus(opcode, code) : commandComplete(opcode, code));
  }

  #data(handle: number, data: Buffer, isFirst: boolean): void {
    const end = this.layer.end(handle);
    if (end === undefined) return;
    const waiting = this.layer.links.reduce((sum, each) => sum + each.waiting, 0);
    if (waiting >= this.#options.aclPackets) this.overflows += 1;
    end.send(data, isFirst);
  }
}

/** Who sits at the other end of a controller's cable. */
export interface HostListener {
  packet(bytes: Buffer): void;
  plugged(isPlugged: boolean): void;
}

const answeredByStatus = [0x0406, 0x041d, 0x200d, 0x2043, 0x2013, 0x2016, 0x2019];
