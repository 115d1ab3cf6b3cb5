import { spawn } from "node:child_process";
import { once } from "node:events";
import { Message, sessionBus } from "@jellybrick/dbus-next";
import { expect, vi } from "vitest";
import { BluezCentral } from "../../../../../hub/platform/node/bluez/bluez-central.ts";
import { bluezDefaults } from "../../../../../hub/platform/node/bluez/bluez-service.ts";
import { SystemClock } from "../../../../../hub/platform/node/system-clock.ts";
import type { Advertisement } from "../../../../../hub/ports/ble.ts";
import { PrivateBus } from "../../../../support/bluez/private-bus.ts";
import { testUnless } from "../../../../support/not-run.ts";
import { requireProgram } from "../../../../support/programs.ts";

const obstacle = (): string | undefined => {
  try {
    requireProgram("python3-dbusmock");
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/** python-dbusmock's reading of bluetoothd, which knows adapters, devices, agents and no GATT. */
const mockedOn = async (busAddress: string) => {
  const env = { PATH: process.env["PATH"], DBUS_SYSTEM_BUS_ADDRESS: busAddress };
  const words = ["-m", "dbusmock", "--system", "--template", "bluez5"];
  const mock = spawn("/usr/bin/python3", words, { stdio: "ignore", env });
  const bus = sessionBus({ busAddress });
  const tell = (member: string, ...body: string[]) =>
    bus.call(
      new Message({
        destination: "org.bluez",
        path: "/org/bluez",
        interface: "org.bluez.Mock",
        member,
        signature: "s".repeat(body.length),
        body,
      }),
    );
  const stop = async (): Promise<void> => {
    bus.disconnect();
    const ended = once(mock, "exit");
    mock.kill();
    await ended;
  };
  return { tell, stop };
};

testUnless(
  obstacle(),
  "somebody else's reading of bluetoothd is understood: adapters, devices, discovery, forgetting",
  async () => {
    await using bus = await PrivateBus.start();
    const { tell, stop } = await mockedOn(bus.address);
    const central = new BluezCentral(new SystemClock(), {
      ...bluezDefaults,
      busAddress: bus.address,
      kernelTrouble: () => undefined,
    });
    const heard: Advertisement[] = [];
    const until = (isSo: () => unknown) => vi.waitUntil(isSo, { timeout: 20_000 });
    central.scan((advertisement) => heard.push(advertisement));
    central.onState(() => {});
    await until(() => central.trouble() === "no-adapter");
    await tell("AddAdapter", "hci0", "Hub");
    await until(() => central.state() === "on");
    await tell("AddDevice", "hci0", "A4:C1:38:02:83:F4", "Lamp");
    await until(() => heard.length > 0);
    expect(heard[0]).toMatchObject({ address: "a4:c1:38:02:83:f4", cached: false });
    expect(Buffer.from(heard[0]?.data ?? []).toString("latin1")).toContain("Lamp");
    await central.forget({ address: "a4:c1:38:02:83:f4", addressType: "public" });
    await tell("RemoveAdapter", "hci0");
    await until(() => central.state() === "absent");
    await central.close();
    await stop();
  },
  60_000,
);
