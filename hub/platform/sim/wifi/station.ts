import { pskOf } from "../../../crypto/wpa-psk.ts";
import type { JoinOutcome, WifiCredentials, WifiLink } from "../../../domain/wifi.ts";
import type { Entropy } from "../../../ports/entropy.ts";
import type { WifiRadio } from "../../../ports/wifi.ts";
import { type AccessPoint, stationAddress } from "./access-point.ts";
import type { Authenticator } from "./authenticator.ts";
import { Supplicant } from "./supplicant.ts";

/** A radio in reach of the simulated access point: the hub's own, or a lamp's. */
export class Station implements WifiRadio {
  readonly #entropy: Entropy;
  readonly #accessPoint: AccessPoint;
  readonly #address: Buffer;
  #port: Authenticator | undefined;

  constructor(entropy: Entropy, accessPoint: AccessPoint) {
    this.#entropy = entropy;
    this.#accessPoint = accessPoint;
    this.#address = stationAddress(entropy);
  }

  async link(): Promise<WifiLink> {
    return this.#port?.isOpen ? "joined" : "apart";
  }

  async join(credentials: WifiCredentials): Promise<JoinOutcome> {
    await this.leave();
    const beacon = this.#accessPoint.find(credentials.ssid);
    if (beacon === undefined) return "not-found";
    const psk = pskOf(credentials);
    const supplicant = new Supplicant({
      own: this.#address,
      other: beacon.address,
      psk,
      nonce: this.#entropy.bytes(32),
      security: beacon.security,
    });
    this.#port = this.#accessPoint.associate(this.#address);
    shakeHands(this.#port, supplicant);
    supplicant.close();
    psk.fill(0);
    // Who says a wrong password hears no more: real stations call it that after some seconds of silence.
    return supplicant.isDone && this.#port.isOpen ? "joined" : "wrong-password";
  }

  async leave(): Promise<void> {
    if (this.#port === undefined) return;
    this.#accessPoint.leave(this.#address);
    this.#port = undefined;
  }
}

/** Carries frames between the two until one says nothing. */
const shakeHands = (authenticator: Authenticator, supplicant: Supplicant): void => {
  let frame: Buffer | undefined = authenticator.begin();
  while (frame !== undefined) {
    const answer = supplicant.answer(frame);
    frame = answer && authenticator.hear(answer);
  }
};
