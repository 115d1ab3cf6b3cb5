import { profiles } from "../../../devices/registry.ts";
import { bearerText } from "../../../hub/api/auth.ts";
import { buildHub, type Hub } from "../../../hub/compose.ts";
import { isId, type LampId } from "../../../hub/domain/ids.ts";
import type { Position } from "../../../hub/domain/place.ts";
import { Sun } from "../../../hub/domain/sun.ts";
import { TimeZone } from "../../../hub/domain/time-zone.ts";
import { Days, type Duration, Instant, Millis, Minutes, Seconds } from "../../../hub/domain/units.ts";
import { type VeilLevel, veiledPosition } from "../../../hub/domain/veil.ts";
import { hubConfig } from "../../../hub/options.ts";
import { JournalStore } from "../../../hub/platform/sim/journal-store.ts";
import { MemoryLog } from "../../../hub/platform/sim/memory-log.ts";
import { NoWifi } from "../../../hub/platform/sim/no-wifi.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { SimBle } from "../../../hub/platform/sim/sim-ble.ts";
import { SimDisk } from "../../../hub/platform/sim/sim-disk.ts";
import { SimNetwork } from "../../../hub/platform/sim/sim-network.ts";
import { SimPanel } from "../../../hub/platform/sim/sim-panel.ts";
import { settle, VirtualClock } from "../../../hub/platform/sim/virtual-clock.ts";
import { answered } from "../../../hub/platform/sim/web-fetch.ts";
import { type Outlets, sightingsOf } from "./outlet-reading.ts";
import { type Watched, zoneAt } from "./study.ts";
import type { Sighting } from "./sun-attack.ts";

const known = new Map(profiles.map((profile) => [profile.id, profile]));

export interface HomeWish {
  readonly position: Position;
  readonly from: Instant;
  /** Draws the secret, among all else. */
  readonly seed: number;
  readonly level: VeilLevel;
  /** By how much the sun may be off for the rounding; absent: what is usual. */
  readonly tolerance?: Duration;
  /** Of an earlier life of the same home. */
  readonly disk?: SimDisk;
}

/** Days between two visits; the hub remembers the last twenty changes of a lamp for a week. */
const visitEvery = 5;
/** The hub asks lamps that have been silent how they are. */
const checkUpEvery = Minutes(1);
/** After something happened its consequences run their course. */
const livelyFor = Seconds(20);
const answersAfter = Millis(30);
/** In so many last pieces of the stream there is an id. */
const visitPieces = 4;

/**
 * A hub in a simulated world, one lamp that follows the sun, and a stranger who writes down all that the hub says: on
 * MQTT, on the stream of events, and in answers of the API to somebody who is not the owner.
 */
export class ObservedHome {
  readonly outlets: Outlets = { mqtt: [], events: [], api: [] };
  readonly disk: SimDisk;
  readonly log = new MemoryLog();
  readonly #wish: HomeWish;
  readonly #clock: VirtualClock;
  readonly #hub: Hub;
  #owner = "";
  #stranger = "";
  #lastEventId = "";
  #livelyUntil = 0;

