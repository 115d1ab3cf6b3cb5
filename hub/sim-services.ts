import type { AssistantCloud } from "../app-sim/world/assistant-cloud.ts";
import type { ProviderAccount } from "../app-sim/world/identity-provider.ts";
import type { Outsider } from "../app-sim/world/outsider.ts";
import type { Outsiders } from "../app-sim/world/outsiders.ts";
import { RemoteViewer } from "../app-sim/world/remote-viewer.ts";
import type { SimServices, SimServiceView } from "./api/traits.ts";
import type { ConnectionServices } from "./connections-wiring.ts";
import type { ConnectorKind } from "./domain/connector.ts";
import { InvalidInput, NotFound } from "./domain/errors.ts";
import type { Clock } from "./ports/clock.ts";
import type { Entropy } from "./ports/entropy.ts";

type Words = Readonly<Record<string, string>>;
type Act = (words: Words) => unknown;
type Acts = Readonly<Record<string, Act>>;

/** The strings of the simulated services of others, for whoever wants to see what a hub says to them and what it refuses. */
export class SimOutsiders implements SimServices {
  readonly #outsiders: Outsiders;
  readonly #hub: Pick<ConnectionServices, "mail">;
  readonly #viewer: RemoteViewer;

  constructor(
    clock: Clock,
    entropy: Entropy,
    outsiders: Outsiders,
    hub: Pick<ConnectionServices, "mail" | "receive">,
  ) {
    this.#outsiders = outsiders;
    this.#hub = hub;
    this.#viewer = new RemoteViewer(clock, entropy);
    outsiders.attach((connector, bytes) => hub.receive(connector, bytes));
  }

  list(): readonly SimServiceView[] {
    return this.#outsiders.all.map((service) => ({
      name: service.name,
      kind: service.declared["kind"] as ConnectorKind,
      host: service.host,
      received: service.received.length,
      newest: textOf(service.received.at(-1)?.said) ?? null,
      offline: service.isOffline,
      acts: Object.keys(this.#actsOf(service)),
    }));
  }

  act(name: string, act: string, words: Words): { readonly done: boolean; readonly said: string } {
    const service = this.#outsiders.all.find((each) => each.name === name);
    if (service === undefined) throw new NotFound("no such simulated service");
    const acts = this.#actsOf(service);
    if (!Object.hasOwn(acts, act))
      throw new InvalidInput(`this service can ${Object.keys(acts).join(", ")}`, { path: "act" });
    const said = acts[act]?.(words);
    return { done: said !== undefined, said: textOf(said) ?? "" };
  }

  #actsOf(service: Outsider): Acts {
    return { ...commonActs(service), ...this.#ownActsOf(service) };
  }

  #ownActsOf(service: Outsider): Acts {
    const { assistants, provider, mail, relay } = this.#outsiders;
    const assistant = assistants.find((each) => each === service);
    if (assistant !== undefined) return assistantActs(assistant);
    if (service === provider)
      return { authorize: (words) => provider.authorize(need(words, "url"), talkative(words)) };
    if (service === mail)
      return {
        write: (words) => {
          mail.hubKey = this.#hub.mail.key();
          return mail.write(need(words, "from"), need(words, "subject"), words["forged"] !== "true");
        },
        click: () => {
          mail.hubKey = this.#hub.mail.key();
          const newest = mail.outbox.findLast(({ headers }) => headers !== undefined);
          return newest && mail.click(newest);
        },
        outbox: () => mail.outbox.slice(-20),
      };
    return {
      key: () => ({ publicKey: this.#viewer.publicKey }),
      invited: (words) => {
        this.#viewer.invited(need(words, "hubKey"), need(words, "mailbox"));
        return { invited: true };
      },
      look: () => {
        const frame = relay.fetch(this.#viewer.mailbox);
        return frame && this.#viewer.look(frame);
      },
    };
  }
}

const assistantActs = (cloud: AssistantCloud): Acts => ({
  link: (words) => cloud.link({ code: need(words, "code"), key: need(words, "key") }),
  discover: () => cloud.discover(),
  set: ({ on, brightness, ...words }) =>
    cloud.direct({
      kind: "set",
      handle: need(words, "handle"),
      ...(on === undefined ? {} : { on: on === "true" }),
      ...(brightness === undefined ? {} : { brightness: Number(brightness) }),
    }),
  state: (words) => cloud.direct({ kind: "state", handle: need(words, "handle") }),
});

/** What happens to any service, and what any can begin to declare. */
const commonActs = (service: Outsider): Acts => {
  const { declared } = service;
  const list = (line: string) => (declared[line] ?? []) as readonly unknown[];
  return {
    offline: ({ off }) => {
      service.isOffline = off !== "true";
      return { offline: service.isOffline };
    },
    stubborn: ({ off }) => {
      service.isStubborn = off !== "true";
      return { stubborn: service.isStubborn };
    },
    terms: ({ text = "We have changed our terms." }) => {
      const { version } = declared["terms"] as { readonly version: number };
      declared["terms"] = { version: version + 1, text };
      return declared["terms"];
    },
    host: (words) => {
      declared["hosts"] = [...list("hosts"), need(words, "host")];
      return list("hosts");
    },
    recipient: (words) => {
      const added = {
        name: need(words, "name"),
        country: words["country"] ?? "US",
        purpose: words["purpose"] ?? "advertising",
      };
      declared["subRecipients"] = [...list("subRecipients"), added];
      return list("subRecipients");
    },
  };
};

/** Somebody of whom the provider knows more than anybody needs. */
const talkative = ({
  account = "sim_person",
  email = "person@accounts.example",
}: Words): ProviderAccount => ({
  sub: `sub-${account}`,
  claims: {
    preferred_username: account,
    email,
    email_verified: true,
    ...Object.fromEntries(
      ["birthdate", "gender", "phone_number", "address", "locale", "zoneinfo", "picture"].map((claim) => [
        claim,
        `of ${account}`,
      ]),
    ),
    friends: ["friend one", "friend two"],
  },
});

const need = (words: Words, key: string): string => {
  const value = words[key];
  if (value === undefined) throw new InvalidInput(`say "${key}", too`, { path: key });
  return value;
};

const textOf = (said: unknown): string | undefined => (said === undefined ? undefined : JSON.stringify(said));
