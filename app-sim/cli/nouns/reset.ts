import { setTimeout as pause } from "node:timers/promises";
import type { AnswerOf } from "../../../hub/api/contract.ts";
import { resetLevels } from "../../../hub/domain/reset.ts";
import { resetInstructions } from "../../../hub/domain/reset-instructions.ts";
import { CliError, usageError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import type { Options } from "../settings.ts";

type Offer = AnswerOf<"requestReset">;
type Certificate = AnswerOf<"readWipeCertificate">;

const askEveryMs = 500;
/** Longer than any hub waits for its devices. */
const atMostMs = 150_000;

const questions: Readonly<Record<Offer["level"], string>> = {
  network: "forget the Wi-Fi of this hub?",
  "hand-over":
    "hand this hub over? People, place, tokens and habits are gone for good; rooms and lamps stay set up.",
  factory: "erase this hub for good, and tell every lamp to forget its home?",
};

const begun = async (context: Context, level: Offer["level"], options: Options): Promise<Offer> => {
  const { challenge } = options;
  const offer = await context.hub().call("requestReset", {
    body: {
      level,
      ...(typeof challenge === "string" ? { challenge } : {}),
      ...(options["keep-names"] === true ? { keepNames: true } : {}),
    },
  });
  const { publicKey, counter } = offer.device;
  if (level !== "network")
    context.out.say(`device key ${publicKey}, counter ${counter} or more, challenge ${offer.challenge}`);
  if (offer.needsButton) context.out.say("press the button of the hub within two minutes");
  await retried(context, offer.expiresIn * 1_000, "second_step_needed", () =>
    context.hub().call("confirmReset", { id: offer.id }),
  );
  return offer;
};

/** Asks again as long as the hub says `code`. */
const retried = async <Answer>(
  { signal }: Context,
  limitMs: number,
  code: string | readonly string[],
  ask: () => Promise<Answer>,
): Promise<Answer> => {
  for (let waitedMs = 0; ; waitedMs += askEveryMs) {
    try {
      return await ask();
    } catch (error) {
      const again = error instanceof CliError && [code].flat().includes(error.code);
      if (!again || waitedMs >= limitMs || signal.aborted) throw error;
      await pause(askEveryMs, undefined, { signal });
    }
  }
};

/** The hub ends and starts anew meanwhile; the certificate of this very reset is the sign that it is through. */
const certificateOf = (context: Context, { id }: Offer): Promise<Certificate> =>
  retried(context, atMostMs, ["hub_unreachable", "timed_out", "not_found", "not_through"], async () => {
    const certificate = await context.hub().call("readWipeCertificate");
    if (certificate.reset.id === id) return certificate;
    throw new CliError("timeout", "not_through", "the reset is not through");
  });

/** Found out before anything is erased. */
const assertNew = ({ readFile }: Context, file: string): void => {
  try {
    readFile(file);
  } catch {
    return;
  }
  throw new CliError("refused", "file_not_written", `${file} exists already`);
};

const resultOf = (certificate: Certificate, file: string | undefined): Result => {
  const { reset, devices, verification, sanitization } = certificate;
  const open = devices.unconfirmed.length + devices.unable.length;
  return {
    data: certificate,
    text: [
      `${reset.level} reset ${reset.id} is done: ${sanitization.description}, verification ${verification.result}`,
      `${devices.confirmed} devices proved that they forgot, ${open} did not or cannot`,
      ...(file === undefined ? [] : [`certificate in ${file}`]),
    ].join("\n"),
    ...(verification.result === "passed" ? {} : { exit: "integrity" as const }),
    next: "check it: lampkeeper verify-certificate",
  };
};

const reset = async (context: Context, level: Offer["level"], options: Options): Promise<Result> => {
  const { certificate: file } = options;
  if (options["keep-names"] === true && level !== "hand-over")
    throw usageError("--keep-names goes with hand-over alone");
  if (file !== undefined && level === "network") throw usageError("a network reset has no certificate");
  if (context.dryRun) return { data: { level }, text: `would ask the hub for a ${level} reset` };
  if (typeof file === "string") assertNew(context, file);
  await context.confirm(questions[level]);
  const offer = await begun(context, level, options);
  if (level === "network") return { data: { level }, text: "the hub has forgotten its Wi-Fi" };
  context.out.say("begun; the hub finishes it whatever happens");
  const certificate = await certificateOf(context, offer);
  if (typeof file !== "string") return resultOf(certificate, undefined);
  context.writeFile(file, `${JSON.stringify(certificate, null, 2)}\n`);
  return resultOf(certificate, file);
};

/** The last prints how it is done, without asking any hub. */
const words = [...resetLevels, "instructions"] as const;

export const resetCommands: readonly CommandDefinition[] = [
  {
    path: "reset",
    summary: "Make the hub forget: its Wi-Fi, its people, or everything",
    details:
      "instructions: print how to do it, with the button or here; no hub is needed. network: the Wi-Fi of the hub. hand-over: everything about its people; house and lamps stay set up under neutral names. factory: everything, and each lamp is told to forget its home and has to prove it. Neither can be undone, and no backup is made.",
    args: [{ name: "level", help: [...words].join(", "), completes: { choices: [...words] } }],
    options: [
      {
        name: "certificate",
        value: "FILE",
        help: "a new file for the signed certificate",
        completes: "file",
      },
      { name: "challenge", value: "HEX", help: "8 to 64 bytes drawn by whoever will check the certificate" },
      { name: "keep-names", help: "of a hand-over: rooms, lamps and rules are called as before" },
    ],
    examples: [
      "lampkeeper reset factory --certificate wiped.json",
      "lampkeeper reset hand-over --keep-names --yes",
    ],
    run: async (context, [word = ""], options) => {
      if (word === "instructions")
        return { data: { instructions: resetInstructions }, text: resetInstructions.trimEnd() };
      const level = resetLevels.find((each) => each === word);
      if (level === undefined)
        throw usageError(`there is no reset "${word}"`, `one of ${resetLevels.join(", ")}`);
      return await reset(context, level, options);
    },
  },
];
