import { type Caller, developerActions } from "../../domain/access.ts";
import { type Developer, type DeveloperCall, everyDevice } from "../../domain/developer.ts";
import { Conflict, InvalidInput, NotFound } from "../../domain/errors.ts";
import type { Device } from "../../domain/home.ts";
import { type DeveloperId, isDeviceId, isId, type LampId } from "../../domain/ids.ts";
import { isoText } from "../../domain/instant-text.ts";
import { roleTerms } from "../../domain/role-terms.ts";
import { toSeconds } from "../../domain/units.ts";
import type { Wish } from "../../people/developer-service.ts";
import type { Shape } from "../contract.ts";
import { type Handlers, present } from "../handler.ts";
import { commandOf, isoOrNull, stateJson } from "../home-json.ts";
import type { Services } from "../traits.ts";
import { secretsOf } from "./access.ts";

type DeveloperRoutes =
  | "readDeveloperTerms"
  | "applyDeveloper"
  | "challengeDeveloper"
  | "enterDeveloper"
  | "readOwnDeveloper"
  | "askResource"
  | "listDeveloperDevices"
  | "readDeveloperLamp"
  | "commandDeveloperLamp"
  | "listDevelopers"
  | "listDeveloperCalls"
  | "decideResource"
  | "removeDeveloper";

export const developerHandlers = (services: Services): Handlers<DeveloperRoutes> => {
  const { lights, home, deviceUpdates, privacy } = services;
  const { developers, developerLog } = privacy.members;
  const lampOf = (id: LampId): Shape<"DeveloperLamp"> => {
    const light = lights.get(id);
    if (light === undefined) throw new NotFound("no such lamp");
    const { reachable, desired, reported } = light;
    return {
      id,
      reachable,
      desired: stateJson(desired),
      reported: reported === null ? null : stateJson(reported),
    };
  };
  /** Model and version; what its people call it stays with them. */
  const deviceOf = (caller: Caller, { id, kind, profile }: Device): Shape<"DeveloperDevice"> => {
    const { version } = deviceUpdates.status(id) ?? {};
    const actions = developerActions.filter((action) => caller.developer?.may(action, id));
    return { id, kind, model: profile, ...(version === undefined ? {} : { version }), actions };
  };
  return {
    readDeveloperTerms: () => roleTerms.developer,
    applyDeveloper: ({ body }) => developerJson(developers.apply(body)),
    challengeDeveloper: ({ body }) => {
      const { challenge, expiresIn } = developers.challenge(developerIdOf(body.id));
      return { challenge, expiresIn: toSeconds(expiresIn) };
    },
    enterDeveloper: ({ body: { id, challenge, signature } }) => {
      const issued = developers.enter(developerIdOf(id), challenge, signature);
      return { ...secretsOf(issued), expires: isoOrNull(issued.token.expires) };
    },
    readOwnDeveloper: ({ caller }) => developerJson(developers.need(programOf(caller).id)),
    askResource: ({ body, caller }) => developerJson(developers.ask(programOf(caller).id, wishOf(body))),
    listDeveloperDevices: ({ caller }) => {
      const { may } = programOf(caller);
      const known = home.devices().filter(({ id }) => may("list", id));
      return { data: known.map((device) => deviceOf(present(caller), device)) };
    },
    readDeveloperLamp: ({ id, caller }) => {
      developers.assertMay(programOf(caller).id, "read", id);
      return lampOf(id);
    },
    commandDeveloperLamp: ({ id, body, caller }) => {
      developers.assertMay(programOf(caller).id, "command", id);
      lights.command(id, commandOf(body), { kind: "api", actor: present(caller).id });
      return lampOf(id);
    },
    listDevelopers: () => ({ data: developers.list().map(developerJson) }),
    listDeveloperCalls: ({ id }) => {
      developers.need(id);
      return { data: developerLog.of(id).map(callJson) };
    },
    decideResource: ({ id, body }) =>
      developerJson(developers.decide(id, wishOf(body), body.decision, body.reason)),
    removeDeveloper: ({ id }) => {
      developers.remove(id);
      return undefined;
    },
  };
};

/** @throws Conflict: whoever may do everything is no program */
const programOf = (caller: Caller | undefined) => {
  const { developer } = present(caller);
  if (developer === undefined) throw new Conflict("this is for programs that have shown their key");
  return developer;
};

/** @throws NotFound */
const developerIdOf = (id: string): DeveloperId => {
  if (!isId("developer", id)) throw new NotFound("no such program");
  return id;
};

/** @throws InvalidInput */
const wishOf = ({ device, action }: Shape<"DeveloperWish">): Wish => {
  if (device !== everyDevice && !isDeviceId(device))
    throw new InvalidInput("not the id of a device, nor `all`", { path: "device" });
  return { device, action };
};

const developerJson = ({ id, label, publicKey, created, resources }: Developer): Shape<"Developer"> => ({
  id,
  label,
  publicKey,
  created: isoText(created),
  resources: resources.map(({ since, ...rest }) => ({ ...rest, since: isoText(since) })),
});

const callJson = ({ at, route, outcome, address }: DeveloperCall): Shape<"DeveloperCall"> => ({
  at: isoText(at),
  route,
  outcome,
  address,
});
