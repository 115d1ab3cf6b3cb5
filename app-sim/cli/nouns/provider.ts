import type { Shape } from "../../../hub/api/contract.ts";
import type { CommandDefinition } from "../definition.ts";

const providerArgument = { name: "provider", help: "name of a provider that was let in" } as const;

const stepText = ({ url, state, scopes, declined }: Shape<"ProviderStep">): string =>
  [
    "asked for:",
    ...scopes.map(({ scope, says }) => `  ${scope}: ${says}`),
    `offered and not asked for: ${declined.join(", ") || "nothing"}`,
    `open   ${url}`,
    `state  ${state}`,
  ].join("\n");

export const providerCommands: readonly CommandDefinition[] = [
  {
    path: "provider list",
    summary: "Accounts of other providers by which you can sign in here, and what is kept of them",
    examples: ["lampkeeper provider list"],
    run: async (context) => {
      const { data } = await context.hub().call("listProviderLinks");
      return {
        data,
        text: {
          columns: ["PROVIDER", "ACCOUNT", "E-MAIL", "SINCE"],
          rows: data.map(({ connector, account, email, since }) => [
            connector,
            account,
            email ?? "not kept",
            since,
          ]),
          empty: "none",
        },
      };
    },
  },
  {
    path: "provider link",
    summary: "Begin to link an account of another provider: what is asked for, and where to go",
    args: [providerArgument],
    options: [{ name: "email", help: "keep the e-mail address as well" }],
    examples: ["lampkeeper provider link sim-accounts --email"],
    run: async (context, [connector = ""], { email }) => {
      if (context.dryRun) return { data: { connector }, text: "a link would be begun" };
      const body = { connector, ...(email === true ? { email: true } : {}) };
      const data = await context.hub().call("beginProviderLink", { body });
      return { data, text: stepText(data) };
    },
  },
  {
    path: "provider finish",
    summary: "Come back from the provider with what it answered",
    args: [
      { name: "state", help: "as provider link showed it" },
      { name: "code", help: "as the provider gave it" },
    ],
    examples: ["lampkeeper provider finish STATE CODE"],
    run: async (context, [state = "", code = ""]) => {
      if (context.dryRun) return { data: {}, text: "the account would be linked" };
      const data = await context.hub().call("finishProviderLink", { body: { state, code } });
      const dropped = data.notKept?.join(", ") ?? "";
      return { data, text: `${data.account} is linked; dropped: ${dropped === "" ? "nothing" : dropped}` };
    },
  },
  {
    path: "provider unlink",
    summary: "Forget every account of another provider",
    examples: ["lampkeeper provider unlink"],
    run: async (context) => {
      if (context.dryRun) return { data: {}, text: "they would be forgotten" };
      await context.hub().call("removeProviderLinks");
      return { data: {}, text: "forgotten" };
    },
  },
];
