import type { BodyOf, Shape } from "../../../hub/api/contract.ts";
import { roles, scopes } from "../../../hub/domain/access.ts";
import { type Context, findOne } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import { secondsOf } from "../quantities.ts";
import { oneOf, rightsOptions, roleChoice, wordsOf } from "../rights-options.ts";
import type { Options } from "../settings.ts";
import { lampsOf } from "./target.ts";

type Token = Shape<"Token">;

const tokenArgument = { name: "token", help: "id or name of a token", completes: "token" } as const;

const tokensOf = async (context: Context): Promise<readonly Token[]> =>
  (await context.hub().call("listTokens")).data;

const wantedOf = async (context: Context, name: string, options: Options): Promise<BodyOf<"addToken">> => {
  const { role, lamps, expires } = options;
  const lampWords = wordsOf(lamps);
  const known = lampWords.length === 0 ? [] : await lampsOf(context);
  const wantedScopes = wordsOf(options["scopes"]).map((word) => oneOf(word, "scope", scopes));
  return {
    name,
    ...(typeof role === "string" ? { role: oneOf(role, "role", roles) } : {}),
    ...(wantedScopes.length > 0 ? { scopes: wantedScopes } : {}),
    ...(lampWords.length > 0 ? { lamps: lampWords.map((word) => findOne("lamp", word, known).id) } : {}),
    ...(typeof expires === "string" ? { expiresIn: secondsOf(expires, "--expires") } : {}),
  };
};

const issuedText = ({ id, name, token, mqtt }: Shape<"IssuedToken">): string =>
  [
    `${name} (${id}); its secrets are shown this once`,
    `  token          ${token}`,
    `  MQTT user      ${mqtt.username}`,
    `  MQTT password  ${mqtt.password}`,
  ].join("\n");

export const tokenCommands: readonly CommandDefinition[] = [
  {
    path: "token list",
    summary: "All access tokens, without their secrets",
    examples: ["lampkeeper token list"],
    run: async (context) => {
      const tokens = await tokensOf(context);
      return {
        data: tokens,
        text: {
          columns: ["TOKEN", "ROLE", "SCOPES", "EXPIRES", "ID"],
          rows: tokens.map(({ name, role, scopes, expires, id }) => [
            name,
            role,
            scopes.join(" "),
            expires ?? "never",
            { text: id, dim: true },
          ]),
          empty: "no tokens",
        },
      };
    },
  },
  {
    path: "token create",
    summary: "Issue a token for a program: for the API and for MQTT",
    details: "The secret is shown once. With --out it goes to a file only you can read, and nowhere else.",
    args: [{ name: "name", help: "what it is for" }],
    options: [
      {
        name: "role",
        value: "ROLE",
        help: `one of ${roles.join(", ")} (default developer)`,
        completes: roleChoice,
      },
      ...rightsOptions,
      { name: "expires", value: "TIME", help: "such as 12h or 30d (default: until revoked)" },
      { name: "out", value: "FILE", help: "write the token there (mode 0600)", completes: "file" },
    ],
    examples: [
      "lampkeeper token create dashboard --scopes lights:read --out dashboard.token",
      "lampkeeper token create guest --role guest --lamps Hall,Desk --expires 2d",
    ],
    run: async (context, [name = ""], options) => {
      const wanted = await wantedOf(context, name, options);
      if (context.dryRun) return { data: wanted, text: `${name} would be issued` };
      const issued = await context.hub().call("addToken", { body: wanted });
      const { out } = options;
      if (typeof out !== "string") return { data: issued, text: issuedText(issued) };
      context.writeFile(out, `${issued.token}\n`);
      return {
        data: { id: issued.id, file: out },
        text: `${issued.name} (${issued.id}) is written to ${out}`,
      };
    },
  },
  {
    path: "token link",
    summary: "A link that signs one browser in, once, within ten minutes",
    examples: ["lampkeeper access link"],
    run: async (context) => {
      if (context.dryRun) return { data: {}, text: "a link would be issued" };
      const hub = context.hub();
      const { code, expires } = await hub.call("addSignInCode");
      const link = `${new URL(hub.url).origin}/#code=${code}`;
      return { data: { link, expires }, text: link };
    },
  },
  {
    path: "token show",
    summary: "One token, without its secret",
    args: [tokenArgument],
    examples: ["lampkeeper token show dashboard"],
    run: async (context, [word = ""]) => {
      const token = findOne("token", word, await tokensOf(context));
      const { id, name, role, scopes, created, expires, lamps } = token;
      const lines = [
        name,
        `  id       ${id}`,
        `  role     ${role}`,
        `  scopes   ${scopes.join(" ")}`,
        `  lamps    ${lamps === undefined ? "all" : lamps.join(" ")}`,
        `  created  ${created}`,
        `  expires  ${expires ?? "never"}`,
      ];
      return { data: token, text: lines.join("\n") };
    },
  },
  {
    path: "token rename",
    summary: "Give a token another name",
    args: [tokenArgument, { name: "name", help: "1 to 64 visible characters" }],
    examples: ["lampkeeper token rename dashboard wall"],
    run: async (context, [word = "", name = ""]) => {
      const token = findOne("token", word, await tokensOf(context));
      if (context.dryRun)
        return { data: { id: token.id, name }, text: `${token.name} would be called ${name}` };
      const changed = await context.hub().call("changeToken", { id: token.id, body: { name } });
      return { data: changed, text: `${token.name} is now called ${changed.name}` };
    },
  },
  {
    path: "token revoke",
    summary: "Revoke a token at once, at the API and at the broker",
    args: [tokenArgument],
    examples: ["lampkeeper token revoke dashboard --yes"],
    run: async (context, [word = ""]) => {
      const token = findOne("token", word, await tokensOf(context));
      if (context.dryRun) return { data: { id: token.id }, text: `${token.name} would be revoked` };
      await context.confirm(`Revoke ${token.name}? Programs that use it stop working.`);
      await context.hub().call("removeToken", { id: token.id });
      return { data: { id: token.id }, text: `${token.name} is revoked` };
    },
  },
];
