import { describe, expect, test } from "vitest";
import { BleDeviceLink } from "../../../hub/ble/ble-device-link.ts";
import { GuardedCentral } from "../../../hub/ble/guarded-central.ts";
import { BleError } from "../../../hub/domain/ble-errors.ts";
import type { Delivery } from "../../../hub/domain/delivery.ts";
import type { BleFrame, BleLink } from "../../../hub/domain/profile.ts";
import { Millis, Minutes, Seconds } from "../../../hub/domain/units.ts";
import type { VirtualFault } from "../../../hub/platform/sim/ble/virtual-faults.ts";
import type { Advertisement, BlePeer, BleSubscription } from "../../../hub/ports/ble.ts";
import { ContractLamp, contractPeer, kept, refusing } from "../../contracts/ble-contract-lamp.ts";
import { bleRig } from "../../support/ble-rig.ts";
import { type Quirks, quirky } from "./quirky-central.ts";

/*
 * What radios and the software that drives them were seen to do (docs/adr/0028-ble-guard.md), one test each: it is done to the guard,
 * and what comes of it has to end, soon, and has to be seen.
 */

const nobody: BlePeer = { address: "c0:ff:ee:00:00:01", addressType: "random" };
const never = { bond: "never" } as const;

const rigOf = (quirks?: (raw: ReturnType<typeof bleRig>) => Quirks) => {
  const rig = bleRig();
  const lamp = new ContractLamp();
  rig.ether.place(lamp);
  const raw = quirks === undefined ? rig.raw : quirky(rig.raw, quirks(rig));
  const central =
    quirks === undefined
      ? rig.central
      : new GuardedCentral(rig.clock, rig.random.fork("quirky"), rig.log, raw);
  /** How a call ends, and after how many seconds; it has to within two minutes. */
  const end = async <Value>(call: Promise<Value>) => {
    const since = rig.clock.monotonic();
    let ended: { value?: Value; reason?: unknown; seconds: number } | undefined;
    const seconds = () => (rig.clock.monotonic() - since) / 1_000;
    call.then(
      (value) => {
        ended = { value, seconds: seconds() };
      },
      (error: BleError) => {
        ended = { reason: error.context["reason"], seconds: seconds() };
      },
    );
    for (let at = 0; at < 1_200 && ended === undefined; at++) await rig.clock.advance(Millis(100));
    if (ended === undefined) throw new Error("it never ended");
    return ended;
  };
  const linked = async () => {
    const { value, reason } = await end(central.connect(contractPeer, never));
    expect(reason).toBeUndefined();
    return value as NonNullable<typeof value>;
  };
  const fault = (kind: string, what: VirtualFault | undefined) => {
    rig.raw.fault = (call) => (call.kind === kind ? what : undefined);
  };
  return { ...rig, central, lamp, end, linked, fault };
};

const lampLink: BleLink = {
  kind: "ble",
  signs: [],
  over: "gatt",
  notifies: [kept],
  reads: [],
  bonded: false,
  readsBack: true,
};
const name = "a4c1380283f4";
const frame = (...bytes: number[]): BleFrame => ({ kind: "ble", ...kept, bytes: Uint8Array.from(bytes) });

/** As `rigOf`, with the lamp attached to the home's link. */
const homeOf = (quirks?: (raw: ReturnType<typeof bleRig>) => Quirks, link: Partial<BleLink> = {}) => {
  const rig = rigOf(quirks);
  const home = new BleDeviceLink(rig.clock, rig.central, () => false);
  const deliveries: Delivery[] = [];
  const frames: string[] = [];
  home.onDelivery((_, delivery) => deliveries.push(delivery));
  home.onFrame((_, { bytes }) => frames.push(Buffer.from(bytes).toString("hex")));
  home.attach(name, { ...lampLink, ...link });
  return { ...rig, home, deliveries, frames };
};

