import { describe, expect, test } from "vitest";
import { BleError } from "../../hub/domain/ble-errors.ts";
import { type Duration, Millis } from "../../hub/domain/units.ts";
import type { Advertisement, BleCentral, BlePeer, GattLink } from "../../hub/ports/ble.ts";
import {
  advertised,
  type ContractLamp,
  contractPeer,
  kept,
  long,
  longValue,
  refusing,
} from "./ble-contract-lamp.ts";

/** A radio behind its guard, and hands on its air. */
export interface BleRig {
  readonly central: BleCentral;
  /** It is within range. */
  readonly lamp: ContractLamp;
  /** Longer than any call may take in this rig. */
  readonly patience: Duration;
  /** Lets time pass, on whichever clock the rig has. */
  live(time: Duration): Promise<void>;
  /** Takes the lamp's power, or gives it back. */
  power(isOn: boolean): void;
  /** The lamp answers nothing any more, and its link lives on. */
  mute(isMute: boolean): void;
  /** Pulls the adapter out, or plugs it in. */
  plug(isPlugged: boolean): void;
  /** So many strangers advertise, each once, under an address of its own. */
  crowd(strangers: number): Promise<void>;
  /** Entries in whatever tables the radio keeps about advertisers. */
  held(): number;
  close(): Promise<void>;
}

/** How a promise ended: its value, or the reason of its `BleError`. */
type End<Value> = { readonly value: Value } | { readonly reason: unknown };

const nobody: BlePeer = { address: "c0:ff:ee:00:00:01", addressType: "random" };
const step = Millis(50);

