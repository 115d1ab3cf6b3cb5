import type { Shape } from "../../../hub/api/contract.ts";
import { proofBytes, signInBytes } from "../../client/sign-in-bytes.ts";
import { usageError } from "../cli-error.ts";
import { type Context, findOne } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import { fileOption, secretOf } from "../secret-options.ts";
import { type Options, settingOf } from "../settings.ts";
import { timeText } from "../wording.ts";

const passwordFile = fileOption("password-file", "file with the password");
const codeFile = fileOption("code-file", "file with a code of the authenticator, or a recovery code");

/** What the length before it can say; no password is that long. */
const mostBytes = 255;

const nothing = Buffer.alloc(0);

const bounded = (secret: Buffer): Buffer => {
  if (secret.length <= mostBytes) return secret;
  secret.fill(0);
  throw usageError("a password is not that long");
};

const passwordOf = async (context: Context, options: Options): Promise<Buffer> =>
  bounded(await secretOf(context, options, "password-file", "Password"));

/** Where a file of it was given. */
const codeOf = (context: Context, { "code-file": file }: Options): Buffer =>
  typeof file === "string" ? context.readSecret(file) : nothing;

/** Does something with what somebody has shown, and wipes it. */
const showing = async <Done>(
  secrets: readonly Uint8Array[],
  bytes: Uint8Array,
  send: (bytes: Uint8Array) => Promise<Done>,
): Promise<Done> => {
  try {
    return await send(bytes);
  } finally {
    for (const each of [...secrets, bytes]) each.fill(0);
  }
};

const assertOneInput = ({ "password-file": password, "code-file": code }: Options): void => {
  if (password === "-" && code === "-") throw usageError("only one of the two can come from standard input");
};

type Session = Shape<"Sessions">["data"][number];

const holderText = ({ person }: Session, people: ReadonlyMap<string, string>): string =>
  person === undefined ? "one-time code" : (people.get(person) ?? person);

export const sessionCommands: readonly CommandDefinition[] = [
  {
    path: "session start",
    summary: "Sign in as a person; the token goes to a file only you can read",
    details:
      "The password is asked for unseen, or comes from a file. The token is good for API and MQTT for 30 days, or until you are signed out.",
    args: [{ name: "person", help: "id or name of a person" }],
    options: [
      { name: "out", value: "FILE", help: "write the token there (mode 0600)", completes: "file" },
      passwordFile,
      codeFile,
    ],
    examples: [
      "lampkeeper session start Ana --out me.token",
      "lampkeeper session start Ana --out me.token --password-file - --code-file code.txt",
    ],
    run: async (context, [name = ""], options) => {
      const { out } = options;
      if (typeof out !== "string") throw usageError("session start needs --out FILE");
      assertOneInput(options);
      if (context.dryRun) return { data: { file: out }, text: `${name} would sign in` };
      const [password, code] = [await passwordOf(context, options), codeOf(context, options)];
      const signedIn = await showing([password, code], signInBytes(name, { password, code }), (bytes) =>
        context.door().call("signIn", { bytes, query: { as: "token" } }),
      );
      context.writeFile(out, `${signedIn.token}\n`);
      return { data: { id: signedIn.id, file: out }, text: `signed in; the token is written to ${out}` };
    },
  },
  {
    path: "session confirm",
    summary: "Show once more who you are: what cannot be undone is open to you for five minutes",
    details: "With an authenticator a code alone will do: --code-file. Otherwise it takes the password.",
    options: [passwordFile, codeFile],
    examples: ["lampkeeper session confirm", "lampkeeper session confirm --code-file -"],
    run: async (context, _, options) => {
      assertOneInput(options);
      if (context.dryRun) return { data: {}, text: "you would be believed for five minutes" };
      const code = codeOf(context, options);
      const isCodeAlone = code.length > 0 && options["password-file"] === undefined;
      const password = isCodeAlone ? nothing : await passwordOf(context, options);
      await showing([password, code], proofBytes({ password, code }), (bytes) =>
        context.hub().call("stepUp", { bytes }),
      );
      return { data: {}, text: "you are believed for five minutes" };
    },
  },
  {
    path: "session phone",
    summary: "Of a simulated home: sign somebody in on their phone, which shows their messages from then on",
    args: [{ name: "person", help: "id or name of a person", completes: "person" }],
    options: [passwordFile, codeFile],
    examples: ["lampkeeper session phone Ana", "lampkeeper session phone Ana --password-file -"],
    run: async (context, [word = ""], options) => {
      assertOneInput(options);
      const { id, name } = findOne("person", word, (await context.hub().call("listPeople")).data);
      if (context.dryRun) return { data: { id }, text: `${name} would sign in on their phone` };
      const [password, code] = [await passwordOf(context, options), codeOf(context, options)];
      await showing([password, code], proofBytes({ password, code }), (bytes) =>
        context.hub().call("signInSimPhone", { id, bytes }),
      );
      return { data: { id }, text: `${name} has signed in on their phone` };
    },
  },
  {
    path: "session list",
    summary: "Where people are signed in",
    examples: ["lampkeeper session list"],
    run: async (context) => {
      const hub = context.hub();
      const [sessions, people] = [(await hub.call("listSessions")).data, (await hub.call("listPeople")).data];
      const names = new Map(people.map(({ id, name }) => [id, name]));
      const timeZone = settingOf(context.settings, "time-zone").value;
      return {
        data: sessions,
        text: {
          columns: ["WHO", "BY", "ROLE", "SINCE", "ID"],
          rows: sessions.map((session) => [
            holderText(session, names),
            session.kind,
            session.role,
            timeText(session.created, timeZone),
            { text: session.id, dim: true },
          ]),
          empty: "nobody is signed in",
        },
      };
    },
  },
  {
    path: "session end",
    summary: "Sign out here, or everywhere at once: sessions, tokens, and what they have opened",
    args: [
      {
        name: "person",
        help: "sign this person out everywhere; absent: yourself, here",
        optional: true,
        completes: "person",
      },
    ],
    options: [{ name: "everywhere", help: "yourself, everywhere" }],
    examples: ["lampkeeper session end", "lampkeeper session end --everywhere", "lampkeeper session end Ana"],
    run: async (context, [word], { everywhere }) => {
      const hub = context.hub();
      if (word === undefined) {
        if (context.dryRun) return { data: {}, text: "you would be signed out" };
        await hub.call(everywhere === true ? "endOwnSessions" : "signOut");
        return {
          data: {},
          text: everywhere === true ? "you are signed out everywhere" : "you are signed out",
        };
      }
      const { id, name } = findOne("person", word, (await hub.call("listPeople")).data);
      if (context.dryRun) return { data: { id }, text: `${name} would be signed out everywhere` };
      await hub.call("endSessions", { id });
      return { data: { id }, text: `${name} is signed out everywhere` };
    },
  },
];
