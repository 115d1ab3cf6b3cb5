import { LampAir } from "../devices/sim/provisioning/lamp-air.ts";
import { AccessPoint } from "./platform/sim/wifi/access-point.ts";
import { Station } from "./platform/sim/wifi/station.ts";
import type { Entropy } from "./ports/entropy.ts";
import type { Random } from "./ports/random.ts";

/** Name and password of the simulated home's network, until somebody chooses others. */
const usualNetwork = { ssid: Buffer.from("Simulated home"), password: Buffer.from("moonlight-and-lamps") };

/** What is in the air of a simulated home: its access point, the hub's radio, and lamps that wait to be told. */
export class SimAir {
  readonly accessPoint: AccessPoint;
  readonly radio: Station;
  readonly lamps: LampAir;

  constructor(entropy: Entropy, random: Random) {
    this.accessPoint = new AccessPoint(entropy, usualNetwork);
    this.radio = new Station(entropy, this.accessPoint);
    const labels = random.fork("labels");
    this.lamps = new LampAir(entropy, labels, () => new Station(entropy, this.accessPoint));
  }
}
