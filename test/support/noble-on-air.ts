import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Air } from "../../devices/sim/air/air.ts";
import { Controller, type ControllerOptions } from "../../devices/sim/air/controller.ts";
import { MountedPeripheral } from "../../devices/sim/air/mounted-peripheral.ts";
import { Millis, Seconds } from "../../hub/domain/units.ts";
import { NobleHci, nobleHciDefaults } from "../../hub/platform/node/ble/noble-hci.ts";
import { SystemClock } from "../../hub/platform/node/system-clock.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import type { Advertisement, BlePeer, BleState, GattLink } from "../../hub/ports/ble.ts";
import { serveController } from "../../scripts/support/hci-server.ts";
import { AirLamp } from "./air-lamp.ts";

export const newAir = (seed = 5): Air => new Air(new SystemClock(), new SeededRandom(seed));

export const centralAddress = { address: "00:aa:01:00:00:42", type: "public" } as const;

/** The hub's radio as it runs, with noble in its own process, on a simulated air in this one. */
export class NobleOnAir {
  readonly air: Air;
  readonly controller: Controller;
  readonly central: NobleHci;
  readonly #close: () => Promise<void>;

  private constructor(air: Air, controller: Controller, central: NobleHci, close: () => Promise<void>) {
    this.air = air;
    this.controller = controller;
    this.central = central;
    this.#close = close;
  }

  static async start(
    options: ControllerOptions = {},
    patience = { peerMs: 4_000, controllerMs: 2_000 },
    startWithin = Seconds(20),
  ): Promise<NobleOnAir> {
    const air = newAir();
    const controller = new Controller(air, centralAddress, options);
    const folder = mkdtempSync(join(tmpdir(), "lampkeeper-air-"));
    const socket = join(folder, "hci");
    const server = await serveController(controller, socket);
    const central = new NobleHci(air.clock, new SeededRandom(1), {
      ...nobleHciDefaults,
      adapter: { socket },
      patience,
      startWithin,
      firstPause: Millis(50),
    });
    return new NobleOnAir(air, controller, central, async () => {
      await central.close();
      await server[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    });
  }

  async lamp(lamp = new AirLamp()): Promise<{ readonly lamp: AirLamp; readonly mounted: MountedPeripheral }> {
    return { lamp, mounted: await MountedPeripheral.on(this.air, lamp) };
  }

  /** The next advertisement like this. */
  heard(isIt: (advertisement: Advertisement) => boolean, active = true): Promise<Advertisement> {
    return new Promise((resolve) => {
      const scan = this.central.scan(
        (advertisement) => {
          if (!isIt(advertisement)) return;
          scan.cancel();
          resolve(advertisement);
        },
        { active },
      );
    });
  }

  state(wanted: BleState): Promise<void> {
    return new Promise((resolve) => {
      const subscription = this.central.onState((state) => {
        if (state !== wanted) return;
        subscription.cancel();
        resolve();
      });
    });
  }

  connect({ address, addressType }: BlePeer): Promise<GattLink> {
    return this.central.connect({ address, addressType }, { bond: "never" });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}
