import type { AnswerOf } from "../../../hub/api/contract.ts";
import type { Context } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import { fileOption, secretOf } from "../secret-options.ts";
import type { Options } from "../settings.ts";
import { needed } from "./rights.ts";

const passwordFile = fileOption("password-file", "file with the passphrase of the backup");
/** A passphrase is made slow to guess, and a home may be long on its way. */
const patienceMs = 120_000;

const passphraseOf = (context: Context, options: Options): Promise<Buffer> =>
  secretOf(context, options, "password-file", "Passphrase of the backup");

/** Writes what comes; a file that is not whole is no backup, and `backup verify` says so. */
const written = async (
  context: Context,
  file: string,
  pieces: ReadableStream<Uint8Array>,
): Promise<number> => {
  const growing = context.growFile(file);
  let bytes = 0;
  try {
    for await (const piece of pieces) {
      growing.write(piece);
      bytes += piece.length;
    }
  } finally {
    growing.close();
  }
  return bytes;
};

/** Two bytes length, the passphrase, the file. */
const framed = async (
  context: Context,
  file: string,
  options: Options,
): Promise<ReadableStream<Uint8Array>> => {
  const content = context.openBytes(file);
  const passphrase = await passphraseOf(context, options);
  const head = new Uint8Array(2 + passphrase.length);
  new DataView(head.buffer).setUint16(0, passphrase.length);
  head.set(passphrase, 2);
  passphrase.fill(0);
  const reader = content.getReader();
  return new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(head),
    pull: async (controller) => {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: async () => await reader.cancel(),
  });
};

const contentsText = ({ created, records, people, readable }: AnswerOf<"verifyBackup">): string =>
  [
    `made ${created}`,
    ...Object.entries(records)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${name}  ${count}`),
    `people  ${people}, of whom this hub can read ${readable}`,
  ].join("\n");

const create = async (context: Context, file: string, options: Options): Promise<Result> => {
  if (context.dryRun) return { data: { file }, text: `a backup would be written to ${file}` };
  const passphrase = await passphraseOf(context, options);
  const bytes = new Uint8Array(passphrase);
  passphrase.fill(0);
  const pieces = await context.hub().bytes("createBackup", { bytes, timeoutMs: patienceMs });
  bytes.fill(0);
  const length = await written(context, file, pieces);
  return {
    data: { file, bytes: length },
    text: `${file}: ${length} bytes, sealed`,
    next: `then: lampkeeper backup verify ${file}`,
  };
};

const restore = async (context: Context, file: string, options: Options): Promise<Result> => {
  if (context.dryRun) return { data: { file }, text: `${file} would be sent` };
  await context.confirm("Put the home back to what it was then? What was set up since is lost.");
  const contents = await context
    .hub()
    .call("restoreBackup", { bytes: await framed(context, file, options), timeoutMs: patienceMs });
  return { data: contents, text: contentsText(contents), next: "restart the hub: the home is there then" };
};

const file = { name: "file", help: "the backup", completes: "file" } as const;

export const backupCommands: readonly CommandDefinition[] = [
  {
    path: "backup status",
    summary: "How old the newest backup is",
    examples: ["lampkeeper backup status"],
    run: async (context) => {
      const state = await context.hub().call("readBackup");
      const age = state.newest === null ? "there is no backup" : `the newest was made ${state.newest}`;
      return { data: state, text: state.waiting ? `${age}; a home waits for the next start` : age };
    },
  },
  {
    path: "backup create",
    summary:
      "A backup of the home in a new file, sealed under a passphrase; there is none that is not sealed",
    details:
      "Rooms, lamps, scenes, rules, the place and what lamps are spoken to with. Each person's part is sealed once more under a key that stays in this hub: who is erased is erased in every backup, and on another machine people are invited again. Passwords, tokens and the Wi-Fi are in no backup.",
    args: [file],
    options: [passwordFile],
    examples: ["lampkeeper backup create home.backup --password-file passphrase"],
    run: async (context, [name = ""], options) => await create(context, name, options),
  },
  {
    path: "backup verify",
    summary: "What a backup holds, without taking it in: exit code 11 when it does not open",
    args: [file],
    options: [passwordFile],
    examples: ["lampkeeper backup verify home.backup --password-file passphrase"],
    run: async (context, [name = ""], options) => {
      const contents = await context
        .hub()
        .call("verifyBackup", { bytes: await framed(context, name, options), timeoutMs: patienceMs });
      return { data: contents, text: contentsText(contents) };
    },
  },
  {
    path: "backup restore",
    summary: "Put the home back to what it was: at the next start, all of it or nothing",
    args: [file],
    options: [passwordFile],
    examples: ["lampkeeper backup restore home.backup --password-file passphrase --yes"],
    run: async (context, [name = ""], options) => await restore(context, name, options),
  },
  {
    path: "move offer",
    summary: "On the new hub: offer to take a home in",
    examples: ["lampkeeper move offer"],
    run: async (context) => {
      if (context.dryRun) return { data: {}, text: "this hub would offer to take a home in" };
      const offer = await context.hub().call("offerMove");
      return {
        data: offer,
        text: `offer  ${offer.offer}\ncode   ${offer.code}\nuntil  ${offer.expires}`,
        next: `on the old hub: lampkeeper move send home.move --offer ${offer.offer} --code ${offer.code}`,
      };
    },
  },
  {
    path: "move send",
    summary: "On the old hub: seal its home for the hub whose code you have read",
    args: [{ name: "file", help: "a new file", completes: "file" }],
    options: [
      { name: "offer", value: "OFFER", help: "of the new hub" },
      { name: "code", value: "CODE", help: "read off the new hub, not off a message" },
    ],
    examples: ["lampkeeper move send home.move --offer 3p7b…Jpg --code ab2c-de3f-gh4i"],
    run: async (context, [name = ""], options) => {
      const body = { offer: needed(options["offer"], "offer"), code: needed(options["code"], "code") };
      if (context.dryRun) return { data: { file: name }, text: `the home would be sealed into ${name}` };
      const length = await written(
        context,
        name,
        await context.hub().bytes("packMove", { body, timeoutMs: patienceMs }),
      );
      return {
        data: { file: name, bytes: length },
        text: `${name}: ${length} bytes, for that hub alone`,
        next: `on the new hub: lampkeeper move receive ${name}`,
      };
    },
  },
  {
    path: "move receive",
    summary: "On the new hub: take the home in, at the next start",
    args: [{ name: "file", help: "what the old hub has sealed", completes: "file" }],
    examples: ["lampkeeper move receive home.move"],
    run: async (context, [name = ""]) => {
      if (context.dryRun) return { data: { file: name }, text: `${name} would be sent` };
      const bytes = context.openBytes(name);
      const taken = await context.hub().call("takeMove", { bytes, timeoutMs: patienceMs });
      return {
        data: taken,
        text: `${taken.devices} devices and ${taken.people} people`,
        next: "restart this hub; when the home is there, on the old one: lampkeeper reset factory --certificate wiped.json",
      };
    },
  },
];
