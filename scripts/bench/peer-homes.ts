import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freshFolder } from "./hub.ts";
import type { HttpCommands, HubTarget } from "./loads/job.ts";
import { answers, freePort, peerModule, peersFolder } from "./peers.ts";
import { startUntil } from "./process.ts";

/** Other programs that keep lamps, each with the same lamps inside. */
export interface PeerHome {
  readonly target: HubTarget;
  stop(): Promise<void>;
}

const lampNames = (count: number): string[] => Array.from({ length: count }, (_, index) => `b${index}`);

const answerFunction = `const { state, brightness } = msg.payload;
const lamp = msg.topic.split("/")[1];
flow.set(lamp, { state, brightness });
return { topic: "bulb/" + lamp + "/state", payload: JSON.stringify({ state, brightness }) };`;

const lampNodes = (name: string, filter: string) => {
  const id = `n-${name}`;
  const broker = "client";
  return [
    {
      id: `${id}-in`,
      type: "mqtt in",
      z: "tab",
      topic: filter,
      qos: "0",
      datatype: "json",
      broker,
      inputs: 0,
      wires: [[`${id}-lamp`]],
    },
    {
      id: `${id}-lamp`,
      type: "function",
      z: "tab",
      func: answerFunction,
      outputs: 1,
      wires: [[`${id}-out`]],
    },
    { id: `${id}-out`, type: "mqtt out", z: "tab", topic: "", qos: "0", retain: "", broker, wires: [] },
  ];
};

const flowOf = (port: number, lamps: readonly string[], isShared: boolean) => [
  { id: "tab", type: "tab", label: "lamps" },
  {
    id: "broker",
    type: "aedes broker",
    z: "tab",
    mqtt_port: port,
    mqtt_ws_bind: "port",
    mqtt_ws_port: "",
    wires: [[], []],
  },
  {
    id: "client",
    type: "mqtt-broker",
    broker: "127.0.0.1",
    port,
    clientid: "flow",
    autoConnect: true,
    protocolVersion: 4,
    keepalive: 60,
    cleansession: true,
  },
  ...(isShared
    ? lampNodes("all", "bulb/+/set")
    : lamps.flatMap((lamp) => lampNodes(lamp, `bulb/${lamp}/set`))),
];

/** Node-RED with its aedes broker. `isShared`: one flow for all lamps; otherwise, as people build it, one for each. */
export const startNodeRed = async (count: number, isShared: boolean): Promise<PeerHome> => {
  const program = join(peerModule("node-red"), "red.js");
  peerModule("node-red-contrib-aedes");
  const folder = freshFolder();
  const [port, uiPort] = [await freePort(), await freePort()];
  const lamps = lampNames(count);
  symlinkSync(join(peersFolder, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "flows.json"), JSON.stringify(flowOf(port, lamps, isShared)));
  const settings = {
    uiPort,
    uiHost: "127.0.0.1",
    flowFile: "flows.json",
    credentialSecret: false,
    httpAdminRoot: false,
    telemetry: { enabled: false, updateNotification: false },
    logging: { console: { level: "off" } },
  };
  writeFileSync(join(folder, "settings.js"), `module.exports = ${JSON.stringify(settings)};\n`);
  const running = await startUntil(process.execPath, [program, "--userDir", folder], () => answers(port), {
    pauseMs: 100,
    isQuiet: true,
  });
  // Its own client has to come in and subscribe before it can answer.
  await new Promise((resolve) => setTimeout(resolve, isShared ? 2_000 : 5_000));
  return {
    target: { pid: running.pid, port, login: { clientId: "bench" }, lamps, api: "", token: "" },
    stop: async () => {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const pin = "031-45-154";

const plugin = `module.exports = (api) => {
  const { Service, Characteristic } = api.hap;
  class Bulb {
    constructor(name) {
      this.name = name;
      this.state = { on: false, brightness: 0 };
    }
    getServices() {
      const bulb = new Service.Lightbulb(this.name);
      bulb.getCharacteristic(Characteristic.On).onSet((value) => { this.state.on = value; });
      bulb.getCharacteristic(Characteristic.Brightness).onSet((value) => { this.state.brightness = value; });
      return [bulb];
    }
  }
  class Bulbs {
    constructor(log, config) { this.count = config.count; }
    accessories(done) { done(Array.from({ length: this.count }, (_, index) => new Bulb("bulb " + index))); }
  }
  api.registerPlatform("Bulbs", Bulbs);
};
`;

interface Accessories {
  readonly accessories: readonly {
    readonly aid: number;
    readonly services: readonly {
      readonly characteristics: readonly { readonly iid: number; readonly type: string }[];
    }[];
  }[];
}

/** HomeKit's type of "Brightness", short form. */
const brightnessType = "8";

const requestsOf = ({ accessories }: Accessories, url: string): HttpCommands["requests"] =>
  accessories.flatMap(({ aid, services }) =>
    services
      .flatMap(({ characteristics }) => characteristics)
      .filter(({ type }) => type === brightnessType)
      .map(({ iid }) => ({ url, body: `{"characteristics":[{"aid":${aid},"iid":${iid},"value":{level}}]}` })),
  );

export interface HttpHome {
  readonly pid: number;
  readonly requests: HttpCommands["requests"];
  readonly headers: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const stopFolder = (running: { stop(): Promise<void> }, folder: string) => async (): Promise<void> => {
  await running.stop();
  rmSync(folder, { recursive: true, force: true });
};

/** Homebridge with a platform of lamps that do nothing but remember; commanded as HomeKit does, without its encryption. */
export const startHomebridge = async (count: number): Promise<HttpHome> => {
  const program = join(peerModule("homebridge"), "bin", "homebridge");
  const folder = freshFolder();
  const pluginFolder = join(folder, "homebridge-bulbs");
  mkdirSync(pluginFolder);
  const manifest = {
    name: "homebridge-bulbs",
    version: "1.0.0",
    main: "index.js",
    keywords: ["homebridge-plugin"],
    engines: { homebridge: ">=1.0.0" },
  };
  writeFileSync(join(pluginFolder, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(pluginFolder, "index.js"), plugin);
  const port = await freePort();
  const config = {
    bridge: { name: "bench", username: "0E:11:22:33:44:55", port, pin, bind: ["lo"] },
    platforms: [{ platform: "Bulbs", count }],
  };
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  const options = ["-I", "-Q", "-U", folder, "-P", pluginFolder, "--strict-plugin-resolution"];
  const running = await startUntil(process.execPath, [program, ...options], () => answers(port), {
    pauseMs: 100,
    isQuiet: true,
  });
  const stop = stopFolder(running, folder);
  const headers = { authorization: pin };
  const base = `http://127.0.0.1:${port}`;
  try {
    const answer = await fetch(`${base}/accessories`, { headers });
    if (!answer.ok) throw new Error(`Homebridge answered with ${answer.status}`);
    const requests = requestsOf((await answer.json()) as Accessories, `${base}/characteristics`);
    if (requests.length !== count) throw new Error(`Homebridge has ${requests.length} of ${count} lamps`);
    return { pid: running.pid, requests, headers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
