import type { EventOf, HubEvent } from "../model/shapes.ts";
import { remember } from "./happenings.ts";
import { home } from "./home.ts";
import { tell } from "./notices.ts";

const troubles: Readonly<Record<string, string>> = {
  unreachable: "does not answer; it gets the command when it is back",
  rejected: "refused the command",
  unpaired: "has to be paired: remove it, put it into its pairing mode and add it again",
  "rate-limited": "got too many commands at once",
};

type Changes = { readonly [Kind in HubEvent["kind"]]?: (event: EventOf<Kind>) => void };

/** What each of the hub's events (CONTRACT 2, `GET /events`) changes on the page. */
const changes: Changes = {
  "light.desired-changed": ({ lamp, desired, cause }) => {
    home.changeLight(lamp, { desired, cause });
    remember({ lamp, cause, state: desired });
  },
  "light.reported": ({ lamp, reported, settled }) => {
    home.changeLight(lamp, { reported });
    const model = home.lamp(lamp);
    if (model) model.settled.value = settled;
  },
  "light.taken-over": ({ lamp, brightness, color }) =>
    home.changeLight(lamp, { circadian: { brightness, color } }),
  "light.not-run": ({ lamp, cause, reason }) => {
    remember({ lamp, cause, notRun: reason });
    const trouble = troubles[reason];
    if (trouble) tell(`${home.lamp(lamp)?.light.peek().name ?? "A lamp"} ${trouble}.`, "danger", reason);
  },
  "device.availability-changed": ({ device, online }) => {
    home.changeLight(device, { reachable: online });
    home.changeSensor(device, () => ({ reachable: online }));
  },
  "sensor.reported": ({ sensor, reading, at }) =>
    home.changeSensor(sensor, (before) => ({ reading: { ...before.reading, ...reading }, readAt: at })),
  "device.metered": ({ device, power, energy }) =>
    home.changeLight(device, {
      ...(power === undefined ? {} : { power }),
      ...(energy === undefined ? {} : { energy }),
    }),
};

/** Brings the home on the page up to date with one event; kinds that change nothing here are passed over. */
export const applyEvent = (event: HubEvent): void => {
  const change = changes[event.kind] as ((event: HubEvent) => void) | undefined;
  change?.(event);
};
