import type { Shape } from "../../../hub/api/contract.ts";
import { scopeParts } from "../../../hub/domain/device-scope.ts";
import { usageError } from "../cli-error.ts";
import { findOne } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Options } from "../settings.ts";

type Scope = Shape<"DeviceScope">;

const whatParts = {
  state: "whether its newest state is kept and shown",
  events: "whether its changes are told and set off rules",
  history: "whether what it did is kept for the question why",
  sharing: "whether it is shown on MQTT, to Home Assistant and to programs of developers",
  assistants: "whether linked assistants may see and command it",
} as const;

const changeOf = (options: Options): Shape<"ScopeChange"> => {
  const { accept, decline } = options;
  if (accept === true && decline === true) throw usageError("say --accept or --decline");
  const answer = accept === true ? "accepted" : decline === true ? "declined" : undefined;
  const switches = Object.fromEntries(
    scopeParts.flatMap((part) => {
      const word = options[part];
      if (word === undefined) return [];
      if (word !== "on" && word !== "off") throw usageError(`--${part} takes on or off`);
      return [[part, word === "on"]];
    }),
  );
  return { ...switches, ...(answer === undefined ? {} : { answer }) };
};

const scopeText = (name: string, scope: Scope): string =>
  [
    name,
    ...scopeParts.map((part) => `  ${part.padEnd(11)}${scope[part] ? "on " : "off"}  ${whatParts[part]}`),
    `  terms      ${scope.answer ?? "not answered"}`,
    ...(scope.terms?.stores.map((stored) => `  it keeps   ${stored}`) ?? []),
    ...(scope.terms === undefined ? [] : [`  it forgets ${scope.terms.forgets}`]),
  ].join("\n");

export const deviceScopeCommand: CommandDefinition = {
  path: "device scope",
  summary: "What may be done with what a device says, what it keeps itself, and the answer to its terms",
  details: "What is switched off is dropped from then on, and what was kept of it is gone.",
  args: [{ name: "device", help: "id or name of a device", completes: "device" }],
  options: [
    ...scopeParts.map((part) => ({ name: part, value: "ON|OFF", help: whatParts[part] })),
    { name: "accept", help: "accept its terms" },
    { name: "decline", help: "decline its terms: it is used in this home alone" },
  ],
  examples: ["lampkeeper device scope Hall", "lampkeeper device scope Door --history off --sharing off"],
  run: async (context, [word = ""], options) => {
    const hub = context.hub();
    const { id, name } = findOne("device", word, (await hub.call("listDevices")).data);
    const body = changeOf(options);
    if (context.dryRun) return { data: body, text: `${name} would be set so` };
    const scope = await (Object.keys(body).length === 0
      ? hub.call("readDeviceScope", { id })
      : hub.call("setDeviceScope", { id, body }));
    return { data: scope, text: scopeText(name, scope) };
  },
};
