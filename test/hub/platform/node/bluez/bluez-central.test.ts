import { describe, expect, test } from "vitest";
import type { BlePeripheral } from "../../../../../devices/sim/ble/peripheral.ts";
import { Seconds } from "../../../../../hub/domain/units.ts";
import type { Advertisement, ConnectOptions, GattLink } from "../../../../../hub/ports/ble.ts";
import { AirLamp, control, locked, long, refusal, refusing } from "../../../../support/air-lamp.ts";
import { BluezRig } from "../../../../support/bluez/bluez-rig.ts";

const lampAt = (rig: BluezRig, lamp = new AirLamp()): AirLamp => {
  rig.bluez.place(lamp);
  return lamp;
};

const peerOf = ({ address, addressType }: BlePeripheral) => ({ address, addressType });

const linked = (
  rig: BluezRig,
  lamp: AirLamp,
  bond: ConnectOptions["bond"] = "if-needed",
): Promise<GattLink> => rig.during(rig.central.connect(peerOf(lamp), { bond }));

const reason = (reason: string) => ({ context: { reason } });

const heardBy = (rig: BluezRig): Advertisement[] => {
  const heard: Advertisement[] = [];
  rig.central.scan((advertisement) => heard.push(advertisement));
  return heard;
};

describe("pairing", () => {
  test("a lamp that wants it is paired with by our own agent, trusted, and remembered", async () => {
    await using rig = await BluezRig.start();
    const lamp = lampAt(rig);
    const link = await linked(rig, lamp);
    expect(Buffer.from(await rig.during(link.read(locked))).toString()).toBe("secret");
    expect(rig.bluez.calls.map(({ member }) => member)).toEqual(
      expect.arrayContaining(["RegisterAgent", "RequestDefaultAgent", "Pair"]),
    );
    expect(rig.bluez.property(lamp, "Trusted")).toBe(true);
    // A desktop's own agent has its turn again.
    expect(rig.bluez.agent).toBeUndefined();

    await rig.during(link.close());
    const again = await linked(rig, lamp, "never");
    await rig.during(again.write(locked, Buffer.from([1]), "request"));
    expect(rig.bluez.calls.filter(({ member }) => member === "Pair")).toHaveLength(1);
  });

  test("without leave to pair, what wants an encrypted link is refused by that name", async () => {
    await using rig = await BluezRig.start();
    const link = await linked(rig, lampAt(rig), "never");
    await expect(rig.during(link.read(locked))).rejects.toMatchObject(reason("encryption"));
    await expect(rig.during(link.write(locked, Buffer.from([1]), "request"))).rejects.toMatchObject(
      reason("encryption"),
    );
    expect(rig.bluez.calls.some(({ member }) => member === "Pair")).toBe(false);
    expect([...(await rig.during(link.read(control)))]).toEqual([0]);
  });

  test("a lamp that does not pair now says so, and the link goes on", async () => {
    await using rig = await BluezRig.start();
    const lamp = lampAt(rig);
    lamp.isPairable = false;
    const link = await linked(rig, lamp);
    await expect(rig.during(link.read(locked))).rejects.toMatchObject(reason("pairing-failed"));
    expect(rig.bluez.agent).toBeUndefined();
    expect([...(await rig.during(link.read(control)))]).toEqual([0]);
  });

  test("the agent says yes to the pairing that was asked for, and to no other", async () => {
    await using rig = await BluezRig.start();
    const link = await linked(rig, lampAt(rig));
    let answer: unknown;
    rig.bluez.fault = ({ path, member }) => {
      if (member !== "Pair") return undefined;
      answer = rig.bluez
        .askAgent("RequestAuthorization", `${path}_stranger`)
        .catch((error: unknown) => error);
      return undefined;
    };
    await rig.during(link.read(locked));
    expect(await answer).toMatchObject({ type: "org.bluez.Error.Rejected" });
  });

  test("nobody but bluetoothd is answered by the agent", async () => {
    await using rig = await BluezRig.start();
    const link = await linked(rig, lampAt(rig));
    const other = await rig.impostor();
    let answer: unknown;
    rig.bluez.fault = ({ path, member }) => {
      if (member !== "Pair") return undefined;
      answer = other.askAgent("RequestAuthorization", path, rig.bluez.agent).catch((error: unknown) => error);
      return undefined;
    };
    await rig.during(link.read(locked));
    expect(await answer).toMatchObject({ type: "org.freedesktop.DBus.Error.UnknownMethod" });
    other.stop();
  });

  test.each(["refuses", "drops"] as const)(
    "a lamp that has forgotten the pairing and %s is never paired with anew by itself",
    async (forgetting) => {
      await using rig = await BluezRig.start();
      const lamp = lampAt(rig);
      const link = await linked(rig, lamp);
      await rig.during(link.read(locked));
      await rig.during(link.close());
      Object.assign(rig.bluez.place(lamp), { isBonded: false, forgetting });

      const used = rig.central
        .connect(peerOf(lamp), { bond: "if-needed" })
        .then(async (again) => again.read(locked));
      await expect(rig.during(used)).rejects.toMatchObject(reason("bond-lost"));
      expect(rig.bluez.calls.filter(({ member }) => member === "Pair")).toHaveLength(1);

      await rig.during(rig.central.forget(peerOf(lamp)));
      expect(rig.bluez.isPaired(lamp)).toBe(false);
      const anew = await linked(rig, lamp);
      expect(Buffer.from(await rig.during(anew.read(locked))).toString()).toBe("secret");
    },
  );

  test("to forget whom nobody knows is nothing", async () => {
    await using rig = await BluezRig.start();
    await expect(rig.during(rig.central.forget(peerOf(new AirLamp())))).resolves.toBeUndefined();
  });
});

