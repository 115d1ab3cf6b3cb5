import type { SimHouse } from "../../devices/sim/house.ts";
import { lightJson } from "../../hub/api/home-json.ts";
import type { Hub } from "../../hub/compose.ts";
import { isId } from "../../hub/domain/ids.ts";
import type { Ether } from "../../hub/platform/sim/ble/ether.ts";
import type { PacedClock } from "../../hub/platform/sim/paced-clock.ts";
import { answered } from "../../hub/platform/sim/web-fetch.ts";
import type { SimSecondRadios } from "../../hub/sim-second-radios.ts";
import { HubClient } from "../client/hub-client.ts";
import { nextMoment } from "../client/next-moment.ts";
import type { Household } from "../phone/household.ts";
import { TestClock } from "./test-clock.ts";
import { TestLamp } from "./test-lamp.ts";
import { TestPerson } from "./test-person.ts";
import { TestSchedules } from "./test-schedules.ts";
import { TestSensor } from "./test-sensor.ts";
import { TestUsageError, WaitTimedOut } from "./test-usage-error.ts";
import type { Trace, TracedEvent } from "./trace.ts";
import type { Outbound, WatchedNetwork } from "./watched-network.ts";

export interface TestHubParts {
  readonly hub: Hub;
  readonly house: SimHouse;
  readonly radios: SimSecondRadios;
  readonly household: Household;
  readonly clock: PacedClock;
  readonly trace: Trace;
  readonly ether: Ether;
  readonly network: WatchedNetwork;
  readonly url: string;
  readonly mqttUrl: string;
  readonly token: string;
  readonly mqtt: { readonly username: string; readonly password: string };
}

/** Events quoted when a wait ends in vain. */
const quotedEvents = 10;

/** A hub inside a test. `await using hub = await startHub()` ends it with the test. */
export class TestHub {
  /** Of app and API: `http://127.0.0.1:port`. */
  readonly url: string;
  readonly mqttUrl: string;
  /** Bearer token of this run, owner scope. */
  readonly token: string;
  /** Credentials at the broker, owner scope. */
  readonly mqtt: { readonly username: string; readonly password: string };
  readonly clock: TestClock;
  /** Its rules, by name. */
  readonly schedules: TestSchedules;
  /** The typed client of its API. */
  readonly api: HubClient;
  /** Where its Bluetooth devices are: places, moves and takes them away. */
  readonly ether: Ether;
  readonly #parts: TestHubParts;
  #isClosed = false;

  constructor(parts: TestHubParts) {
    this.#parts = parts;
    this.url = parts.url;
    this.mqttUrl = parts.mqttUrl;
    this.token = parts.token;
    this.mqtt = parts.mqtt;
    this.ether = parts.ether;
    this.api = new HubClient({
      url: `${parts.url}/api/v1`,
      token: parts.token,
      fetch: async (request) => await answered(parts.hub.handle, request, "local"),
    });
    this.schedules = new TestSchedules(this.api);
    this.clock = new TestClock(parts.clock, (moment, now) => nextMoment(this.api, moment, now));
  }

  /** By id, name or "Room/Name". @throws TestUsageError when there is not exactly one; the message names those there are */
  lamp(word: string): TestLamp {
    return this.#oneOf("lamp", word, this.lamps);
  }

