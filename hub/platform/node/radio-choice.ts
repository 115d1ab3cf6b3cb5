import { existsSync, readFileSync } from "node:fs";
import { Seconds } from "../../domain/units.ts";
import type { BleCentral } from "../../ports/ble.ts";
import type { BlePeripheralRadio } from "../../ports/ble-peripheral.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import { NoRadio } from "../no-radio.ts";
import { NobleHci } from "./ble/noble-hci.ts";
import { BluezBus } from "./bluez/bluez-bus.ts";
import { BluezCentral } from "./bluez/bluez-central.ts";
import { BluezPeripheral } from "./bluez/bluez-peripheral.ts";
import { LateCentral } from "./late-central.ts";

/**
 * Which software drives the radio. `auto`: bluetoothd where it answers, and where the hub may not open an adapter itself; else noble
 * on one of its own.
 */
export type RadioChoice = "auto" | "bluez" | "hci" | "none";

const systemBusSocket = "/run/dbus/system_bus_socket";
/** A bus that is there answers at once. */
const answerWithin = Seconds(2);

export const radioOf = (choice: RadioChoice, clock: Clock, random: Random): BleCentral => {
  if (choice === "none") return new NoRadio();
  const hci = (): BleCentral => new NobleHci(clock, random);
  if (choice === "hci" || process.platform !== "linux") return hci();
  if (choice === "bluez") return new BluezCentral(clock);
  return new LateCentral(async () => {
    const isBluez = !mayOpenAdapter() || (await bluezAnswers(clock));
    return isBluez ? new BluezCentral(clock) : hci();
  });
};

/** Bit of the right to configure networks, among which are adapters (capabilities(7)). */
const capNetAdmin = 12n;

const mayOpenAdapter = (): boolean => {
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1];
  return effective !== undefined && ((BigInt(`0x${effective}`) >> capNetAdmin) & 1n) === 1n;
};

/** The radio as a device that others connect to: bluetoothd's alone. Undefined: what drives the radio cannot. */
export const peripheralOf = (choice: RadioChoice, clock: Clock): BlePeripheralRadio | undefined => {
  const isBluez = choice === "auto" || choice === "bluez";
  return isBluez && process.platform === "linux" ? new BluezPeripheral(clock) : undefined;
};

/** Whether bluetoothd is on the system's bus. @param address of another bus */
export const bluezAnswers = async (
  clock: Clock,
  address = process.env["DBUS_SYSTEM_BUS_ADDRESS"],
): Promise<boolean> => {
  if (address === undefined && !existsSync(systemBusSocket)) return false;
  const asked = isServed(address).catch(() => false);
  return Promise.race([asked, clock.sleep(answerWithin).then(() => false)]);
};

const isServed = async (address: string | undefined): Promise<boolean> => {
  const bus = await BluezBus.open({ signal: () => {}, served: () => {}, ended: () => {} }, address);
  bus.close();
  return bus.isServed;
};
