import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { bleRepairs } from "../../hub/domain/ble-trouble.ts";
import { adapterTrouble } from "../../hub/platform/node/ble/adapter-presence.ts";
import { SystemClock } from "../../hub/platform/node/system-clock.ts";
import { BleTestLamp } from "../support/ble-test-lamp.ts";
import { FakeBluez } from "../support/bluez/fake-bluez.ts";
import { PrivateBus } from "../support/bluez/private-bus.ts";
import { HubProcess, scratch } from "../support/hub-process.ts";

const limit = { timeout: 120_000 };

interface Check {
  readonly check: string;
  readonly state: string;
  readonly found: string;
  readonly repair?: string;
}

const radioOf = async (hub: HubProcess): Promise<Check | undefined> => {
  const { body } = await hub.api("GET", "/checks");
  return (body as { readonly data: readonly Check[] }).data.find(({ check }) => check === "bluetooth");
};

const servedWith = async (
  busAddress: string,
  options: readonly string[],
  use: (hub: HubProcess) => Promise<void>,
): Promise<void> => {
  using folder = scratch();
  vi.stubEnv("DBUS_SYSTEM_BUS_ADDRESS", busAddress);
  try {
    await using hub = await HubProcess.serve(folder.path, ...options);
    await use(hub);
  } finally {
    vi.unstubAllEnvs();
  }
};

test("where bluetoothd answers, the hub drives the radio by it", limit, async () => {
  await using bus = await PrivateBus.start();
  const bluez = new FakeBluez(new SystemClock(), bus.address);
  bluez.plug(true);
  bluez.place(new BleTestLamp("a4:c1:38:00:00:01", "open"));
  await bluez.start();
  await servedWith(bus.address, [], async (hub) => {
    await vi.waitFor(async () => expect(await radioOf(hub)).toMatchObject({ state: "ok" }), 20_000);
    expect(bluez.calls.map(({ member }) => member)).toContain("GetManagedObjects");
  });
  bluez.stop();
});

test("a service that never answers does not keep the hub from being ready", limit, async () => {
  using folder = scratch();
  const socket = join(folder.path, "bus");
  const silent = createServer(() => {}).listen(socket);
  await once(silent, "listening");
  await servedWith(`unix:path=${socket}`, ["--ble", "bluez"], async (hub) => {
    expect(await radioOf(hub)).toMatchObject({ state: "warn" });
  });
  silent.close();
});

test("without a service the repair is the one command for what is missing first", limit, async () => {
  // On a machine without an adapter that comes before the service.
  const { repair } = bleRepairs[adapterTrouble(0) ?? "no-service"];
  await using bus = await PrivateBus.start();
  await servedWith(bus.address, ["--ble", "bluez"], async (hub) => {
    await vi.waitFor(async () => expect(await radioOf(hub)).toMatchObject({ repair }), 20_000);
  });
});

test("a hub that is to have no radio has none, and asks nobody for one", limit, async () => {
  await using bus = await PrivateBus.start();
  const bluez = new FakeBluez(new SystemClock(), bus.address);
  bluez.plug(true);
  await bluez.start();
  await servedWith(bus.address, ["--ble", "none"], async (hub) => {
    expect(await radioOf(hub)).toMatchObject({ found: "absent" });
    expect(bluez.calls).toEqual([]);
  });
  bluez.stop();
});
