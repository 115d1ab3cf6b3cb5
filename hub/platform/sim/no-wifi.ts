import type { JoinOutcome, WifiLink } from "../../domain/wifi.ts";
import type { WifiRadio } from "../../ports/wifi.ts";

/** A hub that hangs on a cable. */
export class NoWifi implements WifiRadio {
  async link(): Promise<WifiLink> {
    return "no-radio";
  }

  async join(): Promise<JoinOutcome> {
    return "no-radio";
  }

  async leave(): Promise<void> {}
}