  private constructor(wish: HomeWish) {
    this.#wish = wish;
    const random = new SeededRandom(wish.seed);
    const clock = new VirtualClock(wish.from);
    this.#clock = clock;
    this.disk = wish.disk ?? new SimDisk(random.fork("disk"));
    this.#hub = buildHub(
      {
        clock,
        random,
        log: this.log,
        entropy: new SeededEntropy(random.fork(`entropy ${wish.disk === undefined}`)),
        store: new JournalStore(clock, this.log, this.disk),
        network: new SimNetwork(clock, random.fork("network")),
        ble: new SimBle(),
        panel: new SimPanel(),
        wifi: new NoWifi(),
      },
      known,
      hubConfig({ data: "sim", "app-port": "1", "mqtt-port": "2" }),
      { version: "0.0.0", zone: zoneAt(wish.position.longitude) },
    );
  }

  static async open(wish: HomeWish): Promise<ObservedHome> {
    const home = new ObservedHome(wish);
    await home.#start();
    return home;
  }

  /** The lamp that follows the veiled sun, and where it is planted one that follows the true one. */
  get lamps(): readonly LampId[] {
    return this.#hub.lights.list().map(({ id }) => id);
  }

  /** Days pass; the stranger comes by now and then, and hears on MQTT what is said meanwhile. */
  async live(days: number): Promise<void> {
    for (let day = 0; day < days; day++) {
      await this.#liveUntil(this.#clock.monotonic() + Days(1));
      if (day % visitEvery === visitEvery - 1) await this.#visit();
    }
    await this.#visit();
  }

  /** Asks the HTTP door. @param as whom */
  async ask(
    method: string,
    path: string,
    body?: unknown,
    as: "owner" | "stranger" = "owner",
  ): Promise<string> {
    const token = as === "owner" ? this.#owner : this.#stranger;
    const answer = await this.#fetch(
      new Request(`http://127.0.0.1/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    const text = await answer.text();
    if (as === "stranger") this.outlets.api.push(text);
    return text;
  }

  moveTo(position: Position): void {
    const { tolerance } = this.#wish;
    const zone = zoneAt(position.longitude);
    this.#hub.places.set({ position, zone, ...(tolerance === undefined ? {} : { tolerance }) });
  }

  /** Switches a second lamp by the sun of the true place: the leak that the attack has to find. */
  plantTrueSun(): LampId {
    const lamp = this.#addLamp("Planted");
    this.#followTrueSun(lamp);
    return lamp;
  }

  /** What was seen, and what nobody should learn from it. */
  watched(): Watched {
    const seen = new Map(this.lamps.flatMap((lamp) => sightingsOf(this.outlets, lamp)));
    const zone = TimeZone.of(zoneAt(this.#wish.position.longitude));
    const sun = new Sun(this.#wish.position, zone);
    const truth = new Map(
      [...seen].map(
        ([who, sightings]) => [who, sightings.map((sighting) => trueTime(sun, sighting))] as const,
      ),
    );
    return { seen, truth, home: this.#wish.position, decoy: this.decoy() };
  }

  /** Read from the hub's own sealed records, where nobody else can. */
  decoy(): Position {
    const { store, places } = this.#hub;
    const secret = store.collection("veil").get("home");
    const position = places.stated()?.position ?? this.#wish.position;
    return secret === undefined ? position : veiledPosition(position, secret, places.level());
  }

  async close(): Promise<void> {
    await this.#hub.close();
  }

  async #start(): Promise<void> {
    const hub = this.#hub;
    hub.broker.subscribe("lampkeeper/#", ({ topic, payload }) =>
      this.outlets.mqtt.push({ topic, payload: Buffer.from(payload).toString(), at: this.#clock.now() }),
    );
    hub.bus.subscribeAll(() => {
      this.#livelyUntil = this.#clock.monotonic() + livelyFor;
    });
    await hub.start();
    await hub.open();
    hub.places.setLevel(this.#wish.level);
    const { token, secret } = hub.tokens.issueForThisRun();
    this.#owner = bearerText(token.id, secret);
    const resident = hub.tokens.issue({ name: "Stranger", role: "resident" });
    this.#stranger = bearerText(resident.token.id, resident.secret);
    if (this.#wish.disk === undefined) this.#moveIn();
    for (const { id } of hub.inventory.devices()) if (isId("lamp", id)) this.#plugIn(id);
    await this.#catchUp();
  }

  #fetch(request: Request): Promise<Response> {
    return answered(this.#hub.handle, request, "local");
  }

  #moveIn(): void {
    this.moveTo(this.#wish.position);
    const lamp = this.#addLamp("Porch");
    for (const [event, on] of [
      ["sunset", true],
      ["sunrise", false],
    ] as const) {
      this.#hub.schedules.add({
        name: `Porch at ${event}`,
        enabled: true,
        triggers: [
          { kind: "daily", at: { kind: "sun", event, offset: 0, polar: { kind: "none" } }, days: {} },
        ],
        conditions: [],
        actions: [{ kind: "light", target: lamp, command: { on } }],
        catchUp: { kind: "now" },
      });
    }
  }

  #addLamp(name: string): LampId {
    const { id } = this.#hub.inventory.addDevice({ profile: "lampkeeper/dimmable-bulb", name });
    this.#plugIn(id as LampId);
    return id as LampId;
  }

  /** A lamp that does as it is told. */
  #plugIn(lamp: LampId): void {
    const device = this.#hub.inventory.device(lamp);
    const grant = device && this.#hub.grantOfDevice(device);
    if (device === undefined || grant === undefined) return;
    const topic = (what: string): string => `device/${device.address}/${what}`;
    let shown: object = { on: false, brightness: 100 };
    const session = this.#hub.broker.attach(grant, {
      onMessage: ({ payload }) => {
        const { id, effect: _, transition: __, ...asked } = JSON.parse(Buffer.from(payload).toString());
        shown = { ...shown, ...asked };
        this.#clock.after(answersAfter, () => {
          session.publish(topic("state"), JSON.stringify({ ...shown, id }), { retain: true });
        });
      },
    });
    session.subscribe(topic("command"));
    session.publish(topic("availability"), "online", { retain: true });
  }

  #followTrueSun(lamp: LampId): void {
    const now = this.#clock.now();
    const sun = this.#hub.places.statedSun();
    const events = [sun?.next("sunrise", now), sun?.next("sunset", now)].flatMap((event) => event ?? []);
    const [next] = events.sort((a, b) => a.at - b.at);
    if (next === undefined) return;
    this.#clock.after(Millis(next.at - now), () => {
      this.#hub.lights.command(lamp, { on: next.kind === "sunset" }, { kind: "rule" });
      this.#followTrueSun(lamp);
    });
  }

  /** Most of a year nothing happens, and then nobody needs a turn: it passes many times as fast. */
  async #liveUntil(end: number): Promise<void> {
    const clock = this.#clock;
    for (let due = clock.nextDue(); due !== undefined && due <= end; due = clock.nextDue()) {
      clock.advanceSync(Millis(due - clock.monotonic()));
      if (due <= this.#livelyUntil) await settle();
      else if (due % checkUpEvery === 0) await settle(1);
    }
    clock.advanceSync(Millis(end - clock.monotonic()));
  }

  async #visit(): Promise<void> {
    for (const lamp of this.lamps) await this.ask("GET", `/lights/${lamp}/why`, undefined, "stranger");
    for (const path of ["/place", "/sun", "/devices"]) await this.ask("GET", path, undefined, "stranger");
    await this.#catchUp();
  }

  /** Reads what the stream has said since the last visit: the hub remembers some thousand events for whoever comes back. */
  async #catchUp(): Promise<void> {
    const headers = { authorization: `Bearer ${this.#stranger}`, "last-event-id": this.#lastEventId };
    const { body } = await this.#fetch(new Request("http://127.0.0.1/api/v1/events", { headers }));
    const reader = body?.getReader();
    let isOpen = true;
    const listen = async (): Promise<void> => {
      for (
        let piece = await reader?.read();
        isOpen && piece?.value !== undefined;
        piece = await reader?.read()
      ) {
        this.outlets.events.push(Buffer.from(piece.value).toString());
      }
    };
    const heard = listen();
    await settle();
    isOpen = false;
    await reader?.cancel();
    await heard;
    const ids = [
      ...this.outlets.events
        .slice(-visitPieces)
        .join("")
        .matchAll(/^id: (.+)$/gm),
    ];
    this.#lastEventId = ids.at(-1)?.[1] ?? this.#lastEventId;
  }
}

/** Within two hours: no level moves an event so far. */
const searchWithin = 2 * 3_600_000;

/** When the sun really did what was seen. */
const trueTime = (sun: Sun, { kind, at }: Sighting): number =>
  sun.next(kind, Instant(at - searchWithin))?.at ?? Number.NaN;
