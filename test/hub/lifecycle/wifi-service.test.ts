import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SyncEventBus } from "../../../hub/bus/event-bus.ts";
import { Instant, Minutes, Seconds } from "../../../hub/domain/units.ts";
import type { JoinOutcome, WifiCredentials, WifiLink } from "../../../hub/domain/wifi.ts";
import { WifiService } from "../../../hub/lifecycle/wifi-service.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import type { WifiRadio } from "../../../hub/ports/wifi.ts";
import { AuditedLog } from "../../../hub/privacy/audited-log.ts";
import { MemorySecretSlot } from "../../support/memory-secret-slot.ts";

/** A radio that takes its time, and tells what it was asked. */
class SlowRadio implements WifiRadio {
  readonly asked: string[] = [];
  readonly given: WifiCredentials[] = [];
  outcome: JoinOutcome = "joined";
  state: WifiLink = "apart";
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  async link(): Promise<WifiLink> {
    return this.state;
  }

  async join(credentials: WifiCredentials): Promise<JoinOutcome> {
    this.asked.push(`join ${Buffer.from(credentials.ssid)}`);
    this.given.push(credentials);
    await this.#clock.sleep(Seconds(5));
    this.asked.push(this.outcome);
    this.state = this.outcome === "joined" ? "joined" : "apart";
    return this.outcome;
  }

  async leave(): Promise<void> {
    this.asked.push("leave");
    this.state = "apart";
  }
}

const network = (ssid: string) => ({ ssid: Buffer.from(ssid), password: Buffer.from("moonlight") });
let clock: VirtualClock;
let log: MemoryLog;
let radio: SlowRadio;
let slot: MemorySecretSlot;
let wifi: WifiService;
beforeEach(() => {
  clock = new VirtualClock(Instant(1_790_000_000_000));
  log = new MemoryLog();
  radio = new SlowRadio(clock);
  slot = new MemorySecretSlot();
  wifi = new WifiService(clock, new AuditedLog(log), new SyncEventBus(), slot, radio);
});
afterEach(() => wifi.close());

describe("the radio is asked one thing at a time", () => {
  test("what is set while it joins is joined after that", async () => {
    wifi.set(network("one"));
    wifi.set(network("two"));
    await clock.advance(Seconds(20));
    // The first attempt came to its turn when the second network was already set.
    expect(radio.asked).toEqual(["join two", "joined", "join two", "joined"]);
  });

  test("what is forgotten while it joins is left in the end, and nothing is told of it", async () => {
    wifi.set(network("one"));
    await clock.advance(Seconds(1));
    const forgotten = wifi.forget();
    await clock.advance(Seconds(10));
    await forgotten;
    expect(radio.asked).toEqual(["join one", "joined", "leave"]);
    const at = clock.now();
    expect(await wifi.status()).toEqual({ isSet: false, link: "apart", since: at });
  });

  test("an attempt that was asked for and is forgotten before its turn says that nothing is set", async () => {
    wifi.set(network("one"));
    await clock.advance(Seconds(1));
    const tested = wifi.test();
    const forgotten = wifi.forget();
    const refused = expect(tested).rejects.toMatchObject({ code: "wifi_not_set" });
    await clock.advance(Seconds(10));
    await Promise.all([refused, forgotten]);
  });
});

test("what the radio was handed is wiped when it is done", async () => {
  wifi.set(network("one"));
  await clock.advance(Seconds(6));
  for (const { ssid, password } of radio.given) expect([...new Set([...ssid, ...password])]).toEqual([0]);
  expect(radio.given).toHaveLength(1);
});

describe("at the start", () => {
  test("what was set before is joined", async () => {
    wifi.set(network("one"));
    await clock.advance(Seconds(6));
    wifi.close();
    radio.state = "apart";
    wifi = new WifiService(clock, new AuditedLog(log), new SyncEventBus(), slot, radio);
    wifi.start();
    await clock.advance(Seconds(6));
    expect(radio.asked.filter((word) => word === "join one")).toHaveLength(2);
  });

  test("a link that stands is left standing, and so it is at the end", async () => {
    wifi.set(network("one"));
    await clock.advance(Seconds(6));
    wifi.start();
    await clock.advance(Minutes(5));
    wifi.close();
    expect(radio.asked).toEqual(["join one", "joined"]);
  });
});

test("a lost link is tried again every minute, a wrong password every hour; each news is logged once", async () => {
  wifi.start();
  wifi.set(network("one"));
  await clock.advance(Seconds(6));
  radio.state = "apart";
  radio.outcome = "not-found";
  await clock.advance(Minutes(3));
  expect(radio.asked.filter((word) => word === "not-found").length).toBeGreaterThanOrEqual(2);
  radio.outcome = "wrong-password";
  await clock.advance(Minutes(2));
  const tries = radio.asked.length;
  await clock.advance(Minutes(10));
  expect(radio.asked).toHaveLength(tries);
  await clock.advance(Minutes(52));
  expect(radio.asked).toHaveLength(tries + 2);
  expect(log.lines.map(({ event, fields }) => [event, fields])).toEqual([
    ["wifi.joined", {}],
    ["wifi.not-joined", { reason: "not-found" }],
    ["wifi.not-joined", { reason: "wrong-password" }],
  ]);
});
