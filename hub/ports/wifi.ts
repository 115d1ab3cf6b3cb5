import type { JoinOutcome, WifiCredentials, WifiLink } from "../domain/wifi.ts";

/**
 * The hub's own Wi-Fi. It holds no credentials of its own: a network is joined with what it is handed, and what it was
 * handed is in no file, argument or variable of this machine afterwards.
 */
export interface WifiRadio {
  link(): Promise<WifiLink>;
  /**
   * Joins a WPA2-Personal network, leaving whichever this hub had joined before. Ends within a minute.
   * @param credentials stay the caller's, who wipes them when this has settled
   */
  join(credentials: WifiCredentials): Promise<JoinOutcome>;
  /** Leaves the network this hub has joined, and has it forgotten by whatever manages the radio. None is fine. */
  leave(): Promise<void>;
}
