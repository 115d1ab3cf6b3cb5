import type { BleCentral } from "./ble.ts";
import type { Clock } from "./clock.ts";
import type { Entropy } from "./entropy.ts";
import type { Log } from "./log.ts";
import type { Network } from "./network.ts";
import type { Panel } from "./panel.ts";
import type { Random } from "./random.ts";
import type { StorePort } from "./store.ts";
import type { WifiRadio } from "./wifi.ts";

/** The whole world as the hub sees it. Two fillings: `platform/node` and `platform/sim`; their members mix. */
export interface Platform {
  readonly clock: Clock;
  readonly random: Random;
  readonly entropy: Entropy;
  readonly store: StorePort;
  readonly network: Network;
  readonly ble: BleCentral;
  readonly panel: Panel;
  readonly wifi: WifiRadio;
  readonly log: Log;
}