/** What every filling of the BLE socket promises, behind the guard. */
export const bleContract = (name: string, rigOf: () => Promise<BleRig>): void => {
  const withRig = async (use: (rig: BleRig) => Promise<void>): Promise<void> => {
    const rig = await rigOf();
    try {
      await use(rig);
    } finally {
      await rig.close();
    }
  };

  /** Time passes until the promise has settled; one that does not within the rig's patience is a broken promise. */
  const ended = async <Value>({ live, patience }: BleRig, promise: Promise<Value>): Promise<End<Value>> => {
    let end: End<Value> | undefined;
    promise.then(
      (value) => {
        end = { value };
      },
      (error: unknown) => {
        end = { reason: error instanceof BleError ? error.context["reason"] : error };
      },
    );
    for (let passed = 0; end === undefined && passed < patience; passed += step) await live(step);
    expect(end, "a call that never settles").toBeDefined();
    return end as End<Value>;
  };

  const got = async <Value>(rig: BleRig, promise: Promise<Value>): Promise<Value> => {
    const end = await ended(rig, promise);
    expect(end).toHaveProperty("value");
    return (end as { value: Value }).value;
  };

  const until = async (rig: BleRig, isSo: () => boolean): Promise<void> => {
    for (let passed = 0; !isSo() && passed < rig.patience; passed += step) await rig.live(step);
    expect(isSo()).toBe(true);
  };

  const linked = (rig: BleRig): Promise<GattLink> =>
    got(rig, rig.central.connect(contractPeer, { bond: "never" }));

  const heardIn = (rig: BleRig): Advertisement[] => {
    const heard: Advertisement[] = [];
    rig.central.scan((advertisement) => heard.push(advertisement), { active: false });
    return heard;
  };
  const ofLamp = (heard: readonly Advertisement[]) =>
    heard.filter(({ address }) => address === contractPeer.address);

  describe(`the BLE of ${name}`, () => {
    test("hears who advertises, with every byte", () =>
      withRig(async (rig) => {
        expect(rig.central.state()).toBe("on");
        const heard = heardIn(rig);
        await until(rig, () => ofLamp(heard).length > 0);
        const [first] = ofLamp(heard);
        expect(first).toMatchObject({ ...contractPeer, connectable: true, isScanResponse: false });
        expect(Buffer.from(first?.data ?? [])).toEqual(Buffer.from(advertised));
        expect(first?.rssi ?? 0).toBeLessThan(0);
      }));

    test("writes, reads and is told", () =>
      withRig(async (rig) => {
        const link = await linked(rig);
        const told: string[] = [];
        const entries = await got(rig, link.entries());
        expect(entries.find(({ characteristic }) => characteristic === "fff1")).toMatchObject({
          service: "fff0",
          properties: expect.arrayContaining(["read", "write", "write-command", "notify"]),
        });
        await got(
          rig,
          link.notify(kept, (value) => told.push(Buffer.from(value).toString("hex"))),
        );
        await got(rig, link.write(kept, Uint8Array.of(7, 8), "request"));
        await got(rig, link.write(kept, Uint8Array.of(9), "command"));
        await until(rig, () => told.length === 2);
        expect(told).toEqual(["0708", "09"]);
        expect(rig.lamp.written).toEqual(["0708", "09"]);
        expect(await got(rig, link.read(kept))).toEqual(Uint8Array.of(9));
      }));

    test("what the device refuses is an error, and never an empty value or silence", () =>
      withRig(async (rig) => {
        const link = await linked(rig);
        expect(await ended(rig, link.read(refusing))).toEqual({ reason: "refused" });
        expect(await ended(rig, link.write(refusing, Uint8Array.of(1), "request"))).toEqual({
          reason: "refused",
        });
        expect(await ended(rig, link.read({ service: "fff0", characteristic: "dead" }))).toEqual({
          reason: "not-found",
        });
        expect(await got(rig, link.read(kept))).toEqual(Uint8Array.of(1));
      }));

    test("a value that is longer than a packet comes whole", () =>
      withRig(async (rig) => {
        const link = await linked(rig);
        expect(Buffer.from(await got(rig, link.read(long)))).toEqual(Buffer.from(longValue));
      }));

    test("what is asked at once is done one after the other, each answered", () =>
      withRig(async (rig) => {
        const link = await linked(rig);
        const writes = Array.from({ length: 10 }, (_, at) =>
          ended(rig, link.write(kept, Uint8Array.of(at), "request")),
        );
        for (const end of await Promise.all(writes)) expect(end).toHaveProperty("value");
        expect(rig.lamp.written).toEqual(Array.from({ length: 10 }, (_, at) => `0${at}`));
      }));

    test("who is not there ends as an error, and does not keep others from their turn", () =>
      withRig(async (rig) => {
        const absent = ended(rig, rig.central.connect(nobody, { bond: "never" }));
        const present = ended(rig, rig.central.connect(contractPeer, { bond: "never" }));
        expect(await absent).toEqual({ reason: "timeout" });
        expect(await present).toHaveProperty("value");
      }));

    test("a connection that is not wanted any more is given up, also one that waits", () =>
      withRig(async (rig) => {
        const [first, second] = [new AbortController(), new AbortController()];
        const trying = ended(rig, rig.central.connect(nobody, { bond: "never", signal: first.signal }));
        const waiting = ended(
          rig,
          rig.central.connect(contractPeer, { bond: "never", signal: second.signal }),
        );
        await rig.live(step);
        second.abort();
        expect(await waiting).toEqual({ reason: "cancelled" });
        first.abort();
        expect(await trying).toEqual({ reason: "cancelled" });
        expect((await linked(rig)).peer).toEqual(contractPeer);
      }));

    test("a device that falls silent on a living link costs the link, and can be had again", () =>
      withRig(async (rig) => {
        const link = await linked(rig);
        rig.mute(true);
        const reads = [ended(rig, link.read(kept)), ended(rig, link.read(kept))];
        expect(await Promise.all(reads)).toEqual([{ reason: "timeout" }, { reason: "closed" }]);
        expect(await got(rig, link.closed)).toEqual({ reason: "stuck" });
        rig.mute(false);
        expect(await got(rig, (await linked(rig)).read(kept))).toEqual(Uint8Array.of(1));
      }));

    test("the end of a link is told, whoever ended it, and nothing is done on it after", () =>
      withRig(async (rig) => {
        const asked = await linked(rig);
        expect(await ended(rig, asked.close())).toHaveProperty("value");
        expect(await got(rig, asked.closed)).toEqual({ reason: "asked" });
        expect(await ended(rig, asked.read(kept))).toEqual({ reason: "closed" });
        expect(await ended(rig, asked.close())).toHaveProperty("value");

        const hungUp = await linked(rig);
        rig.lamp.hangUp();
        expect(await got(rig, hungUp.closed)).toEqual({ reason: "peer" });

        const lost = await linked(rig);
        rig.power(false);
        expect(await got(rig, lost.closed)).toEqual({ reason: "lost" });
        expect(await ended(rig, lost.write(kept, Uint8Array.of(1), "command"))).toEqual({ reason: "closed" });
      }));

    test("listening goes on after a connection and after an attempt that failed", () =>
      withRig(async (rig) => {
        const heard = heardIn(rig);
        await ended(rig, rig.central.connect(nobody, { bond: "never" }));
        heard.length = 0;
        await until(rig, () => ofLamp(heard).length > 0);
        const link = await linked(rig);
        await ended(rig, link.close());
        heard.length = 0;
        await until(rig, () => ofLamp(heard).length > 0);
        expect(rig.central.state()).toBe("on");
      }));

    test("an adapter that is pulled out ends everything at once; back again, all goes on", () =>
      withRig(async (rig) => {
        const heard = heardIn(rig);
        const states: string[] = [];
        rig.central.onState((state) => states.push(state));
        const link = await linked(rig);
        rig.plug(false);
        expect(await got(rig, link.closed)).toEqual({ reason: "adapter" });
        expect(rig.central.state()).not.toBe("on");
        expect(await ended(rig, rig.central.connect(contractPeer, { bond: "never" }))).toEqual({
          reason: "no-radio",
        });
        heard.length = 0;
        rig.plug(true);
        await until(rig, () => rig.central.state() === "on" && ofLamp(heard).length > 0);
        expect(states.at(-1)).toBe("on");
        expect(await got(rig, (await linked(rig)).read(kept))).toEqual(Uint8Array.of(1));
      }));

    test("of a crowd of strangers under ever new addresses nothing is kept", () =>
      withRig(async (rig) => {
        const heard = heardIn(rig);
        await rig.crowd(100);
        const before = rig.held();
        await rig.crowd(5_000);
        await until(rig, () => heard.length >= 100);
        expect(rig.held()).toBeLessThanOrEqual(Math.max(before, 1_000));
      }));

    test("a radio that is closed ends whatever was asked of it", () =>
      withRig(async (rig) => {
        const link = await linked(rig);
        const end = ended(rig, rig.central.connect(nobody, { bond: "never" }));
        await ended(rig, rig.central.close());
        expect(await end).toHaveProperty("reason");
        expect(await got(rig, link.closed)).toHaveProperty("reason");
      }));
  });
};
