import type { PowerOnBehaviour } from "../../../hub/domain/light.ts";
import type { Glow } from "../glow.ts";
import type { LampDialect, SimLamp, Telling } from "../sim-lamp.ts";
import { asBoolean, asNumber, asNumbers, asText, asWords, round, type Words, wordsOf } from "./words.ts";

export type ShellyComponent = "Switch" | "Light" | "CCT" | "RGB" | "RGBCCT";

/**
 * Shelly Gen2+: JSON-RPC on <address>/rpc, answered on <src>/rpc, changes notified on <address>/events/rpc with the
 * changed fields only. Levels in percent, whites in kelvin, colours as bytes.
 */
export const shelly = (component: ShellyComponent): LampDialect => {
  const key = `${component.toLowerCase()}:0`;
  return {
    full: 100,
    will: (address) => ({ topic: `${address}/online`, payload: "false" }),
    publishes: (address) => [
      `${address}/online`,
      `${address}/events/rpc`,
      `${address}/status/${key}`,
      `${address}/hub/rpc`,
    ],
    subscribes: (address) => [`${address}/rpc`, `${address}/command`],
    hear: (lamp, topic, payload) => {
      if (topic === `${lamp.address}/rpc`) serve(lamp, component, key, wordsOf(payload));
      else if (payload === "status_update") publishStatus(lamp, component, key);
    },
    greet: (lamp) => {
      lamp.publish(`${lamp.address}/online`, "true", true);
      notify(lamp, key, status(lamp, component));
    },
    tell: (lamp, why) => tell(lamp, component, key, why),
    meter: (lamp) => notify(lamp, key, metered(lamp)),
  };
};

const serve = (lamp: SimLamp, component: ShellyComponent, key: string, asked: Words | undefined): void => {
  const method = asText(asked?.["method"]);
  if (asked === undefined || method === undefined) return;
  const params = asWords(asked["params"]) ?? {};
  switch (method) {
    case `${component}.Set`:
      set(lamp, component, key, params, (result) => answer(lamp, asked, { result }));
      break;
    case `${component}.Toggle`:
      set(lamp, component, key, { on: !lamp.goal.on }, (result) => answer(lamp, asked, { result }));
      break;
    case `${component}.SetConfig`:
      answer(lamp, asked, configured(lamp, asWords(params["config"])));
      break;
    case `${component}.GetStatus`:
      answer(lamp, asked, { result: status(lamp, component) });
      break;
    case "Shelly.FactoryReset":
      answer(lamp, asked, { result: null });
      lamp.wipe(new Uint8Array(0));
      lamp.leave();
      break;
    case "Shelly.GetStatus":
      answer(lamp, asked, { result: { [key]: status(lamp, component) } });
      break;
    default:
      answer(lamp, asked, { error: { code: 404, message: `No handler for ${method}` } });
      break;
  }
};

/** Nobody to answer to without a source that makes a topic. */
const answer = (lamp: SimLamp, asked: Words, outcome: object): void => {
  const to = asText(asked["src"]);
  // An answer to any other name would lie on a topic that is not its own, and cost it its link.
  if (to !== `${lamp.address}/hub`) return;
  lamp.publish(`${to}/rpc`, JSON.stringify({ id: asked["id"], src: lamp.address, dst: to, ...outcome }));
};

const set = (
  lamp: SimLamp,
  component: ShellyComponent,
  key: string,
  params: Words,
  done: (result: unknown) => void,
): void => {
  const before = lamp.goal;
  const seconds = asNumber(params["transition_duration"]);
  const change = {
    on: asBoolean(params["on"]),
    level: asNumber(params["brightness"]),
    temperature: params["mode"] === "rgb" ? undefined : asNumber(params["ct"]),
    color: params["mode"] === "cct" ? undefined : asNumbers(params["rgb"], 3),
  };
  lamp.set(change, seconds === undefined ? lamp.model.fadeMs : Math.max(500, seconds * 1_000));
  done(component === "Switch" ? { was_on: before.on } : null);
  const after = status(lamp, component);
  const fresh = differing(statusOf(lamp, component, before), after);
  if (Object.keys(fresh).length > 0) notify(lamp, key, { id: 0, ...fresh, source: "MQTT" });
};

const initialStates: Readonly<Record<string, PowerOnBehaviour>> = {
  on: "on",
  off: "off",
  restore_last: "previous",
};

const configured = (lamp: SimLamp, config: Words | undefined): object => {
  const asked = config?.["initial_state"];
  const behaviour = initialStates[asText(asked) ?? ""];
  if (asked !== undefined && behaviour === undefined) {
    return { error: { code: -103, message: "Invalid argument 'initial_state'!" } };
  }
  lamp.powerOn = behaviour ?? lamp.powerOn;
  return { result: { restart_required: false } };
};

const differing = (before: object, after: object): object => {
  const old = new Map(Object.entries(before).map(([name, value]) => [name, JSON.stringify(value)]));
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => old.get(name) !== JSON.stringify(value)),
  );
};

const statusOf = (lamp: SimLamp, component: ShellyComponent, glow: Glow): object => {
  const { on, level, mode, temperature, color } = glow;
  const hasWhite = component === "CCT" || component === "RGBCCT";
  const hasColor = component === "RGB" || component === "RGBCCT";
  return {
    id: 0,
    output: on !== lamp.lies,
    ...(component === "Switch" ? {} : { brightness: round(level) }),
    ...(component === "RGBCCT" ? { mode: mode === "color" ? "rgb" : "cct" } : {}),
    ...(hasWhite ? { ct: round(temperature) } : {}),
    ...(hasColor ? { rgb: color.map((each) => round(each)) } : {}),
  };
};

const metered = (lamp: SimLamp): object =>
  lamp.model.load === undefined
    ? {}
    : { apower: round(lamp.power, 1), aenergy: { total: round(lamp.energy * 1_000, 3) } };

const status = (lamp: SimLamp, component: ShellyComponent): object => ({
  ...statusOf(lamp, component, lamp.isFading ? lamp.glow : lamp.goal),
  ...metered(lamp),
});

const notify = (lamp: SimLamp, key: string, changes: object): void =>
  lamp.publish(
    `${lamp.address}/events/rpc`,
    JSON.stringify({
      src: lamp.address,
      dst: `${lamp.address}/events`,
      method: "NotifyStatus",
      params: { ts: 0, [key]: changes },
    }),
  );

const publishStatus = (lamp: SimLamp, component: ShellyComponent, key: string): void =>
  lamp.publish(`${lamp.address}/status/${key}`, JSON.stringify(status(lamp, component)));

const tell = (lamp: SimLamp, component: ShellyComponent, key: string, why: Telling): void => {
  if (why !== "interim") notify(lamp, key, status(lamp, component));
};
