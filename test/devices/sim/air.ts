import { FadeLoop } from "../../../devices/sim/behaviours/fade.ts";
import { LampFirmwares } from "../../../devices/sim/behaviours/firmware.ts";
import { FlashLoop } from "../../../devices/sim/behaviours/flash.ts";
import { lampModels } from "../../../devices/sim/models/lamps.ts";
import { sensorModels } from "../../../devices/sim/models/sensors.ts";
import { SimLamp } from "../../../devices/sim/sim-lamp.ts";
import { SimSensor } from "../../../devices/sim/sim-sensor.ts";
import type { DeviceSession, DeviceTransport, LampFlash } from "../../../devices/sim/transport.ts";
import { InvariantBroken } from "../../../hub/domain/errors.ts";
import { Instant, Millis } from "../../../hub/domain/units.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";

interface Message {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
  /** Milliseconds since the test began. */
  readonly at: number;
}

const matches = (filter: string, topic: string): boolean => {
  const levels = filter.split("/");
  return levels.at(-1) === "#"
    ? topic.startsWith(levels.slice(0, -1).join("/"))
    : levels.length === topic.split("/").length &&
        topic.split("/").every((level, at) => levels[at] === "+" || levels[at] === level);
};

/** One device's link to nowhere: remembers what was said, refuses what the device had not declared. */
export class AirLink implements DeviceTransport {
  readonly said: Message[] = [];
  readonly #clock: VirtualClock;
  #session: DeviceSession | undefined;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  get isOpen(): boolean {
    return this.#session !== undefined;
  }

  open(session: DeviceSession): void {
    this.#session = session;
    session.linked();
  }

  /** It reads the session's own list, message by message. */
  resubscribe(): void {}

  publish(topic: string, payload: string, retain: boolean): void {
    const session = this.#session;
    if (session === undefined) return;
    if (!session.publishes.some((filter) => matches(filter, topic))) {
      throw new InvariantBroken("published beside its own topics", { topic });
    }
    this.said.push({ topic, payload, retain, at: this.#clock.monotonic() });
  }

  close(abrupt: boolean): void {
    const session = this.#session;
    this.#session = undefined;
    if (abrupt && session) {
      this.said.push({ ...session.will, retain: true, at: this.#clock.monotonic() });
    }
  }

  /** Sends the device a message, if it listens there. */
  send(topic: string, payload: string | object): void {
    const text = typeof payload === "string" ? payload : JSON.stringify(payload);
    const session = this.#session;
    if (!session?.subscribes.some((filter) => matches(filter, topic))) return;
    session.received(topic, new TextEncoder().encode(text));
  }

  /** What was said since the last call, and what is due by now. */
  heard(): Message[] {
    this.#clock.advanceSync(Millis(0));
    return this.said.splice(0);
  }
}

/** Flash in memory that counts its writes. */
export class MemoryFlash implements LampFlash {
  bytes: Uint8Array | undefined;
  writes = 0;
  #cell: MemoryFlash | undefined;

  get cell(): MemoryFlash {
    this.#cell ??= new MemoryFlash();
    return this.#cell;
  }

  load(): Uint8Array | undefined {
    return this.bytes;
  }

  save(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.writes++;
  }
}

/** A bench with virtual time where one device stands. */
export class Bench {
  readonly clock = new VirtualClock(Instant(Date.UTC(2026, 2, 1, 12)));
  readonly link = new AirLink(this.clock);
  readonly flash = new MemoryFlash();
  readonly address = "abc234";
  readonly world;

  constructor(seed = 1) {
    this.world = {
      clock: this.clock,
      random: new SeededRandom(seed),
      fades: new FadeLoop(this.clock),
      flashes: new FlashLoop(this.clock),
      firmwares: new LampFirmwares(this.clock),
    };
  }

  lamp(product: string): SimLamp {
    const model = lampModels.get(product);
    if (model === undefined) throw new InvariantBroken("no such lamp", { product });
    return new SimLamp(this.world, this.address, model, this.link, this.flash);
  }

  sensor(product: string): SimSensor {
    const model = sensorModels.get(product);
    if (model === undefined) throw new InvariantBroken("no such sensor", { product });
    return new SimSensor(this.world, this.address, model, this.link);
  }

  /** Lets so many milliseconds pass. */
  pass(ms: number): void {
    this.clock.advanceSync(Millis(ms));
  }
}
