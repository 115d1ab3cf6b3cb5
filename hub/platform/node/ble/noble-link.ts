import type { AttError } from "../../../codec/ble/hci-reading.ts";
import { BleError } from "../../../domain/ble-errors.ts";
import type { GattEntry, GattProperty, LinkEnd } from "../../../ports/ble.ts";
import type { NobleCharacteristic, NoblePeripheral } from "./noble-library.ts";
import type { CallResult, LinkCall, Patience } from "./stack-messages.ts";

/** Result codes of the attribute protocol that ask for keys (Core Specification, Vol 3 Part F, 3.4.1.1). */
const asksForKeys = [0x05, 0x08, 0x0c, 0x0f];
const notFound = 0x0a;
/** How peers say that a long value has no more: invalid offset, not long. */
const noMore = [0x07, 0x0b];
const readBlobRequest = 0x0c;

const longestValue = 512;
const writeHeadBytes = 3;

/** Why a link ended, by the controller's code (Vol 1 Part F). */
const ends: Readonly<Record<number, LinkEnd>> = {
  3: "adapter",
  5: "security",
  6: "security",
  19: "peer",
  20: "peer",
  21: "peer",
  22: "asked",
  61: "security",
};

export const linkEndOf = (reason: unknown): LinkEnd =>
  typeof reason === "number" ? (ends[reason] ?? "lost") : "adapter";

/** noble drops leading zeros of short UUIDs. */
const uuidOf = (uuid: string): string => (uuid.length < 4 ? uuid.padStart(4, "0") : uuid);

const properties: Readonly<Record<string, GattProperty>> = {
  read: "read",
  write: "write",
  writeWithoutResponse: "write-command",
  notify: "notify",
  indicate: "indicate",
};

/** Whether the peer's error ends what is under way; some errors only say that there is no more. */
type IsFatal = (error: AttError) => boolean;
const everyError: IsFatal = () => true;
const butTheLast: IsFatal = ({ code }) => code !== notFound;
const butTheEndOfALongValue: IsFatal = ({ request, code }) =>
  request !== readBlobRequest || !noMore.includes(code);

const refusal = ({ code }: AttError): BleError =>
  asksForKeys.includes(code)
    ? new BleError("the peer asks for a pairing", { reason: "encryption", att: code })
    : new BleError("the peer refused", { reason: "refused", att: code });

export interface LinkListener {
  notified(service: string, characteristic: string, value: Uint8Array): void;
  /** The controller does not say that the link has ended. */
  stuck(): void;
}

/**
 * A connection of noble, made honest: one operation at a time, what the peer refuses is an error, and nothing is waited for longer than
 * `peerMs`: then the link is given up, as the standard says (Vol 3 Part F, 3.3.3).
 */
export class NobleLink {
  readonly mtu: number;
  readonly ended: Promise<LinkEnd>;
  readonly #peripheral: NoblePeripheral;
  readonly #patience: Patience;
  readonly #listener: LinkListener;
  /** Why this side hung up; not every controller tells that apart from the other side. */
  #own: LinkEnd | undefined;
  #isOver = false;
  #last: Promise<unknown> = Promise.resolve();
  /** Ends what is under way. */
  #abort: ((error: BleError) => void) | undefined;
  #isFatal: IsFatal = everyError;
  #found: readonly NobleCharacteristic[] | undefined;

  constructor(peripheral: NoblePeripheral, mtu: number, patience: Patience, listener: LinkListener) {
    this.#peripheral = peripheral;
    this.mtu = mtu;
    this.#patience = patience;
    this.#listener = listener;
    this.ended = new Promise((resolve) => {
      peripheral.once("disconnect", (reason: unknown) => {
        const end = this.#own ?? linkEndOf(reason);
        this.#isOver = true;
        resolve(end);
        this.#abort?.(closed(end));
      });
    });
  }

