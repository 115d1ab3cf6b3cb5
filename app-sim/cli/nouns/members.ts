import type { Shape } from "../../../hub/api/contract.ts";
import { ageBands } from "../../../hub/domain/age-rule.ts";
import type { PassId, PersonId } from "../../../hub/domain/ids.ts";
import { type Context, findOne } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import { secondsOf } from "../quantities.ts";
import { oneOf } from "../rights-options.ts";
import type { Options } from "../settings.ts";
import { lampsOf } from "./target.ts";

const personArgument = { name: "person", help: "id or name of a person", completes: "person" } as const;
const expiresOption = {
  name: "expires",
  value: "TIME",
  help: "how long the code is good, such as 12h or 30d (default 1d)",
} as const;

const findPerson = async (context: Context, word: string): Promise<Shape<"Person">> =>
  findOne("person", word, (await context.hub().call("listPeople")).data);

const expiresIn = ({ expires }: Options): number =>
  secondsOf(typeof expires === "string" ? expires : "1d", "--expires");

const issued = async (context: Context, wanted: Shape<"NewPass">): Promise<Result> => {
  if (context.dryRun) return { data: wanted, text: "a code would be drawn" };
  const hub = context.hub();
  const pass = await hub.call("addPass", { body: wanted });
  const link = `${new URL(hub.url).origin}/${pass.fragment}`;
  return { data: { ...pass, link }, text: `${link}\nshown this once; good until ${pass.expires}` };
};

const accessText = ({ role, lights, scenes, people, reads, writes }: Shape<"Access">): string =>
  [
    `as ${role}`,
    `  lamps   ${lights.map(({ name }) => name).join(", ") || "none"}`,
    `  scenes  ${scenes.map(({ name }) => name).join(", ") || "none"}`,
    `  people  ${people ? "sees who lives here and who is at home" : "does not see who lives here"}`,
    `  MQTT    reads ${reads.join(" ") || "nothing"}; writes ${writes.join(" ") || "nothing"}`,
  ].join("\n");

