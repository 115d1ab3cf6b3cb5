import type { Shape } from "../../../hub/api/contract.ts";
import { usageError } from "../cli-error.ts";
import { type Context, findOne } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import { type Options, settingOf } from "../settings.ts";
import { timeText } from "../wording.ts";

type Consent = Shape<"Consent">;

const forHome = { name: "home", help: "what the owner agrees to for the home, not one's own" } as const;
const purposeArgument = {
  name: "purpose",
  help: "such as presence; see: lampkeeper privacy consents",
} as const;
const switchArgument = { name: "switch", help: "on or off" } as const;
const personArgument = { name: "person", help: "id or name of a person", completes: "person" } as const;

const onOrOff = (word: string): boolean => {
  if (word === "on" || word === "off") return word === "on";
  throw usageError("say on or off");
};

/** One's own, where somebody has signed in; else the home's. */
const isForHome = async (context: Context, { home }: Options): Promise<boolean> =>
  home === true || (await context.hub().call("getSession")).person === undefined;

const consentsOf = async (context: Context, options: Options): Promise<readonly Consent[]> => {
  const hub = context.hub();
  return (await hub.call((await isForHome(context, options)) ? "listHomeConsents" : "listOwnConsents")).data;
};

const find = (purpose: string, consents: readonly Consent[]): Consent =>
  findOne(
    "purpose",
    purpose,
    consents.map((consent) => ({ ...consent, id: consent.purpose, name: consent.title })),
  );

const stateWords = {
  unasked: "off",
  given: "agreed",
  withdrawn: "taken back",
  outdated: "asked anew",
} as const;

const stateText = ({ state, allowed }: Consent): string =>
  state === "given" && !allowed ? "agreed, limited" : stateWords[state];

const offerText = ({ title, whatFor, whoGetsIt, until, stops }: Consent): string =>
  [
    title,
    `  what for     ${whatFor}`,
    `  who gets it  ${whoGetsIt}`,
    `  until        ${until}`,
    `  without it   ${stops}`,
  ].join("\n");

const decide = async (
  context: Context,
  purpose: string,
  options: Options,
  allowed: boolean,
): Promise<Result> => {
  const home = await isForHome(context, options);
  const { title, version, text, ...offer } = find(purpose, await consentsOf(context, options));
  if (context.dryRun)
    return {
      data: { purpose: offer.purpose },
      text: `${title} would be ${allowed ? "agreed to" : "taken back"}`,
    };
  if (allowed) await context.confirm(`${offerText({ ...offer, title, version, text })}\nAgree to this?`);
  const body = { purpose: offer.purpose, allowed, ...(allowed ? { version, text } : {}) };
  const decided = await context.hub().call(home ? "decideHomeConsent" : "decideOwnConsent", { body });
  return { data: decided, text: `${title}: ${stateText(decided)}` };
};

