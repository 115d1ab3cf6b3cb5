import type { Shape } from "../../../hub/api/contract.ts";
import { mailChannels } from "../../../hub/domain/connection.ts";
import type { CommandDefinition } from "../definition.ts";
import { oneOf } from "../rights-options.ts";

const channelArgument = {
  name: "channel",
  help: mailChannels.join(" or "),
  completes: { choices: mailChannels },
} as const;

const laws = ["california", "nevada"] as const;
const kinds = ["breach", "drill", "notice-changed", "service-ended"] as const;

const newsText: Readonly<Record<Shape<"Contact">["news"], string>> = {
  none: "no",
  asked: "asked for once",
  confirmed: "yes",
};

export const contactCommands: readonly CommandDefinition[] = [
  {
    path: "contact list",
    summary: "How you can be written to, and whether you get news",
    examples: ["lampkeeper contact list"],
    run: async (context) => {
      const { data } = await context.hub().call("listContacts");
      return {
        data,
        text: {
          columns: ["CHANNEL", "ADDRESS", "NEWS"],
          rows: data.map(({ channel, address, news }) => [channel, address, newsText[news]]),
          empty: "no address; what you have to know is shown in the app",
        },
      };
    },
  },
  {
    path: "contact set",
    summary: "An address of yours, sealed under your key",
    args: [channelArgument, { name: "address", help: "such as ana@home.example or +4915112345678" }],
    examples: ["lampkeeper contact set email ana@home.example"],
    run: async (context, [word = "", address = ""]) => {
      const channel = oneOf(word, "channel", mailChannels);
      if (context.dryRun) return { data: { channel }, text: "the address would be kept" };
      const data = await context.hub().call("setContact", { body: { channel, address } });
      return { data, text: "kept; no news unless you ask for them twice" };
    },
  },
  {
    path: "contact remove",
    summary: "Take an address of yours out of here; the mail service is told to forget it",
    args: [channelArgument],
    examples: ["lampkeeper contact remove email"],
    run: async (context, [word = ""]) => {
      const channel = oneOf(word, "channel", mailChannels);
      if (context.dryRun) return { data: { channel }, text: "the address would be removed" };
      await context.hub().call("removeContact", { body: { channel } });
      return { data: { channel }, text: "removed" };
    },
  },
  {
    path: "contact news",
    summary: "Say yes to news; the second yes is a letter from that address",
    args: [channelArgument],
    examples: ["lampkeeper contact news email"],
    run: async (context, [word = ""]) => {
      const channel = oneOf(word, "channel", mailChannels);
      if (context.dryRun) return { data: { channel }, text: "news would be asked for" };
      const data = await context.hub().call("askForNews", { body: { channel } });
      return { data, text: `Now write from that address, with the subject: ${data.subject}` };
    },
  },
  {
    path: "contact stop",
    summary: "No more news, at once",
    examples: ["lampkeeper contact stop"],
    run: async (context) => {
      if (context.dryRun) return { data: {}, text: "news would stop" };
      await context.hub().call("stopNews");
      return { data: {}, text: "no more news" };
    },
  },
  {
    path: "contact opt-out",
    summary: "Nothing of yours is sold or shared: recorded, and every service that shares is taken back",
    args: [{ name: "law", help: laws.join(" or "), completes: { choices: laws } }],
    examples: ["lampkeeper contact opt-out california"],
    run: async (context, [word = ""]) => {
      const law = oneOf(word, "law", laws);
      if (context.dryRun) return { data: { law }, text: "the opt-out would be recorded" };
      await context.hub().call("optOut", { body: { law } });
      return { data: { law }, text: "recorded; nothing of yours is shared any more" };
    },
  },
  {
    path: "contact announce",
    summary:
      "Tell everybody at home what they have to know: by a letter, or by a banner where there is no address",
    args: [
      { name: "kind", help: kinds.join(", "), completes: { choices: kinds } },
      { name: "subject", help: "one line" },
      { name: "text", help: "no passwords, keys or codes" },
    ],
    examples: ['lampkeeper contact announce drill "A drill" "Nothing has happened."'],
    run: async (context, [word = "", subject = "", text = ""]) => {
      const kind = oneOf(word, "kind", kinds);
      if (context.dryRun) return { data: { kind }, text: "everybody would be told" };
      const data = await context.hub().call("announce", { body: { kind, subject, text } });
      return { data, text: `${data.sent} written to, ${data.unreached} not reached: they see a banner` };
    },
  },
  {
    path: "contact banners",
    summary: "What everybody here is told by a banner; or take one down",
    options: [{ name: "dismiss", value: "KIND", help: kinds.join(", "), completes: { choices: kinds } }],
    examples: ["lampkeeper contact banners", "lampkeeper contact banners --dismiss drill"],
    run: async (context, _, { dismiss }) => {
      const hub = context.hub();
      if (typeof dismiss === "string" && !context.dryRun)
        await hub.call("dismissBanner", { body: { kind: oneOf(dismiss, "kind", kinds) } });
      const { data } = await hub.call("listBanners");
      return {
        data,
        text: {
          columns: ["BANNER", "SINCE"],
          rows: data.map(({ kind, since }) => [kind, since]),
          empty: "none",
        },
      };
    },
  },
];
