import { HubClient } from "../../app-sim/client/hub-client.ts";
import { Household } from "../../app-sim/phone/household.ts";
import { profiles } from "../../devices/registry.ts";
import { bearerText } from "../../hub/api/auth.ts";
import { buildHub, type Hub } from "../../hub/compose.ts";
import type { DomainEvent } from "../../hub/domain/event.ts";
import type { PersonId } from "../../hub/domain/ids.ts";
import { Instant } from "../../hub/domain/units.ts";
import { hubConfig } from "../../hub/options.ts";
import { JournalStore } from "../../hub/platform/sim/journal-store.ts";
import { MemoryLog } from "../../hub/platform/sim/memory-log.ts";
import { NoWifi } from "../../hub/platform/sim/no-wifi.ts";
import { SeededEntropy } from "../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { SimBle } from "../../hub/platform/sim/sim-ble.ts";
import { SimDisk } from "../../hub/platform/sim/sim-disk.ts";
import { SimNetwork } from "../../hub/platform/sim/sim-network.ts";
import { SimPanel } from "../../hub/platform/sim/sim-panel.ts";
import { VirtualClock } from "../../hub/platform/sim/virtual-clock.ts";
import { answered } from "../../hub/platform/sim/web-fetch.ts";
import type { BleCentral } from "../../hub/ports/ble.ts";

/** A hub with people and their phones, in a world where every byte that is written, logged, told or sent is kept. */
export class PeopledHub {
  readonly clock: VirtualClock;
  readonly log = new MemoryLog(100_000);
  readonly disk: SimDisk;
  readonly hub: Hub;
  readonly events: DomainEvent[] = [];
  /** What programs on MQTT were told. */
  readonly published: string[] = [];
  /** What phones and their owner sent, byte by byte. */
  readonly sent: string[] = [];
  readonly client: HubClient;
  readonly household: Household;
  readonly #owner: ReturnType<Hub["tokens"]["issueForThisRun"]>;

  private constructor(now: string, isClockTrusted: boolean, ble: BleCentral) {
    this.clock = new VirtualClock(Instant(Date.parse(now)));
    if (!isClockTrusted) this.clock.setTrust({ level: "unknown" });
    const random = new SeededRandom(11);
    this.disk = new SimDisk(random.fork("disk"));
    this.hub = buildHub(
      {
        clock: this.clock,
        random,
        log: this.log,
        entropy: new SeededEntropy(random.fork("entropy")),
        store: new JournalStore(this.clock, this.log, this.disk),
        network: new SimNetwork(this.clock, random.fork("network")),
        ble,
        panel: new SimPanel(),
        wifi: new NoWifi(),
      },
      new Map(profiles.map((profile) => [profile.id, profile])),
      hubConfig({ data: "sim", "app-port": "1", "mqtt-port": "2", "log-level": "debug" }),
      { version: "0.0.0" },
    );
    this.hub.bus.subscribeAll((event) => this.events.push(event));
    this.hub.broker.subscribe("#", ({ topic, payload }) =>
      this.published.push(`${topic} ${Buffer.from(payload)}`),
    );
    this.#owner = this.hub.tokens.issueForThisRun();
    const { token, secret } = this.#owner;
    this.client = new HubClient({
      url: "http://localhost/api/v1",
      token: bearerText(token.id, secret),
      fetch: async (request) => {
        this.sent.push(Buffer.from(await request.clone().arrayBuffer()).toString("latin1"));
        return await answered(this.hub.handle, request, "local");
      },
    });
    this.household = new Household(this.clock, random.fork("people"), this.client);
  }

  /** @param now UTC */
  static async open(
    now: string,
    people: number,
    isClockTrusted = true,
    ble: BleCentral = new SimBle(),
  ): Promise<PeopledHub> {
    const home = new PeopledHub(now, isClockTrusted, ble);
    await home.hub.start();
    await home.hub.open();
    await home.household.moveIn(people);
    return home;
  }

  person(name: string): PersonId {
    const found = this.hub.people.list().find((each) => each.name === name);
    if (found === undefined) throw new RangeError("nobody of that name");
    return found.id;
  }

  /** One request of whoever owns the home. @param base before the path */
  async request(method: string, path: string, body?: object, base = "/api/v1"): Promise<Response> {
    const { token, secret } = this.#owner;
    const init = { method, headers: { authorization: `Bearer ${bearerText(token.id, secret)}` } };
    const json = { ...init.headers, "content-type": "application/json" };
    const request =
      body === undefined
        ? new Request(`http://localhost${base}${path}`, init)
        : new Request(`http://localhost${base}${path}`, {
            method,
            headers: json,
            body: JSON.stringify(body),
          });
    return await answered(this.hub.handle, request, "local");
  }

  async close(): Promise<void> {
    this.household.close();
    await this.hub.close();
  }
}
