import {
  lightPayload,
  type Parsed,
  parseObject,
  parseSet,
  type Refusal,
  sensorPayload,
} from "../../codec/mqtt-json.ts";
import { type DeviceScopes, unlimited } from "../../domain/device-scope.ts";
import { HubError } from "../../domain/errors.ts";
import type { EventBus } from "../../domain/event.ts";
import type { LightTargetId } from "../../domain/home.ts";
import { type DeviceId, isDeviceId, isId, type LampId, type SensorId } from "../../domain/ids.ts";
import type { LightState } from "../../domain/light.ts";
import type { SensorReading } from "../../domain/sensor.ts";
import type { Inventory } from "../../inventory/inventory.ts";
import type { SensorService } from "../../inventory/sensor-service.ts";
import type { LightView, Metered } from "../../lights/lamp.ts";
import type { LightService } from "../../lights/light-service.ts";
import type { Log } from "../../ports/log.ts";
import { BridgeRequests, type RequestHome } from "./requests.ts";
import { availability, bridgeState, kept, type TopicMessage, type Topics } from "./topics.ts";

/** The rooms behind this door; filled by the roof. */
export interface NorthboundRooms {
  /** Notes who asked for what is changed; absent: nobody does. */
  readonly acting?: { by<Result>(actor: { readonly id: string }, act: () => Result): Result };
  readonly lights: Pick<LightService, "list" | "get" | "metered" | "command">;
  readonly sensors: Pick<SensorService, "list" | "get">;
  readonly home: RequestHome & Pick<Inventory, "members">;
  /** Absent: every device may be shown. */
  readonly scopes?: DeviceScopes;
}

/**
 * The home on MQTT, in the manner of Zigbee2MQTT: state and availability retained, commands on `<id>/set`, requests on
 * `bridge/request`. Topics hold ids, never names. One instance per broker.
 */
export class NorthboundMqtt {
  readonly #log: Log;
  readonly #bus: EventBus;
  readonly #topics: Topics;
  readonly #rooms: NorthboundRooms;
  readonly #base: string;
  readonly #scopes: DeviceScopes;
  readonly #requests: BridgeRequests;
  readonly #refusals = new Map<string, number>();
  #commands = 0;
  /** The newest of each product, or nearly so: what many lamps show as one is one state. */
  readonly #written = new Map<LightState, string>();
  #newest: { readonly state: LightState; readonly payload: string } | undefined;
  #ends: (() => void)[] = [];

  /** @param base first level of every topic */
  constructor(log: Log, bus: EventBus, topics: Topics, rooms: NorthboundRooms, base: string) {
    this.#log = log;
    this.#bus = bus;
    this.#topics = topics;
    this.#rooms = rooms;
    this.#base = base;
    this.#scopes = rooms.scopes ?? unlimited;
    this.#requests = new BridgeRequests(rooms.home);
  }

