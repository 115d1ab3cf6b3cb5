import type { BleLamp } from "./ble/lamps/ble-lamp.ts";
import type { Glow, GlowChange } from "./glow.ts";
import type { SimLamp } from "./sim-lamp.ts";

/** Between the steps of two firmwares. Both have mireds for their whites, and x and y for their colours. */
const converted = (
  { on, level, mode, temperature, color }: Glow,
  levelOf: (level: number) => number,
  colorOf: (part: number) => number,
): GlowChange => ({
  on,
  level: levelOf(level),
  temperature: mode === "white" ? temperature : undefined,
  color: mode === "color" ? color.map(colorOf) : undefined,
  effect: "",
});

/** Of a colour in xy, in the numbers of a firmware that has 16 bits for each. */
const colorSteps = 65_535;

/** One bulb that is on the network and on the air: whatever is set by one radio is shown, and said, by both. */
export class TwoRadios {
  readonly network: SimLamp;
  readonly bluetooth: BleLamp;
  #isTelling = false;

  /** @param network speaks xy as 0..1 @param bluetooth speaks xy as 0..65535 */
  constructor(network: SimLamp, bluetooth: BleLamp) {
    this.network = network;
    this.bluetooth = bluetooth;
    const levels = bluetooth.model.limits.full / network.model.limits.full;
    const toAir = (glow: Glow) =>
      converted(
        glow,
        (level) => Math.round(level * levels),
        (part) => Math.round(part * colorSteps),
      );
    const toNetwork = (glow: Glow) =>
      converted(
        glow,
        (level) => level / levels,
        (part) => part / colorSteps,
      );
    network.joined = (glow) => this.#tell(() => bluetooth.touch(toAir(glow)));
    bluetooth.joined = (glow) => this.#tell(() => network.touch(toNetwork(glow)));
  }

  /** Both are on one mains; what the network's firmware does when it comes back, the bulb does. */
  plugIn(): void {
    this.bluetooth.plugIn();
    this.network.plugIn();
    this.network.joined?.(this.network.goal);
  }

  unplug(): void {
    this.network.unplug();
    this.bluetooth.unplug();
  }

  #tell(tell: () => void): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    tell();
    this.#isTelling = false;
  }
}
