import { keepNewest } from "../../../hub/domain/few.ts";
import type { PowerOnBehaviour } from "../../../hub/domain/light.ts";
import type { Glow, GlowChange } from "../glow.ts";
import type { LampDialect, SimLamp, Telling } from "../sim-lamp.ts";
import { asBoolean, asNumber, asNumbers, asText, round, type Words, wordIn, wordsOf } from "./words.ts";

const topic = (address: string, leaf: string): string => `device/${address}/${leaf}`;

/** Lampkeeper's own dialect (docs/native-dialect.md): percent, mireds, xy; a command is applied as a whole. */
export const native: LampDialect = {
  full: 100,
  interimMs: 500,
  will: (address) => ({ topic: topic(address, "availability"), payload: "offline" }),
  publishes: (address) => [topic(address, "state"), topic(address, "availability")],
  subscribes: (address) => [topic(address, "command")],
  hearsGroup: (group) => [`device/group/${group}/command`],
  hear: (lamp, _topic, payload) => {
    const asked = wordsOf(payload);
    if (asked === undefined) return;
    const { light, powerOn, groups, update, wipe } = orderIn(asked);
    if (typeof update === "string") return lamp.takeFirmware(update);
    if (wipe !== undefined) return forget(lamp, asText(wipe) ?? "");
    if (Array.isArray(groups)) join(lamp, groups);
    if (powerOn !== undefined) lamp.powerOn = powerOn;
    if (light !== undefined) lamp.follow(light.change, light.fadeMs, light.id);
    else if (groups === undefined) tell(lamp, "answer");
  },
  greet: (lamp) => {
    // Groups are not in its flash: whoever leads it tells them again.
    lamp.join([]);
    lamp.publish(topic(lamp.address, "availability"), "online", true);
    tell(lamp, "greeting");
    tellFirmware(lamp);
  },
  tellFirmware: (lamp) => tellFirmware(lamp),
  tell: (lamp, why) => tell(lamp, why),
  meter: (lamp) => tell(lamp, "period"),
};

/** What a message asks. */
interface Order {
  /** Absent: nothing of its light. */
  readonly light:
    | { readonly change: GlowChange; readonly fadeMs: number; readonly id: string | undefined }
    | undefined;
  readonly powerOn: PowerOnBehaviour | undefined;
  readonly groups: unknown;
  readonly update: unknown;
  readonly wipe: unknown;
}

let newestOrder: { readonly asked: Words; readonly order: Order } | undefined;

/** Lamps of a group hear the very same, one after the other: the newest is understood once for all of them. */
const orderIn = (asked: Words): Order => {
  if (newestOrder?.asked !== asked) newestOrder = { asked, order: understood(asked) };
  return newestOrder.order;
};

const understood = (asked: Words): Order => {
  const { powerOn, groups, update, wipe } = asked;
  const light = asksForLight(asked) ? lightIn(asked) : undefined;
  return { light, powerOn: wordIn(powerOn, ["on", "off", "previous", "toggle"]), groups, update, wipe };
};

const besidesLight: ReadonlySet<string> = new Set(["powerOn", "groups", "update", "wipe"]);

const asksForLight = (asked: Words): boolean => Object.keys(asked).some((word) => !besidesLight.has(word));

const lightIn = (asked: Words): Order["light"] => ({
  change: {
    on: asBoolean(asked["on"]),
    level: asNumber(asked["brightness"]),
    temperature: asNumber(asked["mireds"]),
    color: asNumbers(asked["xy"], 2),
    effect: asText(asked["effect"]),
  },
  fadeMs: Math.min(asNumber(asked["transition"]) ?? 0, 600_000),
  id: asText(asked["id"])?.slice(0, 64),
});

/** It erases its flash, proves that by what it reads back, and is nobody's lamp any more. */
const forget = (lamp: SimLamp, nonce: string): void => {
  // Who cannot answer now would have forgotten without a proof.
  if (!lamp.isLinked || !/^[0-9a-f]{32,64}$/.test(nonce)) return;
  const digest = lamp.wipe(Buffer.from(nonce, "hex")).toString("hex");
  lamp.publish(topic(lamp.address, "state"), JSON.stringify({ wiped: { nonce, digest } }));
  lamp.leave();
};

/** It takes what it can hold and says what it took. */
const join = (lamp: SimLamp, asked: readonly unknown[]): void => {
  const names = asked.filter((each) => typeof each === "string" && /^[\w-]{1,64}$/.test(each));
  lamp.join((names as string[]).slice(0, 8));
  lamp.publish(topic(lamp.address, "state"), JSON.stringify({ groups: lamp.groups }));
};

/** A lamp that was never updated says nothing of it. */
const tellFirmware = (lamp: SimLamp): void => {
  const words = lamp.firmware;
  if (words !== undefined) lamp.publish(topic(lamp.address, "state"), JSON.stringify(words));
};

const tell = (lamp: SimLamp, _why: Telling): void => {
  const isItsOwn = lamp.model.load !== undefined || lamp.signal !== undefined;
  const said = isItsOwn ? stateOf(lamp, lamp.glow) : sharedStateOf(lamp);
  lamp.publish(topic(lamp.address, "state"), said);
};

/** Of the newest command. */
let newest: {
  readonly id: string | undefined;
  readonly states: { readonly glow: Glow; readonly lies: boolean; readonly said: string }[];
} = { id: undefined, states: [] };

/** Lamps with one glow that follow one command say the very same. */
const sharedStateOf = (lamp: SimLamp): string => {
  const { glow, following: id, lies } = lamp;
  if (newest.id !== id) newest = { id, states: [] };
  const { states } = newest;
  for (const each of states) if (each.glow === glow && each.lies === lies) return each.said;
  const said = stateOf(lamp, glow);
  keepNewest(states, { glow, lies, said });
  return said;
};

const stateOf = (lamp: SimLamp, { on, level, mode, temperature, color, effect }: Glow): string =>
  JSON.stringify({
    on: on !== lamp.lies,
    brightness: round(level, 2),
    mireds: mode === "white" ? round(temperature, 2) : undefined,
    xy: mode === "color" ? [round(color[0] ?? 0, 4), round(color[1] ?? 0, 4)] : undefined,
    effect: effect === "" ? undefined : effect,
    id: lamp.following,
    signal: lamp.signal,
    power: lamp.model.load && round(lamp.power, 1),
    energy: lamp.model.load && round(lamp.energy, 4),
  });