describe("hazards of BLE", () => {
  test("1: an error on a read that comes as an empty value is an error", async () => {
    const { linked, fault, end } = rigOf();
    const link = await linked();
    fault("read", new Uint8Array(0));
    expect(await end(link.read(kept))).toMatchObject({ reason: "refused" });
  });

  test("2: a write that is never answered ends with its link, and the next link writes", async () => {
    const { linked, fault, end, lamp } = rigOf();
    const link = await linked();
    fault("write", "hang");
    const { reason, seconds } = await end(link.write(kept, Uint8Array.of(5), "request"));
    expect(reason).toBe("timeout");
    expect(seconds).toBeLessThan(30);
    expect(await end(link.closed)).toMatchObject({ value: { reason: "stuck" } });
    fault("write", undefined);
    await end((await linked()).write(kept, Uint8Array.of(6), "request"));
    expect(lamp.written).toEqual(["06"]);
  });

  test("3: of two writes at once, of which the stack would forget the first, both are answered", async () => {
    const { linked, end, lamp } = rigOf(() => {
      let underWay = 0;
      return {
        link: (raw) => ({
          write: async (id, value, mode) => {
            if (++underWay > 1) return new Promise(() => {});
            await raw.write(id, value, mode);
            underWay--;
          },
        }),
      };
    });
    const link = await linked();
    const both = [1, 2].map((byte) => link.write(kept, Uint8Array.of(byte), "request"));
    expect(await end(Promise.all(both))).toHaveProperty("value");
    expect(lamp.written).toEqual(["01", "02"]);
  });

  test("4: what is never answered ends: a subscription, a strength, the end of a link, a scan", async () => {
    const { linked, fault, end, raw, central, clock } = rigOf();
    fault("notify", "hang");
    expect(await end((await linked()).notify(kept, () => {}))).toMatchObject({ reason: "timeout" });
    fault("rssi", "hang");
    const link = await linked();
    expect(await end(link.rssi())).toHaveProperty("value", undefined);
    expect(await end(link.read(kept))).toHaveProperty("value");
    fault("close", "hang");
    expect(await end(link.close())).toHaveProperty("value");
    fault("close", undefined);

    const deaf = rigOf(({ raw: radio }) => {
      let scans = 0;
      return { scan: (sink, options) => (++scans < 3 ? { cancel: () => {} } : radio.scan(sink, options)) };
    });
    const heard: Advertisement[] = [];
    deaf.central.scan((advertisement) => heard.push(advertisement), { active: false });
    await deaf.clock.advance(Minutes(3));
    expect(heard.length).toBeGreaterThan(0);
    await central.close();
    expect(raw.links).toBe(0);
    expect(clock.armed).toBe(0);
  });

  test("5: a device that stops answering keeps nobody waiting longer than one deadline", async () => {
    const { linked, raw, end } = rigOf();
    const link = await linked();
    raw.fault = ({ kind }) => (kind === "close" ? undefined : "hang");
    const calls = [
      end(link.read(kept)),
      end(link.write(kept, Uint8Array.of(1), "command")),
      end(link.write(kept, Uint8Array.of(1), "request")),
    ];
    const ends = await Promise.all(calls);
    expect(ends.map(({ reason }) => reason)).toEqual(["timeout", "closed", "closed"]);
    for (const { seconds } of ends) expect(seconds).toBeLessThan(30);
  });

  test("6: a pairing that fails, and a stack that does nothing more on that link, is told as unpaired", async () => {
    const { home, deliveries, clock, raw, lamp } = homeOf();
    let isWedged = false;
    raw.fault = ({ kind }) => {
      if (kind === "connect" || kind === "close") isWedged = false;
      if (kind !== "write") return isWedged ? "hang" : undefined;
      isWedged = true;
      return lamp.written.length === 0 ? new BleError("no pairing", { reason: "pairing-failed" }) : undefined;
    };
    home.send(name, [frame(1)]);
    await clock.advance(Minutes(1));
    expect(deliveries.filter((each) => each !== "heard")).toEqual(["unpaired"]);
    raw.fault = () => undefined;
    home.send(name, [frame(2)]);
    await clock.advance(Seconds(10));
    expect(deliveries.at(-1)).toBe("accepted");
  });

  test("7: when the process of the stack dies its links end with a reason, and what is sent next arrives", async () => {
    const { home, deliveries, clock, raw, central, linked, end, lamp } = homeOf();
    const link = await linked();
    raw.become("absent");
    expect(await end(link.closed)).toMatchObject({ value: { reason: "adapter" } });
    expect(central.state()).toBe("absent");
    home.send(name, [frame(1)]);
    await clock.advance(Seconds(5));
    expect(deliveries.at(-1)).toBe("unreachable");
    raw.become("on");
    await clock.advance(Seconds(10));
    expect(deliveries.at(-1)).toBe("heard");
    home.send(name, [frame(2)]);
    await clock.advance(Seconds(10));
    expect(lamp.written).toEqual(["02"]);
  });

  test("7: an error of the stack's own is a failure of the call and of nothing else", async () => {
    const { central, end, linked } = rigOf(({ raw }) => {
      let calls = 0;
      return {
        connect: (peer, options) => {
          if (++calls === 1) throw new TypeError("cannot read properties of undefined");
          return raw.connect(peer, options);
        },
      };
    });
    expect(await end(central.connect(contractPeer, never))).toMatchObject({ reason: "stack" });
    expect((await linked()).isOpen).toBe(true);
  });

  test("8: a device that is not there is given up after its time, and the next has its turn", async () => {
    const { central, end } = rigOf();
    const [absent, present] = [central.connect(nobody, never), central.connect(contractPeer, never)];
    const ends = await Promise.all([end(absent), end(present)]);
    expect(ends[0]).toMatchObject({ reason: "timeout" });
    expect(ends[0]?.seconds).toBeLessThan(12);
    expect(ends[1]).toHaveProperty("value");
  });

  test("9: the stack is never given two connections to make, so none can end the other", async () => {
    let most = 0;
    const { central, end } = rigOf(({ raw }) => {
      let trying = 0;
      return {
        connect: async (peer, options) => {
          most = Math.max(most, ++trying);
          try {
            return await raw.connect(peer, options);
          } finally {
            trying--;
          }
        },
      };
    });
    const gone = new AbortController();
    const waiting = central.connect(nobody, { ...never, signal: gone.signal });
    const present = central.connect(contractPeer, never);
    gone.abort();
    expect((await Promise.all([end(waiting), end(present)])).map(({ reason }) => reason)).toEqual([
      "cancelled",
      undefined,
    ]);
    expect(most).toBe(1);
  });

  test("10: a scan that a connection has stopped goes on", async () => {
    const { central, linked, end, clock } = rigOf(({ raw }) => {
      const scans = new Set<BleSubscription>();
      return {
        scan: (sink, options) => {
          const scan = raw.scan(sink, options);
          scans.add(scan);
          return scan;
        },
        connect: (peer, options) => {
          for (const scan of scans) scan.cancel();
          return raw.connect(peer, options);
        },
      };
    });
    let heard = 0;
    central.scan(() => heard++, { active: false });
    await end((await linked()).close());
    heard = 0;
    await clock.advance(Seconds(5));
    expect(heard).toBeGreaterThan(0);
  });

  test("11: a first connection that resets the radio fails, and the lamp is told all the same", async () => {
    const { home, deliveries, clock, raw, lamp } = homeOf();
    let isReset = false;
    raw.fault = ({ kind }) => {
      if (kind !== "connect" || isReset) return undefined;
      isReset = true;
      clock.after(Millis(5), () => {
        raw.become("off");
        raw.become("on");
      });
      return undefined;
    };
    home.send(name, [frame(1)]);
    await clock.advance(Seconds(20));
    expect(lamp.written).toEqual(["01"]);
    expect(deliveries.at(-1)).toBe("accepted");
  });

  test("12: a link that is lost after a moment's silence is made again, so often and no more", async () => {
    const { home, deliveries, clock, raw, ether, lamp } = homeOf();
    let links = 0;
    raw.fault = ({ kind, address }) => {
      if (kind === "connect") links++;
      if (kind === "write" && links === 1) ether.drop(address);
      return undefined;
    };
    home.send(name, [frame(1)]);
    await clock.advance(Minutes(1));
    expect(lamp.written).toEqual(["01"]);
    raw.fault = ({ kind, address }) => {
      if (kind === "connect") links++;
      if (kind === "write") ether.drop(address);
      return undefined;
    };
    links = 0;
    home.send(name, [frame(2)]);
    await clock.advance(Minutes(1));
    expect(deliveries.filter((each) => each === "unreachable")).toHaveLength(1);
    expect(links).toBeLessThanOrEqual(2);
  });

  test("13: more than a packet takes is refused before it is sent, not cut", async () => {
    const { linked, end, lamp } = rigOf();
    const link = await linked();
    expect(await end(link.write(kept, new Uint8Array(link.mtu - 2), "command"))).toMatchObject({
      reason: "too-long",
    });
    expect(await end(link.write(kept, new Uint8Array(513), "request"))).toMatchObject({
      reason: "too-long",
    });
    expect(lamp.written).toEqual([]);
    expect(await end(link.write(kept, new Uint8Array(link.mtu - 3), "command"))).toHaveProperty("value");
  });

  test("14: of five thousand addresses nothing is kept, and the lamp among them is heard", async () => {
    const { home, central, clock, deliveries } = homeOf(({ raw, clock: time }) => ({
      scan: (sink, options) => {
        for (let at = 0; at < 5_000; at++) {
          const address = `c0:00:00:00:${(at >> 8).toString(16).padStart(2, "0")}:${(at & 255).toString(16).padStart(2, "0")}`;
          sink({
            ...{ address, addressType: "random", at: time.monotonic(), rssi: -80 },
            ...{ connectable: true, isScanResponse: false, cached: false, data: Uint8Array.of(2, 1, 6) },
          });
        }
        return raw.scan(sink, options);
      },
    }));
    await clock.advance(Seconds(5));
    expect(deliveries).toEqual(["heard"]);
    expect(central.gauges).toEqual({ links: 0, waiting: 0, backingOff: 0 });
    home.close();
  });

  test("15: a link that never says that it has ended is over, and makes room", async () => {
    const rig = rigOf(() => ({
      link: () => ({ close: () => new Promise(() => {}), closed: new Promise(() => {}) }),
    }));
    const { linked, end, central } = rig;
    const link = await linked();
    const { value, seconds } = await end(link.close().then(() => link.closed));
    expect(value).toEqual({ reason: "asked" });
    expect(seconds).toBeLessThan(5);
    expect(central.gauges.links).toBe(0);
  });

  test("16: of two characteristics with one UUID the one is written that can be", async () => {
    const { home, deliveries, clock, lamp } = homeOf(() => ({
      link: (raw) => ({
        entries: async () => [
          { ...kept, service: "180a", properties: ["read"] as const },
          ...(await raw.entries()),
        ],
      }),
    }));
    home.send(name, [{ kind: "ble", ...kept, service: "", bytes: Uint8Array.of(3) }]);
    await clock.advance(Seconds(10));
    expect(deliveries.at(-1)).toBe("accepted");
    expect(lamp.written).toEqual(["03"]);
  });

  test("17: what a stack remembers of a device is no sign of it", async () => {
    const { deliveries, clock } = homeOf(({ clock: time }) => ({
      scan: (sink) => {
        sink({
          ...{ ...contractPeer, at: time.monotonic(), rssi: 0 },
          ...{ connectable: true, isScanResponse: false, cached: true, data: Uint8Array.of(2, 1, 6) },
        });
        return { cancel: () => {} };
      },
    }));
    await clock.advance(Seconds(10));
    expect(deliveries).toEqual([]);
  });

  test("18: a radio that cannot connect while it listens gets a try in silence", async () => {
    let listening = 0;
    const { home, clock, lamp, deliveries } = homeOf(({ raw }) => ({
      scan: (sink, options) => {
        listening++;
        const scan = raw.scan(sink, options);
        return {
          cancel: () => {
            listening--;
            scan.cancel();
          },
        };
      },
      connect: (peer, options) =>
        listening > 0
          ? Promise.reject(new BleError("failed to be established", { reason: "closed", end: "lost" }))
          : raw.connect(peer, options),
    }));
    home.send(name, [frame(1)]);
    await clock.advance(Seconds(30));
    expect(lamp.written).toEqual(["01"]);
    expect(deliveries.at(-1)).toBe("accepted");
    expect(listening).toBe(1);
  });

  test("19: a connection that comes when nobody waits for it any more is ended", async () => {
    const { central, end, clock, raw } = rigOf(({ raw: radio, clock: time }) => ({
      connect: async (peer) => {
        await time.sleep(Seconds(11));
        return radio.connect(peer, never);
      },
    }));
    expect(await end(central.connect(contractPeer, never))).toMatchObject({ reason: "timeout" });
    await clock.advance(Minutes(1));
    expect(raw.links).toBe(0);
    expect(central.gauges.links).toBe(0);
  });

  test("20: subscriptions end with their link, however often it is made", async () => {
    const open = new Set<BleSubscription>();
    const { home, clock, raw, ether } = homeOf();
    const told = new ContractLamp();
    const [service] = told.services;
    const [first] = service?.characteristics ?? [];
    const { subscribe } = first as { subscribe: (notify: (value: Uint8Array) => void) => () => void };
    Object.assign(first as object, {
      subscribe: (notify: (value: Uint8Array) => void) => {
        const subscription = { cancel: subscribe(notify) };
        open.add(subscription);
        return () => {
          subscription.cancel();
          open.delete(subscription);
        };
      },
    });
    ether.place(told);
    for (let round = 0; round < 100; round++) {
      home.send(name, [frame(round)]);
      await clock.advance(Seconds(3));
      ether.drop(contractPeer.address);
    }
    expect(told.written.length).toBeGreaterThan(90);
    expect(open.size).toBe(0);
    expect(raw.links).toBe(0);
  });

  test("21: a stack that has to be started anew, again and again, is listened to once", async () => {
    let listeners = 0;
    const rig = bleRig();
    const onState = rig.raw.onState.bind(rig.raw);
    rig.raw.onState = (listener) => {
      listeners++;
      return onState(listener);
    };
    const central = new GuardedCentral(rig.clock, rig.random, rig.log, rig.raw);
    rig.raw.fault = () => "hang";
    for (let attempt = 0; attempt < 20; attempt++) {
      central.connect(contractPeer, never).catch(() => {});
      await rig.clock.advance(Minutes(2));
    }
    expect(rig.raw.restarts).toBeGreaterThan(2);
    expect(listeners).toBe(1);
    expect(central.state()).toBe("denied");
  });

  test("22: a strength that the stack stumbles over is unknown, and the link lives", async () => {
    const { linked, end } = rigOf(() => ({
      link: () => ({
        rssi: () => {
          throw new RangeError("out of bounds");
        },
      }),
    }));
    const link = await linked();
    expect(await end(link.rssi())).toHaveProperty("value", undefined);
    expect(await end(link.read(refusing))).toMatchObject({ reason: "refused" });
    expect(await end(link.read(kept))).toHaveProperty("value");
  });
});
