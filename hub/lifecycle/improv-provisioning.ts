import type { LampOutcome } from "../crypto/provisioning.ts";
import { BleError } from "../domain/ble-errors.ts";
import { CallerError, NotCapable } from "../domain/errors.ts";
import type { GattLink } from "../ports/ble.ts";
import type { Clock } from "../ports/clock.ts";
import { ImprovLamp } from "./improv-lamp.ts";
import { LampNotInReach, type LampProvisioning } from "./lamp-provisioning.ts";

/** The lamp wants somebody to press its button first. */
export class LampNotAuthorized extends CallerError {
  override readonly code = "lamp_not_authorized";
  override readonly status = 409;
}

/** Makes links to lamps that wait to be set up; filled by the roof. */
export interface LampRadio {
  /** Undefined: no such lamp is heard. @throws BleError */
  reach(address: string): Promise<GattLink | undefined>;
}

/** How a lamp is told: sealed, by the code on its label; or in clear, by somebody's word that says so. */
export type Telling = { readonly code: Uint8Array } | { readonly word: string };

/** Tells lamps the home's network by Improv, over Bluetooth: inside the same window, and by the same rules, as all others. */
export class ImprovProvisioning {
  readonly #clock: Clock;
  readonly #provisioning: LampProvisioning;
  readonly #radio: LampRadio;

  constructor(clock: Clock, provisioning: LampProvisioning, radio: LampRadio) {
    this.#clock = clock;
    this.#provisioning = provisioning;
    this.#radio = radio;
  }

  /**
   * @param address as printed
   * @param how its code stays the caller's, who wipes it
   * @throws ProvisioningClosed, NotConfirmed, WifiNotSet, LampNotInReach, LampNotAuthorized, InvalidPrintedCode, PrintedCodeWrong,
   *   NotCapable: it cannot be told sealed, or need not be told in clear; BleError, TimedOut
   */
  async share(address: string, how: Telling): Promise<LampOutcome> {
    this.#provisioning.assertOpen();
    if ("word" in how) this.#provisioning.assertConfirmed(how.word);
    const link = await this.#radio.reach(address);
    if (link === undefined) throw new LampNotInReach("no lamp of this address waits to be told a network");
    const lamp = new ImprovLamp(this.#clock, link);
    try {
      await lamp.open();
      return await this.#tell(lamp, address, how);
    } finally {
      lamp.close();
      await link.close().catch(ignoreBle);
    }
  }

  async #tell(lamp: ImprovLamp, address: string, how: Telling): Promise<LampOutcome> {
    if ((await lamp.state()) === "authorization-required") throw notAuthorized();
    const isSealing = (await lamp.abilities()).has("sealed");
    if ("code" in how) {
      if (!isSealing) throw new NotCapable("this lamp can be told a network in clear only");
      const exchange = (message: Uint8Array) => lamp.exchange(message);
      return await this.#provisioning.tell({ address, exchange }, how.code);
    }
    if (isSealing) throw new NotCapable("this lamp can be told sealed: give the code on its label");
    const outcome = await this.#provisioning.tellInClear((credentials) => lamp.join(credentials), how.word);
    if (outcome === "not-authorized") throw notAuthorized();
    return outcome;
  }
}

const notAuthorized = (): LampNotAuthorized =>
  new LampNotAuthorized("this lamp wants its button to be pressed first");

/** What was to be said has been said: how the link ends changes nothing. */
const ignoreBle = (error: unknown): void => {
  if (!(error instanceof BleError)) throw error;
};
