import { ImprovShelf } from "../devices/sim/ble/improv-shelf.ts";
import { LampAir } from "../devices/sim/provisioning/lamp-air.ts";
import { Ether } from "./platform/sim/ble/ether.ts";
import { VirtualCentral } from "./platform/sim/ble/virtual-central.ts";
import { VirtualPeripheral } from "./platform/sim/ble/virtual-peripheral.ts";
import { SimNeighbours } from "./platform/sim/sim-neighbours.ts";
import { AccessPoint } from "./platform/sim/wifi/access-point.ts";
import { Station } from "./platform/sim/wifi/station.ts";
import type { BlePeer } from "./ports/ble.ts";
import type { Clock } from "./ports/clock.ts";
import type { Entropy } from "./ports/entropy.ts";
import type { Random } from "./ports/random.ts";

/** Name and password of the simulated home's network, until somebody chooses others. */
const usualNetwork = { ssid: Buffer.from("Simulated home"), password: Buffer.from("moonlight-and-lamps") };

/** The hub in the ether: a static random address (Core Specification, Vol 6 Part B, 1.3.2.1). */
const hubAddress: BlePeer = { address: "d2:5b:00:00:00:01", addressType: "random" };

/** What is in the air of a simulated home: its access point, the hub's radios, a phone's, and lamps that wait to be told. */
export class SimAir {
  readonly accessPoint: AccessPoint;
  readonly radio: Station;
  /** Phones and other devices in the home's network. */
  readonly neighbours: SimNeighbours;
  readonly lamps: LampAir;
  /** Bluetooth in the home: the hub has two halves of a radio there, a phone one of its own. */
  readonly ether: Ether;
  readonly ble: VirtualCentral;
  readonly peripheral: VirtualPeripheral;
  readonly phone: VirtualCentral;
  readonly shelf: ImprovShelf;

  constructor(clock: Clock, entropy: Entropy, random: Random) {
    this.accessPoint = new AccessPoint(entropy, usualNetwork);
    this.radio = new Station(entropy, this.accessPoint);
    this.neighbours = new SimNeighbours(() => this.accessPoint.isOn);
    const labels = random.fork("labels");
    const station = () => new Station(entropy, this.accessPoint);
    this.lamps = new LampAir(entropy, labels, station);
    this.ether = new Ether(clock, random.fork("ether"));
    this.ble = new VirtualCentral(clock, random.fork("radio"), this.ether);
    this.peripheral = new VirtualPeripheral(this.ether, this.ble, hubAddress);
    this.phone = new VirtualCentral(clock, random.fork("phone radio"), this.ether);
    this.shelf = new ImprovShelf(entropy, labels, station);
    for (const lamp of this.shelf.lamps) this.ether.place(lamp);
  }
}