describe("listening", () => {
  test("what bluetoothd remembers is no sign that anybody is there", async () => {
    await using rig = await BluezRig.start();
    const lamp = new AirLamp();
    rig.bluez.remember(lamp);
    const heard = heardBy(rig);
    await rig.live(Seconds(2));
    expect(heard.length).toBeGreaterThan(0);
    expect(heard.every(({ cached, rssi }) => cached && rssi === undefined)).toBe(true);

    rig.bluez.place(lamp);
    await rig.until(() => heard.some(({ cached }) => !cached));
    expect(heard.at(-1)).toMatchObject({ ...peerOf(lamp), rssi: -60, cached: false });
  });

  test("it stops before a connection is made, and goes on after", async () => {
    await using rig = await BluezRig.start();
    const lamp = lampAt(rig);
    const heard = heardBy(rig);
    await rig.until(() => heard.length > 0);
    let wasListening: boolean | undefined;
    rig.bluez.fault = ({ member }) => {
      if (member === "Connect") wasListening = rig.bluez.isDiscovering;
      return undefined;
    };
    await linked(rig, lamp);
    expect(wasListening).toBe(false);
    await rig.until(() => rig.bluez.isDiscovering);
  });

  test("nobody listens any more: neither does the adapter", async () => {
    await using rig = await BluezRig.start();
    const scan = rig.central.scan(() => {});
    await rig.until(() => rig.bluez.isDiscovering);
    expect(rig.bluez.filter).toEqual({ Transport: "le", DuplicateData: true });
    scan.cancel();
    await rig.until(() => !rig.bluez.isDiscovering);
    expect(rig.bluez.calls.at(-1)?.member).toBe("StopDiscovery");
  });

  test("one who was pushed out of the table by strangers is heard with all it says", async () => {
    await using rig = await BluezRig.start();
    const lamp = lampAt(rig);
    const heard = heardBy(rig);
    await rig.until(() => heard.length > 0);
    const strangers = Array.from({ length: 600 }, (_, at) => {
      const tail = at.toString(16).padStart(4, "0");
      return new AirLamp(`c0:00:00:00:${tail.slice(0, 2)}:${tail.slice(2)}`);
    });
    rig.bluez.take(lamp);
    rig.bluez.crowd(strangers);
    await rig.live(Seconds(1));
    heard.length = 0;
    rig.bluez.place(lamp);
    await rig.until(() => heard.some(({ address }) => address === lamp.address));
    const { data } = heard.find(({ address }) => address === lamp.address) as Advertisement;
    expect(Buffer.from(data).toString("latin1")).toContain("AIR");
  });

  test("what others on the bus say in its name is not heard", async () => {
    await using rig = await BluezRig.start();
    const heard = heardBy(rig);
    await rig.until(() => rig.central.state() === "on");
    await rig.until(() => rig.bluez.isDiscovering);
    const other = await rig.impostor();
    other.whisper(new AirLamp(), rig.bluez.caller);
    await other.settled();
    await rig.live(Seconds(1));
    other.stop();
    expect(heard).toEqual([]);
  });

  test("the rules at the bus do not grow with what is heard and connected", async () => {
    await using rig = await BluezRig.start();
    const lamp = lampAt(rig);
    heardBy(rig);
    await rig.until(() => rig.central.state() === "on");
    expect(await rig.bluez.rulesOfCaller()).toBe(2);
    for (let times = 0; times < 5; times++) await rig.during((await linked(rig, lamp)).close());
    expect(await rig.bluez.rulesOfCaller()).toBe(2);
  });
});

