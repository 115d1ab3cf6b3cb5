import type { DeviceFaults } from "../devices/sim/faults.ts";
import { SimHouse } from "../devices/sim/house.ts";
import { openRecords } from "./home-store.ts";
import type { Platform } from "./ports/platform.ts";
import { AuditedLog } from "./privacy/audited-log.ts";
import { SealedStore } from "./privacy/sealed-store.ts";
import type { SimulatedDevices } from "./reset/world.ts";
import { plannedOf, type SimHomeWorld, type SimLinks, SimSupplies } from "./sim-supplies.ts";

/** How a device was when its hub ended: what ails it, and whether it had mains. Absent: as a good one. */
export type LastSeen = (
  id: string,
) => { readonly faults: DeviceFaults; readonly isPowered: boolean } | undefined;

/**
 * The lamps of a simulated home at the end of it: they come up from their own flash, look for the hub they know, and do
 * as they are told. One that was wiped before knows no hub and stays away.
 */
export const leavingLamps =
  (
    platform: Platform,
    world: Omit<SimHomeWorld, "broker">,
    config: SimLinks,
    lastSeen: LastSeen = () => undefined,
  ): SimulatedDevices =>
  ({ broker, vault, identities, devices, endpoint, grantOfDevice }) => {
    const records = openRecords(platform.store, vault, true);
    const store = new SealedStore(records, vault, new AuditedLog(platform.log));
    const byAddress = new Map(devices.map((device) => [device.address, device]));
    const host = {
      broker,
      grantOfDevice,
      deviceAt: (address: string) => byAddress.get(address),
      credentialsOf: (device: (typeof devices)[number]) => identities.credentialsOf(device),
    };
    const where = endpoint ?? { host: "127.0.0.1", port: 0 };
    const supplies = new SimSupplies(host, { ...world, broker: where }, config, store);
    const lamps = devices.filter(
      ({ kind, address, id }) =>
        kind === "lamp" &&
        isSimulated(address) &&
        lastSeen(id)?.isPowered !== false &&
        !isWiped(supplies, address),
    );
    let next = 0;
    const house = new SimHouse(
      world.clock,
      world.random.fork("leaving"),
      { rooms: [], devices: lamps.map(plannedOf) },
      {
        enrol: () => supplies.enrolment(lamps[next++] as (typeof lamps)[number]),
        transport: (enrolment) => supplies.transport(enrolment),
        flash: ({ address }) => supplies.flash(address),
      },
    );
    for (const { id } of lamps) house.get(id)?.misbehave(lastSeen(id)?.faults ?? {});
    house.start();
    return () => {
      house.close();
      records.close();
    };
  };

/** A real device that was taken into a simulated home lives outside of this process. */
const isSimulated = (address: string): boolean => /^sim-(?:[0-9a-f]+-)?lamp-\d+$/.test(address);

/** One that has kept nothing so far was never wiped. */
const isWiped = (supplies: SimSupplies, address: string): boolean =>
  supplies.flash(address).load()?.length === 0;
