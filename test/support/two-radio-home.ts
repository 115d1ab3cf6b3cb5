import { profiles } from "../../devices/registry.ts";
import { FadeLoop } from "../../devices/sim/behaviours/fade.ts";
import { LampFirmwares } from "../../devices/sim/behaviours/firmware.ts";
import { FlashLoop } from "../../devices/sim/behaviours/flash.ts";
import { BleLamp } from "../../devices/sim/ble/lamps/ble-lamp.ts";
import { bleLampModels } from "../../devices/sim/ble/models.ts";
import { lampModels } from "../../devices/sim/models/lamps.ts";
import { SessionTransport } from "../../devices/sim/session-transport.ts";
import { SimLamp } from "../../devices/sim/sim-lamp.ts";
import { TwoRadios } from "../../devices/sim/two-radios.ts";
import type { DomainEvent } from "../../hub/domain/event.ts";
import type { LampId } from "../../hub/domain/ids.ts";
import type { LightCommand } from "../../hub/domain/light.ts";
import type { LinkKind } from "../../hub/domain/link-choice.ts";
import { Seconds } from "../../hub/domain/units.ts";
import { addressOf, bleHome } from "./ble-home.ts";

const onNetwork = "lampkeeper/color-bulb";

/**
 * A hub with one bulb that it reaches over its broker and over a simulated radio, on a clock that moves when told.
 * @param onAir what the bulb is on the air; one that does not speak xy is no part of the bulb, and shows what only it is told
 */
export const twoRadioHome = async (onAir = "philips-hue/color") => {
  const home = await bleHome([], { profiles });
  const { clock, random, ether, hub } = home;
  const world = {
    clock,
    random: random.fork("lamps"),
    fades: new FadeLoop(clock),
    flashes: new FlashLoop(clock),
  };
  const [networkModel, airModel] = [lampModels.get(onNetwork), bleLampModels.get(onAir)];
  if (networkModel === undefined || airModel === undefined) throw new Error(`no twin of ${onAir}`);
  const { id, address } = hub.inventory.addDevice({ profile: onNetwork, name: "Hall", address: "hall" });
  const grants = {
    attach: (_: unknown, listener: Parameters<typeof hub.broker.attach>[1]) => {
      const device = hub.inventory.device(id);
      const grant = device && hub.grantOfDevice(device);
      if (grant === undefined) throw new Error("no such device");
      return hub.broker.attach(grant, listener);
    },
  };
  const network = new SimLamp(
    { ...world, firmwares: new LampFirmwares(clock) },
    address,
    networkModel,
    new SessionTransport(clock, grants, address),
  );
  const bluetooth = new BleLamp(world, addressOf(0), airModel);
  const bulb = airModel.family === "hue" ? new TwoRadios(network, bluetooth) : { network, bluetooth };
  const lamp = id as LampId;
  const changes: { readonly link: LinkKind; readonly reason: string; readonly second: number }[] = [];
  const events: DomainEvent[] = [];
  hub.bus.subscribeAll((event) => events.push(event));
  hub.bus.subscribe("device.link-changed", ({ link, reason }) =>
    changes.push({ link, reason, second: Math.round(clock.monotonic() / 1_000) }),
  );
  network.plugIn();
  bluetooth.plugIn();
  ether.place(bluetooth);
  hub.inventory.addBluetooth(id, { profile: onAir, address: bluetooth.address });
  await clock.advance(Seconds(30));
  return {
    ...home,
    lamp,
    ...bulb,
    changes,
    events,
    light: () => hub.lights.get(lamp),
    links: () => hub.lights.links(lamp),
    /** Somebody asks the bulb for something; what of it comes in `seconds`. */
    ask: async (command: LightCommand, seconds = 20) => {
      const { command: number } = hub.lights.command(lamp, command, { kind: "person" });
      const settled = hub.lights.settled(number, lamp, Seconds(seconds));
      await clock.advance(Seconds(seconds));
      return await settled;
    },
    /** The bulb loses its network, or finds it again; its mains stays on. */
    cutNetwork: (isCut = true) => network.misbehave(isCut ? { offline: true } : {}),
  };
};