describe("values", () => {
  test("what the lamp refuses is an error with its code, and the link goes on", async () => {
    await using rig = await BluezRig.start();
    const link = await linked(rig, lampAt(rig));
    const refused = { context: { reason: "refused", att: refusal } };
    await expect(rig.during(link.read(refusing))).rejects.toMatchObject(refused);
    await expect(rig.during(link.write(refusing, Buffer.from([1]), "request"))).rejects.toMatchObject(
      refused,
    );
    await expect(rig.during(link.notify(long, () => {}))).rejects.toMatchObject(reason("refused"));
    expect(await rig.during(link.read(long))).toHaveLength(400);
    expect(link.mtu).toBe(247);
  });
});

describe("the end of a link", () => {
  test.each([true, false])("is told by the reason there is; bluetoothd tells one: %s", async (tells) => {
    await using rig = await BluezRig.start();
    rig.bluez.tellsReasons = tells;
    const lamp = lampAt(rig);
    const link = await linked(rig, lamp);
    lamp.hangUp();
    expect(await rig.during(link.closed)).toEqual({ reason: tells ? "peer" : "lost" });
    const asked = await linked(rig, lamp);
    await rig.during(asked.close());
    expect(await asked.closed).toEqual({ reason: "asked" });
  });
});

describe("an adapter that goes", () => {
  const steps = [
    "StartDiscovery",
    "Connect",
    "GetManagedObjects",
    "ReadValue",
    "Pair",
    "StartNotify",
  ] as const;

  test.each(steps)(
    "in the midst of %s ends what was asked, and all goes on when it is back",
    async (step) => {
      await using rig = await BluezRig.start();
      const lamp = lampAt(rig);
      heardBy(rig);
      await rig.until(() => rig.central.state() === "on");
      let isPulled = false;
      rig.bluez.fault = ({ member }) => {
        if (member !== step || isPulled) return undefined;
        isPulled = true;
        rig.bluez.plug(false);
        return "hang";
      };
      // Not known yet, so that it has to be listened for.
      const used = rig.central.connect(peerOf(lamp), { bond: "if-needed" }).then(async (link) => {
        await Promise.race([
          link.notify(control, () => {}),
          link.closed.then(() => Promise.reject(new Error())),
        ]);
        await Promise.race([link.read(locked), link.closed.then(() => Promise.reject(new Error()))]);
      });
      await expect(rig.during(used)).rejects.toThrow();
      expect(isPulled).toBe(true);
      expect(rig.central.state()).toBe("absent");
      expect(rig.central.trouble()).toBe("no-adapter");

      rig.bluez.fault = () => undefined;
      rig.bluez.adapter = "/org/bluez/hci1";
      rig.bluez.place(lamp);
      rig.bluez.plug(true);
      await rig.until(() => rig.central.state() === "on" && rig.bluez.isDiscovering);
      const link = await linked(rig, lamp);
      expect([...(await rig.during(link.read(control)))]).toEqual([0]);
    },
  );

  test("is switched off: off, and left so", async () => {
    await using rig = await BluezRig.start();
    const lamp = lampAt(rig);
    const link = await linked(rig, lamp);
    rig.bluez.power(false);
    expect(await rig.during(link.closed)).toEqual({ reason: "adapter" });
    await rig.live(Seconds(30));
    expect(rig.central.state()).toBe("off");
    expect(rig.central.trouble()).toBe("powered-off");
    await expect(rig.central.connect(peerOf(lamp), { bond: "never" })).rejects.toMatchObject(
      reason("no-radio"),
    );
  });

  test.each(["blocked", "switched-off"] as const)("is %s: denied, by the name of that", async (kernel) => {
    await using rig = await BluezRig.start();
    rig.kernel = kernel;
    rig.bluez.fault = ({ member }) => (member === "Set" ? { word: "Failed", text: "Blocked" } : undefined);
    rig.central.onState(() => {});
    await rig.until(() => rig.central.trouble() === kernel);
    expect(rig.central.state()).toBe("denied");
    rig.kernel = undefined;
    rig.bluez.power(true);
    await rig.until(() => rig.central.state() === "on");
  });

  test("that was never there is what is missing first, service or not", async () => {
    await using rig = await BluezRig.start();
    rig.bluez.stop();
    rig.kernel = "no-adapter";
    rig.central.onState(() => {});
    await rig.until(() => rig.central.state() === "absent");
    expect(rig.central.trouble()).toBe("no-adapter");
  });

  test("may not be used: the one right that is missing is named", async () => {
    await using rig = await BluezRig.start();
    rig.bluez.fault = ({ member }) =>
      member === "GetManagedObjects" ? { word: "org.freedesktop.DBus.Error.AccessDenied" } : undefined;
    rig.central.onState(() => {});
    await rig.until(() => rig.central.trouble() === "no-group");
    expect(rig.central.state()).toBe("denied");
    rig.bluez.fault = () => undefined;
    await rig.until(() => rig.central.state() === "on");
  });
});