  start(): void {
    this.#ends = [
      this.#topics.subscribe(`${this.#base}/+/set`, (message) => this.#set(message)),
      this.#topics.subscribe(`${this.#base}/+/get`, (message) => this.#get(message)),
      this.#topics.subscribe(`${this.#base}/bridge/request/#`, (message) => this.#request(message)),
      ...this.#follow(),
    ];
    this.announce();
  }

  close(): void {
    for (const end of this.#ends) end();
    this.#ends = [];
    this.#topics.publish(bridgeState(this.#base), availability(false), kept);
  }

  /** Says everything anew: at the start, and when a connection to an outside broker was lost. */
  announce(): void {
    this.#topics.publish(bridgeState(this.#base), availability(true), kept);
    for (const light of this.#rooms.lights.list()) this.#announceLight(light);
    for (const { id } of this.#rooms.sensors.list()) this.#announceSensor(id);
  }

  /** Commands taken, and messages refused by code, since the start. */
  counts(): { readonly commands: number; readonly refused: ReadonlyMap<string, number> } {
    return { commands: this.#commands, refused: this.#refusals };
  }

  #follow(): (() => void)[] {
    return [
      this.#bus.subscribe("light.reported", ({ lamp, reported, settled }) => {
        // What a lamp shows on its way is nobody's command; it would bounce every slider.
        if (settled) this.#publishLight(lamp, reported);
      }),
      this.#bus.subscribe("light.not-run", ({ lamp }) => this.#publishLight(lamp)),
      this.#bus.subscribe("device.metered", ({ device }) => {
        if (isId("lamp", device)) this.#publishLight(device);
      }),
      this.#bus.subscribe("sensor.reported", ({ sensor, reading }) => this.#publishReading(sensor, reading)),
      this.#bus.subscribe("device.availability-changed", ({ device, online }) =>
        this.#publishAvailability(device, online),
      ),
      this.#scopes.onChange((device) => this.#deviceCameOrWent(device, this.#mayTell(device))),
      this.#bus.subscribe("home.changed", ({ what, id, change }) => {
        if (what === "device" && change !== "changed") this.#deviceCameOrWent(id, change === "added");
      }),
    ];
  }

  /** Whoever reads here reads along as things happen. */
  #mayTell(id: DeviceId): boolean {
    return this.#scopes.allows(id, "sharing") && this.#scopes.allows(id, "events");
  }

  #publishAvailability(id: DeviceId, online: boolean): void {
    if (this.#mayTell(id))
      this.#topics.publish(`${this.#base}/${id}/availability`, availability(online), kept);
  }

  #deviceCameOrWent(id: string, came: boolean): void {
    if (!came) {
      // An empty retained message takes the old one away.
      this.#topics.publish(`${this.#base}/${id}`, "", kept);
      this.#topics.publish(`${this.#base}/${id}/availability`, "", kept);
      return;
    }
    const light = isId("lamp", id) ? this.#rooms.lights.get(id) : undefined;
    if (light !== undefined) this.#announceLight(light);
    else if (isId("sensor", id)) this.#announceSensor(id);
  }

  #announceLight(light: LightView): void {
    this.#publishAvailability(light.id, light.reachable);
    if (!this.#scopes.allows(light.id, "state")) this.#topics.publish(`${this.#base}/${light.id}`, "", kept);
    else if (light.reported !== null) this.#publishLight(light.id);
  }

  #announceSensor(id: SensorId): void {
    const sensor = this.#rooms.sensors.get(id);
    if (sensor === undefined) return;
    this.#publishAvailability(id, sensor.reachable);
    if (sensor.at !== null) this.#publishState(id, sensorPayload(sensor.reading));
    else if (!this.#scopes.allows(id, "state")) this.#topics.publish(`${this.#base}/${id}`, "", kept);
  }

  #publishLight(id: LampId, reported = this.#rooms.lights.get(id)?.reported ?? null): void {
    if (!this.#mayTell(id) || !this.#scopes.allows(id, "state")) return;
    const metered = this.#rooms.lights.metered(id);
    if (metered !== undefined && reported !== null)
      this.#topics.publish(`${this.#base}/${id}`, this.#payloadOf(reported, metered), kept);
  }

  /** What many lamps of a product show as one is one state, and written once. */
  #payloadOf(state: LightState, metered: Metered): string {
    const { power, energy } = metered;
    if (power !== undefined || energy !== undefined) return JSON.stringify(lightPayload(state, metered));
    if (this.#newest?.state !== state) this.#newest = { state, payload: this.#writtenFor(state) };
    return this.#newest.payload;
  }

  #writtenFor(state: LightState): string {
    const known = this.#written.get(state);
    if (known !== undefined) return known;
    const payload = JSON.stringify(lightPayload(state));
    if (this.#written.size === mostWritten) this.#written.clear();
    this.#written.set(state, payload);
    return payload;
  }

  #publishReading(id: SensorId, reading: SensorReading): void {
    if (!this.#mayTell(id)) return;
    const known = this.#rooms.sensors.get(id)?.reading ?? {};
    const { action, ...change } = reading;
    if (Object.keys(change).length > 0) this.#publishState(id, sensorPayload({ ...known, ...change }));
    // Not retained: whoever comes later must not take an old press for a new one.
    if (action !== undefined) {
      this.#topics.publish(`${this.#base}/${id}`, JSON.stringify({ ...sensorPayload(known), action }));
    }
  }

  #publishState(id: SensorId, state: object): void {
    if (this.#mayTell(id)) this.#topics.publish(`${this.#base}/${id}`, JSON.stringify(state), kept);
  }

  #set(message: TopicMessage): void {
    const id = this.#idIn(message.topic);
    const refusal = this.#command(id, message);
    if (refusal === undefined) this.#commands++;
    else this.#refuse(id, refusal);
  }

  #command(id: string, { payload, retain, from }: TopicMessage): Refused | undefined {
    // A retained command would come true again with every reconnection.
    if (retain) return { code: "invalid_input", message: "commands are not retained" };
    if (!isTarget(id)) return unknown;
    const parsed = parseSet(payload);
    if ("refusal" in parsed) return parsed.refusal;
    try {
      const actor = from === undefined || from === "" ? {} : { actor: from };
      this.#rooms.lights.command(id, parsed.value, { kind: "mqtt", ...actor });
      return undefined;
    } catch (error) {
      return this.#refusalOf(error);
    }
  }

  #get({ topic }: TopicMessage): void {
    const id = this.#idIn(topic);
    if (isId("lamp", id) && this.#rooms.lights.get(id) !== undefined) this.#publishLight(id);
    else if (isId("sensor", id) && this.#rooms.sensors.get(id) !== undefined) this.#announceSensor(id);
    else this.#refuse(id, unknown);
  }

  #request({ topic, payload, retain, from }: TopicMessage): void {
    const what = topic.slice(`${this.#base}/bridge/request/`.length);
    if (retain || !requestNames.test(what)) {
      this.#count("invalid_input");
      return;
    }
    const answer = this.#askedBy(from, () => this.#answerTo(what, parseRequest(payload)));
    this.#topics.publish(`${this.#base}/bridge/response/${what}`, JSON.stringify(answer));
  }

  /** Of an owner's own broker nobody knows who it was, and only that it came from there. */
  #askedBy<Result>(from: string | undefined, act: () => Result): Result {
    const { acting } = this.#rooms;
    return acting === undefined ? act() : acting.by({ id: from || "mqtt" }, act);
  }

  #answerTo(what: string, parsed: Parsed<Readonly<Record<string, unknown>>>): BridgeAnswer {
    if ("refusal" in parsed) {
      this.#count(parsed.refusal.code);
      return { status: "error", data: {}, error: parsed.refusal.message };
    }
    const { transaction, ...fields } = parsed.value;
    const echo = typeof transaction === "string" || typeof transaction === "number" ? { transaction } : {};
    try {
      return { status: "ok", data: this.#requests.run(what, fields), ...echo };
    } catch (error) {
      const { code, message } = this.#refusalOf(error);
      this.#count(code);
      return { status: "error", data: {}, error: message, code, ...echo };
    }
  }

  /** Answers on the error topic of what was meant; of what is no id only the count remains. */
  #refuse(id: string, refusal: Refused): void {
    this.#count(refusal.code);
    if (!isTarget(id) && !isDeviceId(id)) return;
    this.#topics.publish(`${this.#base}/${id}/error`, JSON.stringify(refusal));
  }

  /** A stranger's message must not stop the door, whatever it met. */
  #refusalOf(error: unknown): Refused {
    if (error instanceof HubError && error.family !== "bug")
      return { code: error.code, message: error.message };
    const what = error instanceof Error ? error.name : typeof error;
    this.#log.write("error", "mqtt.failed", { what });
    return { code: "internal", message: "the hub failed to do this; its log says where" };
  }

  #count(code: string): void {
    this.#refusals.set(code, (this.#refusals.get(code) ?? 0) + 1);
  }

  #idIn(topic: string): string {
    return topic.slice(this.#base.length + 1, topic.lastIndexOf("/"));
  }
}

/** So many products may take turns. */
const mostWritten = 64;

type Refused = Omit<Refusal, "code"> & { readonly code: string };

interface BridgeAnswer {
  readonly status: "ok" | "error";
  readonly data: object;
  readonly error?: string;
  readonly code?: string;
  readonly transaction?: string | number;
}

/** Names of requests as they may stand in a topic of ours: `device/rename`. */
const requestNames = /^[a-z_]{1,32}(\/[a-z_]{1,32}){0,2}$/;

const unknown: Refused = { code: "not_found", message: "no such lamp, room, zone or group" };

/** Zigbee2MQTT's clients send nothing at all where there is nothing to say. */
const parseRequest = (payload: Uint8Array): Parsed<Readonly<Record<string, unknown>>> =>
  payload.byteLength === 0 ? { value: {} } : parseObject(payload);

const isTarget = (id: string): id is LightTargetId =>
  isId("lamp", id) || isId("room", id) || isId("zone", id) || isId("group", id);
