import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type ImprovSaid, ImprovTalk } from "../../../../../app-sim/phone/improv-talk.ts";
import { improvPlaces, improvService } from "../../../../../hub/codec/ble/improv.ts";
import { Instant, Seconds } from "../../../../../hub/domain/units.ts";
import type { JoinOutcome, WifiCredentials } from "../../../../../hub/domain/wifi.ts";
import { ImprovService } from "../../../../../hub/lifecycle/improv-service.ts";
import { LedPlayer } from "../../../../../hub/lifecycle/led-player.ts";
import type { Served } from "../../../../../hub/platform/node/bluez/bluez-bus.ts";
import { BluezPeripheral } from "../../../../../hub/platform/node/bluez/bluez-peripheral.ts";
import { applicationRoot, GattApplication } from "../../../../../hub/platform/node/bluez/gatt-application.ts";
import { MemoryLog } from "../../../../../hub/platform/sim/memory-log.ts";
import { SimPanel } from "../../../../../hub/platform/sim/sim-panel.ts";
import { VirtualClock } from "../../../../../hub/platform/sim/virtual-clock.ts";
import { AuditedLog } from "../../../../../hub/privacy/audited-log.ts";
import { FakeGattManager } from "../../../../support/bluez/fake-gatt-manager.ts";
import { PrivateBus } from "../../../../support/bluez/private-bus.ts";

/** The hub's set-up by phone over a bluetoothd that is none, on a bus of its own. */

const network = () => ({ ssid: Buffer.from("canary-ssid-77"), password: Buffer.from("canary-password-88") });
const place = (characteristic: string) => ({ service: improvService, characteristic });

let bus: PrivateBus;
let bluez: FakeGattManager;
let clock: VirtualClock;
let log: MemoryLog;
let led: LedPlayer;
let hub: ImprovService;
let outcome: () => Promise<JoinOutcome>;
let tried: string[];
beforeEach(async () => {
  bus = await PrivateBus.start();
  bluez = await FakeGattManager.start(bus.address);
  clock = new VirtualClock(Instant(0));
  log = new MemoryLog();
  led = new LedPlayer(clock, new SimPanel());
  outcome = async () => "joined";
  tried = [];
  const tryOut = ({ ssid, password }: WifiCredentials) => {
    tried.push(`${Buffer.from(ssid)}/${Buffer.from(password)}`);
    return outcome();
  };
  hub = new ImprovService(
    clock,
    new AuditedLog(log),
    { tryOut },
    ["Lampkeeper", "1.2.3", "hub", "Lampkeeper"],
    new BluezPeripheral(clock, bus.address),
    led,
  );
});
afterEach(async () => {
  hub.close();
  expect(JSON.stringify(log.lines)).not.toContain("canary");
  bluez.stop();
  await bus[Symbol.asyncDispose]();
});

const until = (isSo: () => boolean) => vi.waitFor(() => expect(isSo()).toBe(true), { interval: 1 });
const opened = async (): Promise<void> => {
  hub.open();
  await until(() => bluez.advertised !== undefined);
};
const failed = async (): Promise<unknown> => {
  await until(() => log.lines.some(({ event }) => event === "improv.failed"));
  expect([hub.isOpen, led.signal]).toEqual([false, "error"]);
  return log.lines.find(({ event }) => event === "improv.failed");
};

