import type { Caller } from "../../domain/access.ts";
import type { CauseSource } from "../../domain/cause.ts";
import { NotFound, TimedOut } from "../../domain/errors.ts";
import type { LampId } from "../../domain/ids.ts";
import { Seconds } from "../../domain/units.ts";
import type { CommandOutcome } from "../../lights/applied-alike.ts";
import type { LightView } from "../../lights/lamp.ts";
import { byName } from "../by-name.ts";
import type { Shape } from "../contract.ts";
import { maySee } from "../device-sight.ts";
import { Superseded } from "../errors.ts";
import { rulesOfLamp } from "../explanation-json.ts";
import { type Call, type Handlers, present } from "../handler.ts";
import { commandOf, lightJson, outcomeJson, whyJson, withoutReasons } from "../home-json.ts";
import type { Lights, Services } from "../traits.ts";
import { deviceChangeOf } from "./devices.ts";

const patience = 5;

type LightRoutes =
  | "listLights"
  | "getLight"
  | "changeLight"
  | "setLight"
  | "explainLight"
  | "setRoom"
  | "setZone"
  | "setGroup";

export const lightHandlers = (services: Services): Handlers<LightRoutes> => {
  const { lights, home, circadian } = services;
  const { scopes } = services.privacy;
  const shown = (light: LightView, caller?: Caller) => {
    const json = lightJson(light, circadian.stateOf(light.id));
    const seen = scopes.allows(light.id, "state") ? json : withoutState(json);
    return caller?.lamps === undefined ? seen : withoutReasons(seen);
  };
  return {
    listLights: ({ caller }) => ({
      data: byName(lights.list())
        .filter(({ id }) => caller?.lamps?.has(id) ?? true)
        .filter(({ id }) => maySee(services, present(caller), id))
        .map((light) => shown(light, caller)),
    }),
    getLight: ({ id, caller }) => shown(existing(lights, id), caller),
    changeLight: ({ id, body }) => {
      home.changeDevice(id, deviceChangeOf(body));
      return shown(existing(lights, id));
    },
    setLight: async ({ id, body, query, caller, session }) => {
      const { command, lamps } = lights.command(id, commandOf(body), sourceOf(caller, session));
      await followed(lights, { command, lamps }, query);
      const clamped = lamps.find(({ lamp }) => lamp === id)?.clamped ?? [];
      return { ...shown(existing(lights, id), caller), command, clamped };
    },
    explainLight: ({ id, caller }) =>
      caller?.lamps === undefined
        ? whyJson(lights.why(id), rulesOfLamp(services, id, caller))
        : plainWhy(whyJson(lights.why(id), [])),
    setRoom: (call) => setMany(lights, call),
    setZone: (call) => setMany(lights, call),
    setGroup: (call) => setMany(lights, call),
  };
};

/** What a home does by itself, and why it did not, is not a guest's business. */
const plainWhy = (why: Shape<"Why">): Shape<"Why"> => ({
  ...withoutReasons(why),
  entries: why.entries.filter(({ notRun }) => notRun === undefined).map(withoutReasons),
});

const setMany = async (
  lights: Lights,
  { id, body, query, caller, session }: Call<"setRoom" | "setZone" | "setGroup">,
): Promise<Shape<"CommandOutcome">> => {
  const outcome = lights.command(id, commandOf(body), sourceOf(caller, session));
  await followed(lights, outcome, query);
  return outcomeJson(outcome);
};

/** What it shows is out of its scope; what it was asked for is the home's own. */
const withoutState = ({ power: _, energy: __, ...light }: Shape<"Light">): Shape<"Light"> => ({
  ...light,
  reported: null,
});

/** Whoever holds a browser's session is a person at the app; a token is a program. */
export const sourceOf = (caller: Caller | undefined, session: string | undefined): CauseSource => ({
  kind: session === undefined ? "api" : "person",
  actor: present(caller).id,
});

const existing = (lights: Lights, id: LampId): LightView => {
  const light = lights.get(id);
  if (light === undefined) throw new NotFound("no such lamp");
  return light;
};

/** Waits until every lamp has confirmed, when the caller asked to. @throws TimedOut, Superseded */
const followed = async (lights: Lights, outcome: CommandOutcome, query: Shape<"Wait">): Promise<void> => {
  if (query.wait === undefined) return;
  const timeout = Seconds(query.timeout ?? patience);
  const waits = outcome.lamps.map(({ lamp }) => lights.settled(outcome.command, lamp, timeout));
  // Of one lamp alone, which is nearly every command, nothing needs to be gathered.
  const ends = waits.length === 1 ? [await waits[0]] : await Promise.all(waits);
  const late = ends.filter((end) => end === "timeout").length;
  if (late > 0) throw new TimedOut("accepted, but not confirmed in time", { lamps: late });
  if (ends.includes("superseded"))
    throw new Superseded("another command came before the lamp confirmed this one");
};
