import type { ExternalBroker } from "../broker/external-broker.ts";
import { addressedTopic } from "../domain/frame.ts";
import type { Profile } from "../domain/profile.ts";
import type { WipeOutcome } from "../domain/reset.ts";
import { Seconds } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { LeavingHome } from "./leaving-home.ts";

const atMost = Seconds(15);

/** Every topic on which the owner's own broker may hold something that came of this home. */
export const topicsOf = (
  { hub, announced, devices }: LeavingHome,
  base: string,
  profiles: ReadonlyMap<string, Profile>,
  outcomes: Readonly<Record<string, WipeOutcome>>,
): readonly string[] => [
  `${base}/bridge/state`,
  ...devices.flatMap(({ id }) => [`${base}/${id}`, `${base}/${id}/availability`]),
  ...(announced
    ? [hub, ...devices.map(({ id }) => id)].map((id) => `homeassistant/device/${id}/config`)
    : []),
  // One that keeps its home there goes on saying what it says.
  ...devices
    .filter(({ id, via }) => via === "owner" && outcomes[id] === "confirmed")
    .flatMap(({ profile, address }) => {
      const link = profiles.get(profile)?.link;
      return link?.kind === "mqtt" ? link.publishes.map((topic) => addressedTopic(topic, address)) : [];
    }),
];

/**
 * Takes back what was retained, and looks whether it is gone: a broker gives what it holds to whoever subscribes.
 * @param mark a topic of ours; what is said there last comes back last
 * @returns whether nothing is left
 */
export const sweepRetained = async (
  clock: Clock,
  broker: ExternalBroker,
  topics: readonly string[],
  mark: string,
): Promise<boolean> => {
  if (!(await isConnected(clock, broker))) return false;
  const left = new Set<string>();
  const isSeen = within(clock, (resolve) => {
    for (const topic of topics) broker.publish(topic, "", { retain: true, qos: 1 });
    for (const topic of topics) {
      broker.subscribe(topic, ({ retain, payload }) => {
        if (retain && payload.length > 0) left.add(topic);
      });
    }
    broker.subscribe(mark, resolve);
    broker.publish(mark, "done", { qos: 1 });
  });
  return (await isSeen) && left.size === 0;
};

const isConnected = async (clock: Clock, broker: ExternalBroker): Promise<boolean> =>
  broker.isConnected ||
  (await within(clock, (resolve) => {
    broker.onConnection((connected) => {
      if (connected) resolve();
    });
  }));

/** Whether it came to that in time. */
const within = async (clock: Clock, begin: (resolve: () => void) => void): Promise<boolean> => {
  let end: Timer | undefined;
  const isInTime = await new Promise<boolean>((resolve) => {
    end = clock.after(atMost, () => resolve(false));
    begin(() => resolve(true));
  });
  end?.cancel();
  return isInTime;
};
