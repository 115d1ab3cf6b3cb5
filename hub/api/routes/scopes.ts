import { type ScopeSwitches, scopeParts } from "../../domain/device-scope.ts";
import { isoText } from "../../domain/instant-text.ts";
import type { ScopeView } from "../../rights/device-scope-service.ts";
import type { Shape } from "../contract.ts";
import type { Handlers } from "../handler.ts";
import type { Services } from "../traits.ts";

type ScopeRoutes = "readDeviceTerms" | "readDeviceScope" | "setDeviceScope";

export const scopeHandlers = ({ privacy: { scopes } }: Services): Handlers<ScopeRoutes> => {
  return {
    readDeviceTerms: ({ query }) => scopes.termsOf(query.profile),
    readDeviceScope: ({ id }) => scopeJson(scopes.view(id)),
    setDeviceScope: ({ id, body: { answer, ...switches } }) => {
      if (answer !== undefined) scopes.answer(id, answer);
      const wanted = wantedOf(switches);
      return scopeJson(Object.keys(wanted).length > 0 ? scopes.set(id, wanted) : scopes.view(id));
    },
  };
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
