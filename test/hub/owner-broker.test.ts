import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { OwnerBroker, ownerBus } from "../../hub/owner-broker.ts";
import { NodeNetwork } from "../../hub/platform/node/network.ts";
import { SystemClock } from "../../hub/platform/node/system-clock.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { scratch } from "../support/hub-process.ts";
import { MosquittoSubscriber, mosquittoPublish } from "../support/mosquitto-clients.ts";
import { requireProgram } from "../support/programs.ts";
import { House } from "./api/house.ts";

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
};

/** Mosquitto of Debian on a port of its own: no code of it is ours. */
class Mosquitto {
  readonly port: number;
  readonly #file: string;
  #child: ChildProcess | undefined;

  constructor(port: number, folder: string) {
    this.port = port;
    this.#file = join(folder, "mosquitto.conf");
    writeFileSync(this.#file, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
  }

  /** Resolves when it says that it is running. */
  async start(): Promise<void> {
    const child = spawn(requireProgram("mosquitto"), ["-c", this.#file], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#child = child;
    let said = "";
    for await (const chunk of child.stderr.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
      said += chunk;
      if (said.includes("running")) break;
    }
    child.stderr.resume();
  }

  async stop(): Promise<void> {
    if (this.#child?.kill()) await once(this.#child, "exit");
  }
}

let folder: ReturnType<typeof scratch>;
let house: House;
let mosquitto: Mosquitto;
let door: OwnerBroker;
let openDoor: (homeAssistant: boolean) => void;
let known: boolean;
const announced = {
  get: () => known,
  set: (is: boolean) => {
    known = is;
  },
};
let login: { url: string; username: string; password: string; base: string };

beforeEach(async () => {
  known = false;
  folder = scratch();
  house = new House();
  mosquitto = new Mosquitto(await freePort(), folder.path);
  await mosquitto.start();
  const { log, bus, lights, sensors, inventory } = house;
  const world = { clock: new SystemClock(), random: new SeededRandom(1), network: new NodeNetwork() };
  const hub = { id: "5b8af21a5d2226ba", version: "1.2.3", base: "lampkeeper" };
  const doorWith = (homeAssistant: boolean) =>
    new OwnerBroker(
      world,
      log,
      bus,
      ownerBus(world, log, { host: "127.0.0.1", port: mosquitto.port, tls: false }, {}, hub),
      { lights, sensors, home: inventory },
      { ...hub, homeAssistant, announced },
    );
  openDoor = (homeAssistant) => {
    door = doorWith(homeAssistant);
    door.start();
  };
  openDoor(true);
  login = {
    url: `mqtt://127.0.0.1:${mosquitto.port}`,
    username: "anyone",
    password: "any",
    base: "lampkeeper",
  };
});
afterEach(async () => {
  await door.close();
  await mosquitto.stop();
  house.close();
  folder[Symbol.dispose]();
});

test("the home is on the owner's broker: states, commands and Home Assistant's discovery", async () => {
  using home = new MosquittoSubscriber(login, "#");
  const discovered = await home.until(({ topic }) => topic === `homeassistant/device/${house.lamp}/config`);
  expect(JSON.parse(discovered.payload)).toMatchObject({
    dev: { name: "Sink" },
    cmps: { light: { schema: "json" } },
  });
  await home.until(({ payload, topic }) => topic === "lampkeeper/bridge/state" && payload.includes("online"));
  await mosquittoPublish(login, `lampkeeper/${house.lamp}/set`, '{"state":"ON","brightness":100}');
  const state = await home.until(({ topic }) => topic === `lampkeeper/${house.lamp}`);
  expect(state.payload).toBe('{"state":"ON","brightness":100}');
  // A broker of somebody else's does not tell who published.
  expect(house.lights.get(house.lamp)?.cause).toMatchObject({ kind: "mqtt" });
  expect(house.lights.get(house.lamp)?.cause).not.toHaveProperty("actor");
});

test("a broker that comes back with nothing retained is told everything again", async () => {
  await mosquittoPublish(login, `lampkeeper/${house.lamp}/set`, "ON");
  await mosquitto.stop();
  await mosquitto.start();
  using home = new MosquittoSubscriber(login, "#");
  await home.until(({ topic }) => topic === `homeassistant/device/${house.sensor}/config`);
  await home.until(({ topic }) => topic === `lampkeeper/${house.sensor}`);
  expect(home.heard.length).toBeGreaterThan(6);
});

test("switched off, Home Assistant is told to forget, once", async () => {
  const config = `homeassistant/device/${house.lamp}/config`;
  using before = new MosquittoSubscriber(login, config);
  await before.until(({ payload }) => payload !== "");
  expect(known).toBe(true);
  await door.close();
  openDoor(false);
  await before.until(({ payload }) => payload === "");
  expect(known).toBe(false);
});

test("at the end the hub says that it is gone", async () => {
  using home = new MosquittoSubscriber(login, "lampkeeper/bridge/state");
  await home.until(({ payload }) => payload.includes("online"));
  await door.close();
  expect((await home.until(({ payload }) => payload.includes("offline"))).payload).toBe(
    '{"state":"offline"}',
  );
});
