import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { InsideClient } from "../../app-sim/client/inside-client.ts";
import { profiles } from "../../devices/registry.ts";
import { bearerText } from "../../hub/api/auth.ts";
import { buildHub, type Hub } from "../../hub/compose.ts";
import type { LampId, PersonId } from "../../hub/domain/ids.ts";
import { Instant } from "../../hub/domain/units.ts";
import { hubConfig } from "../../hub/options.ts";
import { NodeNetwork } from "../../hub/platform/node/network.ts";
import { JournalStore } from "../../hub/platform/sim/journal-store.ts";
import { MemoryLog } from "../../hub/platform/sim/memory-log.ts";
import { NoWifi } from "../../hub/platform/sim/no-wifi.ts";
import { SeededEntropy } from "../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { SimBle } from "../../hub/platform/sim/sim-ble.ts";
import { SimDisk } from "../../hub/platform/sim/sim-disk.ts";
import { SimPanel } from "../../hub/platform/sim/sim-panel.ts";
import { VirtualClock } from "../../hub/platform/sim/virtual-clock.ts";
import { answered, answeredPlainly } from "../../hub/platform/sim/web-fetch.ts";
import type { Endpoint } from "../../hub/ports/network.ts";
import { signIn } from "./signing-in.ts";

const known = new Map(profiles.map((profile) => [profile.id, profile]));

/** Whoever has signed in for a token. */
export interface Visitor {
  readonly person: PersonId;
  readonly client: InsideClient;
  readonly mqtt: { readonly username: string; readonly password: string };
}

interface Sent {
  readonly token?: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** A hub with two lamps, on a disk that outlives it, whose broker listens on a real socket. */
export class AccountHub {
  readonly clock: VirtualClock;
  readonly disk: SimDisk;
  readonly hub: Hub;
  readonly owner: InsideClient;
  readonly ownerToken: string;
  readonly #clients: MqttClient[] = [];
  #mqtt: Endpoint | undefined;

  private constructor(run: number, clock: VirtualClock, disk: SimDisk, version: string) {
    this.clock = clock;
    this.disk = disk;
    const random = new SeededRandom(run);
    const log = new MemoryLog();
    const platform = {
      clock,
      random,
      log,
      entropy: new SeededEntropy(random.fork("entropy")),
      store: new JournalStore(clock, log, disk),
      network: new NodeNetwork(clock),
      ble: new SimBle(),
      panel: new SimPanel(),
      wifi: new NoWifi(),
    };
    this.hub = buildHub(platform, known, hubConfig({ "app-port": "0", "mqtt-port": "0" }), {
      version,
    });
    const { token, secret } = this.hub.tokens.issueForThisRun();
    this.ownerToken = bearerText(token.id, secret);
    this.owner = this.as(this.ownerToken);
  }

  /** @param before whose home this is; it was closed. @param version of the software */
  static async open(before?: AccountHub, version = "0.0.0"): Promise<AccountHub> {
    const clock = before?.clock ?? new VirtualClock(Instant(Date.UTC(2026, 10, 27)));
    const disk = before?.disk ?? new SimDisk(new SeededRandom(1));
    const opened = new AccountHub(before === undefined ? 1 : 2, clock, disk, version);
    opened.#mqtt = await opened.hub.start();
    await opened.hub.open();
    return opened;
  }

  as(token: string): InsideClient {
    return new InsideClient((request) => answeredPlainly(this.hub.handle, request, "local"), token);
  }

  /** What a route answers that is no JSON, or takes bytes piece by piece. @param token absent: the owner's */
  async fetch(method: string, path: string, { token = this.ownerToken, body }: Sent = {}): Promise<Response> {
    const type = typeof body === "string" ? "application/json" : "application/octet-stream";
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": type }),
    };
    const request = new Request(`http://localhost/api/v1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    return await answered(this.hub.handle, request, "local");
  }

  async addLamp(name: string): Promise<LampId> {
    const lamp = { name, profile: "lampkeeper/dimmable-bulb", room: null };
    return (await this.owner.call("addDevice", { body: lamp })).id as LampId;
  }

  async signIn(name: string, password: string, code = ""): Promise<Visitor> {
    const asked = { bytes: signIn(name, password, code), query: { as: "token" } } as const;
    const { token = "", mqtt: login, person } = await this.owner.call("signIn", asked);
    if (login === undefined) throw new RangeError("no token was given");
    return { person: person as PersonId, client: this.as(token), mqtt: login };
  }

  /** @throws when the broker refuses */
  async connect(visitor: Pick<Visitor, "mqtt">, options: IClientOptions = {}): Promise<MqttClient> {
    const { host = "", port = 0 } = this.#mqtt ?? {};
    const client = mqtt.connect({
      host,
      port,
      ...visitor.mqtt,
      reconnectPeriod: 0,
      keepalive: 0,
      ...options,
    });
    this.#clients.push(client);
    client.on("error", () => undefined);
    await new Promise<void>((done, fail) => {
      client.once("connect", () => done());
      client.once("error", fail);
      client.once("close", () => fail(new RangeError("closed before it was let in")));
    });
    return client;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.end(true);
    await this.hub.close();
  }
}