  /** The peer has refused something. */
  refused(error: AttError): void {
    if (this.#isFatal(error)) this.#abort?.(refusal(error));
  }

  /** @throws BleError */
  call(call: Exclude<LinkCall, { readonly op: "close" }>): Promise<CallResult> {
    const done = this.#last.then(() => this.#do(call));
    this.#last = done.catch(() => {});
    return done;
  }

  async hangUp(own: LinkEnd = "asked"): Promise<void> {
    if (!this.#isOver) {
      this.#own = own;
      this.#peripheral.disconnect();
    }
    const stuck = setTimeout(() => this.#listener.stuck(), this.#patience.controllerMs);
    await this.ended;
    clearTimeout(stuck);
  }

  async #do(call: Exclude<LinkCall, { readonly op: "close" }>): Promise<CallResult> {
    if (call.op === "entries") return { entries: (await this.#characteristics()).map(entryOf) };
    if (call.op === "rssi") {
      return { rssi: await this.#settled(() => this.#peripheral.updateRssiAsync(), everyError) };
    }
    const { service, characteristic: uuid } = call;
    const characteristic = await this.#characteristic(service, uuid);
    switch (call.op) {
      case "read":
        return { value: await this.#settled(() => characteristic.readAsync(), butTheEndOfALongValue) };
      case "write":
        return this.#write(characteristic, call);
      case "subscribe":
        return this.#subscribe(characteristic, service, uuid);
      case "unsubscribe":
        characteristic.removeAllListeners("data");
        await this.#settled(() => characteristic.unsubscribeAsync(), everyError);
        return null;
    }
  }

  async #write(
    characteristic: NobleCharacteristic,
    { value, mode }: Extract<LinkCall, { readonly op: "write" }>,
  ): Promise<null> {
    // A longer request goes out in parts; a command cannot.
    const most = mode === "command" ? this.mtu - writeHeadBytes : longestValue;
    if (value.length > most) throw new BleError(`more than ${most} bytes`, { reason: "too-long", most });
    await this.#settled(() => characteristic.writeAsync(Buffer.from(value), mode === "command"), everyError);
    return null;
  }

  async #subscribe(characteristic: NobleCharacteristic, service: string, uuid: string): Promise<null> {
    characteristic.removeAllListeners("data");
    characteristic.on("data", (value: Buffer, isNotification: boolean) => {
      if (isNotification) this.#listener.notified(service, uuid, value);
    });
    await this.#settled(() => characteristic.subscribeAsync(), everyError);
    return null;
  }

  async #characteristic(service: string, uuid: string): Promise<NobleCharacteristic> {
    // Of two with one UUID, noble hands the answers to the last.
    const found = (await this.#characteristics()).findLast(
      (each) => uuidOf(each._serviceUuid) === service && uuidOf(each.uuid) === uuid,
    );
    if (found === undefined)
      throw new BleError("the peer has no such characteristic", { reason: "not-found" });
    return found;
  }

  async #characteristics(): Promise<readonly NobleCharacteristic[]> {
    this.#found ??= (
      await this.#settled(() => this.#peripheral.discoverAllServicesAndCharacteristicsAsync(), butTheLast)
    ).characteristics;
    return this.#found;
  }

  /** noble's own promises resolve with nothing, or never, where the peer refuses or is silent. */
  async #settled<Result>(start: () => Promise<Result>, isFatal: IsFatal): Promise<Result> {
    if (this.#isOver) throw closed(await this.ended);
    this.#isFatal = isFatal;
    const aborted = new Promise<never>((_resolve, reject) => {
      this.#abort = reject;
    });
    const timer = setTimeout(() => {
      this.#abort?.(new BleError("the peer does not answer", { reason: "timeout" }));
      void this.hangUp("stuck");
    }, this.#patience.peerMs);
    try {
      return await Promise.race([start(), aborted]);
    } catch (error) {
      // noble has errors of its own for a link that has ended.
      if (error instanceof BleError) throw error;
      throw this.#isOver ? closed(await this.ended) : new BleError("noble failed", { reason: "stack" });
    } finally {
      clearTimeout(timer);
      this.#abort = undefined;
    }
  }
}

const closed = (end: LinkEnd): BleError => new BleError("the link has ended", { reason: "closed", end });

const entryOf = (each: NobleCharacteristic): GattEntry => ({
  service: uuidOf(each._serviceUuid),
  characteristic: uuidOf(each.uuid),
  properties: each.properties.flatMap((name) => properties[name] ?? []),
});
