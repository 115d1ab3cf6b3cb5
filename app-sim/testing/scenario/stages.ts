import type { Shape } from "../../../hub/api/contract.ts";
import { HubClient } from "../../client/hub-client.ts";
import type { HubOptions } from "../hub-options.ts";
import { startHub } from "../start-hub.ts";
import { type BrokerAddress, BrokerListener } from "./broker-listener.ts";
import { type Scenario, stepKinds } from "./scenario-schema.ts";
import type { Stage, StageEvent } from "./stage.ts";

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Steps that need ears at the broker; they are opened first, so that nothing is missed. */
const needsBroker = (scenario: Scenario): boolean =>
  scenario.steps.some((step) =>
    stepKinds.some((kind) => /mqtt|publish/.test(kind) && step[kind] !== undefined),
  );

/** A fresh home in this process, on a manual clock: the same every time. */
export const freshStage = async (scenario: Scenario): Promise<Stage> => {
  const { bulbs, sensors, people, seed, place, zone } = scenario.home ?? {};
  const options: HubOptions = {
    ...(bulbs === undefined ? {} : { bulbs }),
    ...(sensors === undefined ? {} : { sensors }),
    ...(people === undefined ? {} : { people }),
    ...(seed === undefined ? {} : { seed }),
    ...(place === undefined ? {} : { place }),
    ...(zone === undefined ? {} : { zone }),
    ...(scenario.clock === undefined ? {} : { clock: scenario.clock }),
  };
  const hub = await startHub(options);
  const broker = new BrokerListener({ url: hub.mqttUrl, ...hub.mqtt, base: "lampkeeper" });
  // Sockets are real where a client listens: its messages need a moment of ours.
  const isReal = needsBroker(scenario);
  if (isReal) await broker.open();
  return {
    api: hub.api,
    events: () => hub.lastEvents(Infinity),
    messages: () => broker.heard(),
    publish: async (topic, payload) => {
      await broker.publish(topic, payload);
      await pause(1);
    },
    egress: () => hub.egress.list(),
    pass: async (ms) => {
      if (isReal) await pause(1);
      await hub.clock.advance(ms);
    },
    close: async () => {
      await broker.close();
      await hub.close();
    },
  };
};

/** A home that runs elsewhere, by its API and broker, as a stranger would. Its own clock sets the pace. */
export const runningStage = async (
  api: { readonly url: string; readonly token: string },
  mqtt: BrokerAddress,
  scenario: Scenario,
): Promise<Stage> => {
  const client = new HubClient(api);
  const clock = await client.call("readSimClock");
  const events: StageEvent[] = [];
  const ended = new AbortController();
  const start = performance.now();
  const live = Promise.withResolvers<void>();
  const following = follow(client, ended.signal, live.resolve, (event) =>
    events.push({ t: Math.round((performance.now() - start) * clock.speed), ...event }),
  );
  await Promise.race([live.promise, following]);
  const broker = new BrokerListener(mqtt);
  if (needsBroker(scenario)) await broker.open();
  return {
    api: client,
    events: () => events,
    messages: () => broker.heard(),
    publish: (topic, payload) => broker.publish(topic, payload),
    egress: () => undefined,
    pass: async (ms) => {
      if (clock.paused) await client.call("advanceSimClock", { body: { seconds: ms / 1_000 } });
      await pause(clock.paused ? 1 : ms / clock.speed);
    },
    close: async () => {
      ended.abort();
      await broker.close();
      await following;
    },
  };
};

const follow = async (
  client: HubClient,
  signal: AbortSignal,
  live: () => void,
  add: (event: Shape<"Event">) => void,
): Promise<void> => {
  for await (const { data } of client.events({ signal, onConnection: live })) add(data);
};