  get lamps(): readonly TestLamp[] {
    const { hub, house } = this.#parts;
    return hub.lights.list().flatMap(({ id }) => {
      const device = house.lamp(id);
      return device === undefined ? [] : [new TestLamp(id, () => this.#lightOf(id), this.api, device)];
    });
  }

  /** As `lamp`. */
  sensor(word: string): TestSensor {
    return this.#oneOf("sensor", word, this.sensors);
  }

  get sensors(): readonly TestSensor[] {
    const { hub, house } = this.#parts;
    return hub.inventory.devices().flatMap(({ id }) => {
      const device = house.sensor(id);
      if (device === undefined || !isId("sensor", id)) return [];
      const name = () => hub.inventory.device(id)?.name ?? id;
      return [new TestSensor(id, name, () => hub.sensors.get(id)?.reading ?? {}, device)];
    });
  }

  /** By id or name. @throws as `lamp` */
  person(word: string): TestPerson {
    return this.#oneOf("person", word, this.people);
  }

  get people(): readonly TestPerson[] {
    const { hub, household } = this.#parts;
    return household.list().flatMap(({ id }) => {
      const person = hub.people.get(id);
      return person === undefined
        ? []
        : [new TestPerson(id, person.name, this.api, household, () => hub.presence.isHome(id))];
    });
  }

  /** Attempts of the hub to reach out. */
  get egress(): { list(): readonly Outbound[] } {
    return { list: () => [...this.#parts.network.outbound] };
  }

  /** What happens from now on. */
  get events(): AsyncGenerator<TracedEvent, void> {
    return this.#parts.trace.follow();
  }

  /** What has happened since the hub was ready, one JSON object per line; equal for equal seeds and steps. */
  trace(): string {
    return this.#parts.trace.text();
  }

  /** SHA-256 of the trace, hex. */
  traceHash(): string {
    return this.#parts.trace.hash();
  }

  /** The newest events, oldest first. */
  lastEvents(count = quotedEvents): readonly TracedEvent[] {
    return this.#parts.trace.events.slice(-count);
  }

  /**
   * Waits until it is so; it is asked again whenever something happens. A manual clock is not moved meanwhile.
   * @param timeoutMs of our time
   * @throws WaitTimedOut with the newest events
   */
  async waitFor(isSo: () => boolean | Promise<boolean>, timeoutMs = 5_000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!(await isSo())) {
      if (performance.now() > deadline) throw new WaitTimedOut(this.#vainWait(timeoutMs));
      await this.#somethingHappens(Math.min(20, timeoutMs));
    }
  }

  /** Ends hub and devices; nothing is left armed, open or on disk. Twice is fine. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { hub, house, radios, household, clock, trace } = this.#parts;
    household.close();
    house.close();
    radios.close();
    await hub.close();
    clock.pause();
    trace.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #oneOf<Thing extends TestLamp | TestSensor | TestPerson>(
    kind: string,
    word: string,
    things: readonly Thing[],
  ): Thing {
    const found = things.filter((thing) => [thing.id, thing.name, this.#placed(thing)].includes(word));
    if (found[0] !== undefined && found.length === 1) return found[0];
    const known = things.map((thing) => this.#placed(thing)).join(", ");
    const problem =
      found.length === 0 ? `there is no ${kind} "${word}"` : `${found.length} ${kind}s are called "${word}"`;
    throw new TestUsageError(`${problem}; there are: ${known}`);
  }

  #placed({ id, name }: TestLamp | TestSensor | TestPerson): string {
    const { inventory } = this.#parts.hub;
    if (isId("person", id)) return name;
    const room = inventory.device(id)?.room;
    return `${inventory.rooms().find((each) => each.id === room)?.name}/${name}`;
  }

  #lightOf(id: TestLamp["id"]) {
    const view = this.#parts.hub.lights.get(id);
    if (view === undefined) throw new TestUsageError(`the lamp ${id} was removed`);
    return lightJson(view);
  }

  async #somethingHappens(timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, timeoutMs);
      const stop = this.#parts.trace.watch(done);
      function done(): void {
        clearTimeout(timer);
        stop();
        resolve();
      }
    });
  }

  #vainWait(timeoutMs: number): string {
    const hint = this.#parts.clock.isPaused ? " The clock is manual: does it need clock.advance()?" : "";
    const events = this.lastEvents().map((event) => `  ${JSON.stringify(event)}`);
    return [`not so within ${timeoutMs} ms.${hint} The newest events:`, ...events].join("\n");
  }
}