export const memberCommands: readonly CommandDefinition[] = [
  {
    path: "guest invite",
    summary: "A link that lets one guest in, once, under a name of their choice",
    args: [
      { name: "lamps", help: "ids or names of the only lamps they see", variadic: true, completes: "lamp" },
    ],
    options: [
      expiresOption,
      { name: "stays", value: "TIME", help: "how long they stay (default: as long as the code is good)" },
    ],
    examples: ["lampkeeper guest invite Hall Desk --expires 2d"],
    run: async (context, words, options) => {
      const known = await lampsOf(context);
      const lamps = words.map((word) => findOne("lamp", word, known).id);
      const { stays } = options;
      const staysFor = typeof stays === "string" ? { staysFor: secondsOf(stays, "--stays") } : {};
      return issued(context, { kind: "invitation", lamps, expiresIn: expiresIn(options), ...staysFor });
    },
  },
  {
    path: "guest wall",
    summary:
      "A link to hang at the wall: whoever comes by may use these scenes, and nobody asks who they are",
    args: [{ name: "scenes", help: "ids or names of scenes", variadic: true, completes: "scene" }],
    options: [expiresOption],
    examples: ["lampkeeper guest wall Welcome Evening --expires 365d"],
    run: async (context, words, options) => {
      const known = (await context.hub().call("listScenes")).data;
      const scenes = words.map((word) => findOne("scene", word, known).id);
      return issued(context, { kind: "wall", scenes, expiresIn: expiresIn(options) });
    },
  },
  {
    path: "guest list",
    summary: "Codes that let guests in",
    examples: ["lampkeeper guest list"],
    run: async (context) => {
      const { data } = await context.hub().call("listPasses");
      return {
        data,
        text: {
          columns: ["KIND", "FOR", "EXPIRES", "ID"],
          rows: data.map(({ kind, scenes, lamps, expires, id }) => [
            kind,
            [...scenes, ...lamps].join(" "),
            expires,
            { text: id, dim: true },
          ]),
          empty: "no codes",
        },
      };
    },
  },
  {
    path: "guest revoke",
    summary: "Take a code back; whoever came by a pass for the wall is out at once",
    args: [{ name: "code", help: "its id" }],
    examples: ["lampkeeper guest revoke gp-abcdefghijkl --yes"],
    run: async (context, [id = ""]) => {
      if (context.dryRun) return { data: { id }, text: `${id} would be taken back` };
      await context.confirm(`Take ${id} back?`);
      await context.hub().call("removePass", { id: id as PassId });
      return { data: { id }, text: `${id} is taken back` };
    },
  },
  {
    path: "person access",
    summary: "What a person sees and can do",
    args: [personArgument],
    examples: ["lampkeeper person access Visitor"],
    run: async (context, [word = ""]) => {
      const { id } = await findPerson(context, word);
      const access = await context.hub().call("readAccess", { id: id as PersonId });
      return { data: access, text: accessText(access) };
    },
  },
  {
    path: "person grants",
    summary: "Everybody and everything that may do something here; there is no other",
    examples: ["lampkeeper person grants"],
    run: async (context) => {
      const { data } = await context.hub().call("listGrants");
      return {
        data,
        text: {
          columns: ["NAME", "KIND", "ROLE", "SIGNED IN", "EXPIRES", "ID"],
          rows: data.map(({ name, kind, role, signedIn, expires, id }) => [
            name,
            kind,
            role,
            `${signedIn}`,
            expires ?? "never",
            { text: id, dim: true },
          ]),
          empty: "nobody",
        },
      };
    },
  },
  {
    path: "person age",
    summary: "On which side of the age a person is from which nobody needs a guardian; no birthday is asked",
    args: [personArgument, { name: "band", help: "under or of-age", completes: { choices: ageBands } }],
    examples: ["lampkeeper person age Kim under"],
    run: async (context, [word = "", band = ""]) => {
      const { id, name } = await findPerson(context, word);
      const age = oneOf(band, "band", ageBands);
      if (context.dryRun) return { data: { id, age }, text: `${name} would be ${age}` };
      const changed = await context.hub().call("declareAge", { id: id as PersonId, body: { age } });
      const { guardianBelow } = await context.hub().call("readAgeRule");
      const text = age === "under" ? `under ${guardianBelow}: an account needs a guardian` : "of age";
      return { data: changed, text: `${name} is ${text}` };
    },
  },
  {
    path: "person country",
    summary: "In which country the home is, for that age",
    args: [{ name: "country", help: "two capital letters, such as DE" }],
    examples: ["lampkeeper person country DE"],
    run: async (context, [country = ""]) => {
      if (context.dryRun) return { data: { country }, text: `the home would be in ${country}` };
      const rule = await context.hub().call("setCountry", { body: { country } });
      return { data: rule, text: `below ${rule.guardianBelow} an account needs a guardian (${rule.source})` };
    },
  },
  {
    path: "person guardian",
    summary: "Answer for somebody under age: once to offer, then press the hub's button, then with --confirm",
    args: [personArgument],
    options: [
      { name: "confirm", help: "the button was pressed" },
      { name: "withdraw", help: "you do not answer for them any more" },
    ],
    examples: ["lampkeeper person guardian Kim", "lampkeeper person guardian Kim --confirm"],
    run: async (context, [word = ""], { confirm, withdraw }) => {
      const { id, name } = await findPerson(context, word);
      const person = { id: id as PersonId };
      if (context.dryRun) return { data: { id }, text: `you would answer for ${name}` };
      const hub = context.hub();
      if (withdraw === true) {
        await hub.call("withdrawGuardian", person);
        return { data: { id }, text: `you do not answer for ${name} any more` };
      }
      if (confirm === true)
        return { data: await hub.call("confirmGuardian", person), text: `you answer for ${name}` };
      const offer = await hub.call("offerGuardian", person);
      return { data: offer, text: `press the hub's button within ${offer.expiresIn} s, then confirm` };
    },
  },
  {
    path: "person purge",
    summary: "Forget a person, and cancel everything that is scheduled for them, in one act",
    args: [personArgument],
    examples: ["lampkeeper person purge Kim --yes"],
    run: async (context, [word = ""]) => {
      const { id, name } = await findPerson(context, word);
      if (context.dryRun) return { data: { id }, text: `${name} would be forgotten` };
      await context.confirm(`Forget ${name} and everything scheduled for them? It cannot be undone.`);
      const purged = await context.hub().call("purgePerson", { id: id as PersonId });
      return { data: purged, text: `${name} is forgotten; ${purged.rules} rules are gone with them` };
    },
  },
];