describe("while the window is open", () => {
  beforeEach(opened);

  test("it is advertised with what a phone looks for, and taken away with the window", async () => {
    const {
      ServiceUUIDs: uuids,
      ServiceData: data,
      Type: type,
      Discoverable: found,
    } = bluez.advertised ?? {};
    expect([type?.value, found?.value]).toEqual(["peripheral", true]);
    expect(uuids?.value).toEqual(["00467768-6228-2272-4663-277478268000"]);
    const told = data?.value as Record<string, { readonly value: Buffer }>;
    expect(told["00004677-0000-1000-8000-00805f9b34fb"]?.value.toString("hex")).toBe("020300000000");
    await clock.advance(Seconds(60));
    await until(() => !bluez.hasApplication);
    expect([bluez.advertised, led.signal]).toEqual([undefined, "off"]);
  });

  test.each([23, 185])(
    "a phone tells the network over a link of %i bytes, and is waited for no longer",
    async (mtu) => {
      const states: string[] = [];
      const link = bluez.visit("phone", mtu);
      expect(await new ImprovTalk(link, states).tell(network())).toBe("provisioned");
      expect([tried, states]).toEqual([
        ["canary-ssid-77/canary-password-88"],
        ["authorized", "provisioning", "provisioned"],
      ]);
      await link.close();
      await until(() => !bluez.hasApplication);
    },
  );

  test("a network that cannot be joined is told", async () => {
    outcome = async () => "wrong-password";
    expect(await new ImprovTalk(bluez.visit("phone"), []).tell(network())).toBe<ImprovSaid>("cannot-connect");
  });

  test("a second device gets nothing until the first has gone", async () => {
    const [first, second] = [bluez.visit("first"), bluez.visit("second")];
    await first.read(place(improvPlaces.state));
    const refused = expect.objectContaining({
      context: expect.objectContaining({ error: "org.bluez.Error.NotAuthorized" }),
    });
    await expect(second.read(place(improvPlaces.state))).rejects.toEqual(refused);
    await expect(new ImprovTalk(second, []).tell(network())).rejects.toEqual(refused);
    expect(tried).toEqual([]);
    bluez.leave("first");
    expect(await new ImprovTalk(second, []).tell(network())).toBe("provisioned");
  });

  test("half a command of a device that goes is not the beginning of another's", async () => {
    await bluez.visit("first").write(place(improvPlaces.command), Buffer.of(1, 40, 3), "request");
    bluez.leave("first");
    expect(await new ImprovTalk(bluez.visit("second"), []).tell(network())).toBe("provisioned");
  });

  test("a device that is still there when the window closes is sent away", async () => {
    const link = bluez.visit("phone");
    await link.read(place(improvPlaces.state));
    hub.close();
    expect(await link.closed).toEqual({ reason: "peer" });
    expect(bluez.disconnected).toEqual(["/org/bluez/hci0/dev_phone"]);
  });

  test.each([
    [
      "read what only is written",
      () => bluez.visit("phone").read(place(improvPlaces.command)),
      "NotPermitted",
    ],
    [
      "write what only is read",
      () => bluez.visit("phone").write(place(improvPlaces.state), Buffer.of(1), "request"),
      "NotPermitted",
    ],
    [
      "say more than anybody has to say",
      async () => {
        const link = bluez.visit("phone");
        const half = () => link.write(place(improvPlaces.command), Buffer.alloc(200, 255), "request");
        await half();
        await half();
      },
      "InvalidValueLength",
    ],
  ])("who wants to %s is refused", async (_what, act, word) => {
    await expect(act()).rejects.toEqual(
      expect.objectContaining({ context: expect.objectContaining({ error: `org.bluez.Error.${word}` }) }),
    );
  });

  test.each([
    ["the adapter is switched off", () => bluez.power(false)],
    ["the adapter is pulled out", () => bluez.unplug()],
    ["bluetoothd ends", () => bluez.stop()],
    ["the bus ends", () => bus[Symbol.asyncDispose]()],
  ])("%s: the window closes, and the light says so", async (_what, happen) => {
    await happen();
    await failed();
  });
});

describe("what cannot be offered is told by the light, and breaks nothing", () => {
  test("no adapter that is on", async () => {
    bluez.isPowered = false;
    hub.open();
    await failed();
    bluez.isPowered = true;
    await opened();
    expect([hub.isOpen, led.signal]).toEqual([true, "set-up"]);
  });

  test("an adapter that cannot advertise", async () => {
    bluez.hasManagers = false;
    hub.open();
    await failed();
  });

  test.each(["RegisterApplication", "RegisterAdvertisement"])(
    "%s is refused: nothing is left behind",
    async (member) => {
      bluez.refusals.set(member, "org.bluez.Error.NotPermitted");
      hub.open();
      await failed();
      await until(() => !bluez.hasApplication);
    },
  );

  test("bluetoothd that never answers is waited for ten seconds", async () => {
    bluez.refusals.set("RegisterApplication", "hang");
    hub.open();
    await until(() => led.signal === "set-up");
    await clock.advance(Seconds(10));
    await failed();
  });

  test("no bus", async () => {
    await bus[Symbol.asyncDispose]();
    hub.open();
    await failed();
  });

  test("a window that closes before bluetoothd has answered leaves nothing behind", async () => {
    hub.open();
    hub.close();
    await opened();
    expect(bluez.registered).toBe(1);
    hub.close();
    await until(() => !bluez.hasApplication);
    expect(log.lines.some(({ event }) => event === "improv.failed")).toBe(false);
  });

  test("a role that wants to be paired with", () => {
    const role = { bonding: "just-works", isPairable: true, connectable: true, services: [] } as const;
    const offer = () =>
      new BluezPeripheral(clock, bus.address).offer(
        { ...role, advertisement: () => ({ data: Buffer.alloc(0) }) },
        () => {},
      );
    expect(offer).toThrow("not paired with");
  });
});

test("what was written is wiped, whoever wrote it", () => {
  const served = new Map<string, Served>();
  const written: string[] = [];
  const write = (value: Uint8Array): number => {
    written.push(Buffer.from(value).toString());
    return 0;
  };
  const characteristics = [{ uuid: "fff3", properties: ["write"] as const, write }];
  new GattApplication(
    {
      serve: (path, answer) => void (answer && served.set(path, answer)),
      variant: (_signature, value) => value,
      signal: () => {},
      call: async () => undefined,
    },
    {
      bonding: "none",
      isPairable: false,
      connectable: true,
      services: [{ uuid: "fff0", characteristics }],
      advertisement: () => ({ data: Buffer.alloc(0) }),
    },
  );
  const values = ["/first", "/second"].map((device) => {
    const value = Buffer.from("a password");
    served.get(`${applicationRoot}/service0/char0`)?.("WriteValue", [value, { device }]);
    return [...new Set(value)];
  });
  expect([written, values]).toEqual([["a password"], [[0], [0]]]);
});