describe("bluetoothd", () => {
  test("that is started anew costs the links, and keeps the pairings", async () => {
    await using rig = await BluezRig.start();
    const lamp = lampAt(rig);
    const states: string[] = [];
    rig.central.onState((state) => states.push(state));
    const heard = heardBy(rig);
    const link = await linked(rig, lamp);
    await rig.during(link.read(locked));
    rig.bluez.stop();
    expect(await rig.during(link.closed)).toEqual({ reason: "adapter" });
    await rig.until(() => rig.central.state() === "denied");
    expect(rig.central.trouble()).toBe("no-service");

    rig.bluez.plug(true);
    await rig.bluez.start();
    heard.length = 0;
    await rig.until(() => rig.central.state() === "on" && heard.some(({ cached }) => !cached));
    expect(states).toEqual(["on", "denied", "off", "on"]);
    const again = await linked(rig, lamp, "never");
    expect(Buffer.from(await rig.during(again.read(locked))).toString()).toBe("secret");
  });

  test("that never answers is called so, and asked again", async () => {
    await using rig = await BluezRig.start();
    rig.bluez.fault = () => "hang";
    rig.central.onState(() => {});
    await rig.until(() => rig.central.trouble() === "no-answer");
    expect(rig.central.state()).toBe("denied");
    rig.bluez.fault = () => undefined;
    await rig.until(() => rig.central.state() === "on");
  });

  test("that is not there is waited for", async () => {
    await using rig = await BluezRig.start();
    rig.bluez.stop();
    rig.central.onState(() => {});
    await rig.until(() => rig.central.trouble() === "no-service");
    await expect(
      rig.during(rig.central.connect(peerOf(new AirLamp()), { bond: "never" })),
    ).rejects.toMatchObject(reason("no-radio"));
    rig.bluez.plug(true);
    await rig.bluez.start();
    await rig.until(() => rig.central.state() === "on");
  });

  test("a bus that ends costs the links, and is looked for again", async () => {
    await using rig = await BluezRig.start();
    rig.central.onState(() => {});
    const link = await linked(rig, lampAt(rig));
    const reading = expect(link.read(control)).rejects.toMatchObject(reason("closed"));
    await rig.endBus();
    await reading;
    expect(await rig.during(link.closed)).toEqual({ reason: "adapter" });
    await rig.live(Seconds(30));
    expect(rig.central.trouble()).toBe("no-service");
  });

  test("is met anew on a restart", async () => {
    await using rig = await BluezRig.start();
    rig.central.onState(() => {});
    await rig.until(() => rig.central.state() === "on");
    await rig.during(rig.central.restart());
    expect(rig.central.state()).toBe("on");
  });
});
