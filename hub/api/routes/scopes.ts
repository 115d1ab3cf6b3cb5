import { type Caller, scopesOfRole } from "../../domain/access.ts";
import { type ScopeSwitches, scopeParts } from "../../domain/device-scope.ts";
import { NotAuthorised } from "../../domain/errors.ts";
import { isId } from "../../domain/ids.ts";
import { isoText } from "../../domain/instant-text.ts";
import type { ScopeView } from "../../rights/device-scope-service.ts";
import { authorise } from "../auth.ts";
import { type Route, type RouteName, routes, type Shape } from "../contract.ts";
import { maySee } from "../device-sight.ts";
import type { Handlers } from "../handler.ts";
import type { Services } from "../traits.ts";
import { lampsOf } from "./home.ts";

type ScopeRoutes = "readDeviceTerms" | "readDeviceScope" | "setDeviceScope" | "previewAccess";

export const scopeHandlers = (services: Services): Handlers<ScopeRoutes> => {
  const { privacy, home } = services;
  const { scopes } = privacy;
  return {
    readDeviceTerms: ({ query }) => scopes.termsOf(query.profile),
    readDeviceScope: ({ id }) => scopeJson(scopes.view(id)),
    previewAccess: ({ body }) => {
      const caller = callerOf(body);
      const seen = home.devices().filter(({ id }) => maySee(services, caller, id));
      const asks = (name: RouteName) => mayAsk(caller, routes[name]);
      const lamps = seen.flatMap(({ id }) =>
        isId("lamp", id) && (caller.lamps?.has(id) ?? true) ? [id] : [],
      );
      return {
        role: body.role,
        lamps: asks("listLights") ? lamps : [],
        devices: asks("listDevices") ? seen.map(({ id }) => id) : [],
        people: asks("listPeople"),
        may: (Object.keys(routes) as RouteName[])
          .filter((name) => asks(name) && !("sim" in routes[name]))
          .map((name) => ({
            method: routes[name].method,
            path: routes[name].path,
            what: routes[name].summary,
          })),
      };
    },
    setDeviceScope: ({ id, body: { answer, ...switches } }) => {
      if (answer !== undefined) scopes.answer(id, answer);
      const wanted = wantedOf(switches);
      return scopeJson(Object.keys(wanted).length > 0 ? scopes.set(id, wanted) : scopes.view(id));
    },
  };
};

/** As they would come in. */
const callerOf = ({ role, scopes = [], lamps }: Shape<"AccessQuery">): Caller => ({
  id: "t-aaaaaaaaaaaa" as Caller["id"],
  role,
  scopes: new Set(role === "developer" ? scopes : scopesOfRole[role]),
  ...(role === "guest" ? { lamps: new Set(lampsOf(lamps ?? [])) } : {}),
});

/** By the very check that guards the route. */
const mayAsk = (caller: Caller, route: Route): boolean => {
  try {
    authorise(caller, route, undefined);
    return true;
  } catch (error) {
    if (error instanceof NotAuthorised) return false;
    throw error;
  }
};

const wantedOf = (switches: Omit<Shape<"ScopeChange">, "answer">): Partial<ScopeSwitches> =>
  Object.fromEntries(
    scopeParts.flatMap((part) => (switches[part] === undefined ? [] : [[part, switches[part]]])),
  );

const scopeJson = ({ device, switches, decided, ...rest }: ScopeView): Shape<"DeviceScope"> => ({
  device,
  ...switches,
  ...rest,
  ...(decided === undefined ? {} : { decided: isoText(decided) }),
});