export const consentCommands: readonly CommandDefinition[] = [
  {
    path: "privacy consents",
    summary:
      "What you, or the owner for the home, can agree to, and how it stands; all of it is off until then",
    options: [forHome],
    examples: ["lampkeeper privacy consents", "lampkeeper privacy consents --home"],
    run: async (context, _, options) => {
      const data = await consentsOf(context, options);
      const zone = settingOf(context.settings, "time-zone").value;
      return {
        data,
        text: {
          columns: ["PURPOSE", "STATE", "SINCE", "WHAT FOR"],
          rows: data.map((consent) => [
            consent.purpose,
            stateText(consent),
            consent.decided === undefined ? "" : timeText(consent.decided.at, zone),
            consent.whatFor,
          ]),
        },
      };
    },
  },
  {
    path: "privacy allow",
    summary: "Agree to one purpose, after reading what it is for, who gets what, and until when",
    args: [purposeArgument],
    options: [forHome],
    examples: ["lampkeeper privacy allow presence", "lampkeeper privacy allow owner-broker --home --yes"],
    run: (context, [purpose = ""], options) => decide(context, purpose, options, true),
  },
  {
    path: "privacy withdraw",
    summary: "Take a consent back; it is in force when this returns",
    args: [purposeArgument],
    options: [forHome],
    examples: ["lampkeeper privacy withdraw presence"],
    run: (context, [purpose = ""], options) => decide(context, purpose, options, false),
  },
  {
    path: "privacy receipts",
    summary: "A receipt for each decision, in the shape of ISO/IEC TS 27560",
    options: [forHome],
    examples: ["lampkeeper privacy receipts --json"],
    run: async (context, _, options) => {
      const home = await isForHome(context, options);
      const { data } = await context.hub().call(home ? "listHomeReceipts" : "listOwnReceipts");
      return {
        data,
        text: {
          columns: ["TIME", "PURPOSE", "DECISION", "RECEIPT"],
          rows: data.map(({ record_id, event, pii_processing }) => [
            event[0]?.event_time ?? "",
            pii_processing.purposes[0]?.purpose ?? "",
            event[0]?.event_state ?? "",
            record_id,
          ]),
          empty: "nothing was decided",
        },
      };
    },
  },
  {
    path: "privacy limit",
    summary:
      "Limit the use of data to what the hub is for, whatever was agreed to: nothing shared, evaluated or mailed",
    args: [switchArgument],
    options: [{ name: "home", help: "of everybody: one switch for every browser and device" }],
    examples: ["lampkeeper privacy limit on", "lampkeeper privacy limit on --home"],
    run: async (context, [word = ""], options) => {
      const limited = onOrOff(word);
      const home = await isForHome(context, options);
      if (context.dryRun) return { data: { limited }, text: `the limit would be ${word}` };
      const data = await context.hub().call(home ? "limitHomeUse" : "limitOwnUse", { body: { limited } });
      return { data, text: data.limited ? "limited to what the hub is for" : "as it was agreed to" };
    },
  },
  {
    path: "person agreed",
    summary:
      "Put on record that a resident has told you that the hub may keep whether they are home, or may not",
    details: "A guest says so themselves: signed in, with their phone, or with an invitation.",
    args: [personArgument, { name: "answer", help: "yes or no" }],
    examples: ["lampkeeper person agreed Ana yes"],
    run: async (context, [word = "", answer = ""]) => {
      if (answer !== "yes" && answer !== "no") throw usageError("say yes or no");
      const hub = context.hub();
      const { id, name } = findOne("person", word, (await hub.call("listPeople")).data);
      if (context.dryRun) return { data: { id }, text: `${name} would be on record as saying ${answer}` };
      const data = await hub.call("witnessPresence", { id, body: { agreed: answer === "yes" } });
      return { data, text: `${name} is on record as saying ${answer}, with you as witness` };
    },
  },
  {
    path: "person invite",
    summary: "A code to hand to somebody without an account: with it they accept or decline to be known here",
    args: [personArgument],
    examples: ["lampkeeper person invite Visitor"],
    run: async (context, [word = ""]) => {
      const hub = context.hub();
      const { id, name } = findOne("person", word, (await hub.call("listPeople")).data);
      if (context.dryRun) return { data: { id }, text: `${name} would be invited` };
      const data = await hub.call("invitePerson", { id });
      return {
        data,
        text: data.code,
        next: `hand it to ${name}; they use it with: lampkeeper privacy invitation`,
      };
    },
  },
  {
    path: "privacy invitation",
    summary: "Read what the home wants to keep of you, and accept or decline; who declines is erased",
    args: [
      { name: "code", help: "file with the code that you were handed, - for standard input" },
      { name: "answer", help: "accept or decline; absent: only read it", optional: true },
    ],
    examples: ["lampkeeper privacy invitation - accept"],
    run: async (context, [file = "", answer]) => {
      if (answer !== undefined && answer !== "accept" && answer !== "decline")
        throw usageError("say accept or decline");
      const code = context.readSecret(file);
      try {
        return await answered(context, code, answer);
      } finally {
        code.fill(0);
      }
    },
  },
  {
    path: "person location",
    summary:
      "Whether somebody's phones may give the home's place; off erases the place that one of them gave",
    args: [personArgument, switchArgument],
    examples: ["lampkeeper person location Ana off"],
    run: async (context, [word = "", state = ""]) => {
      const allowed = onOrOff(state);
      const hub = context.hub();
      const { id, name, phones } = findOne("person", word, (await hub.call("listPeople")).data);
      if (context.dryRun)
        return { data: { id }, text: `${phones.length} phones of ${name} would be ${state}` };
      for (const phone of phones) await hub.call("allowPhoneLocation", { id: phone.id, body: { allowed } });
      return {
        data: { id, phones: phones.length },
        text: `${name}: the location of ${phones.length} phones is ${state}`,
      };
    },
  },
];

const answered = async (context: Context, code: Buffer, answer: string | undefined): Promise<Result> => {
  const door = context.door();
  const asked = await door.call("readInvitation", { bytes: new Uint8Array(code) });
  if (answer === undefined || context.dryRun) return { data: asked, text: offerText(asked) };
  const isAccepted = answer === "accept";
  await context.confirm(`${offerText(asked)}\n${isAccepted ? "Accept?" : "Decline, and be erased here?"}`);
  const bytes = new Uint8Array([isAccepted ? 1 : 0, ...Buffer.from(asked.text, "hex"), ...code]);
  await door.call("answerInvitation", { bytes });
  bytes.fill(0);
  return {
    data: { accepted: isAccepted },
    text: isAccepted ? "accepted; take it back at any time" : "declined: you are erased here",
  };
};
