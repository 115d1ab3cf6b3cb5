import type { Declared } from "./outsider.ts";

/** What the services of the simulated world say of themselves. Their hosts are of nobody (RFC 2606). */

const assistantFields = [
  "message.kind",
  "lamp.handle",
  "lamp.alias",
  "lamp.kind",
  "lamp.state",
  "link.grant",
];

export const assistantDeclared = (name: string, host: string, country: string): Declared => ({
  name,
  kind: "assistant",
  title: `Simulated voice assistant at ${host}`,
  purposes: ["assistant"],
  fields: assistantFields,
  endpoint: `https://${host}/home`,
  hosts: [host],
  country,
  safeguard: country === "DE" ? "same-law" : "standard-clauses",
  retention: "18 months, or until the account is unlinked",
  subRecipients: [{ name: "a speech company", country: "US", purpose: "understanding what was said" }],
  terms: { version: 1, text: "We use what we get to answer you, and to make our speech recognition better." },
  warning:
    "The third party may read your relevant information: the names that you give these lamps for it, whether they are on, how bright they are, and when you use them.",
});

export const providerDeclared: Declared = {
  name: "sim-accounts",
  kind: "identity-provider",
  title: "Simulated provider of accounts",
  purposes: ["identity-provider"],
  fields: ["message.kind", "sign-in.request", "link.grant"],
  endpoint: "https://accounts.example/oidc",
  hosts: ["accounts.example"],
  country: "US",
  safeguard: "adequacy",
  retention: "the time of each sign-in, for 1 year",
  subRecipients: [],
  terms: { version: 1, text: "We tell services who you are when you ask us to." },
  warning: "The provider learns when you sign in to this home. It cannot see anything in it.",
};

export const mailDeclared: Declared = {
  name: "sim-mail",
  kind: "mail",
  title: "Simulated mail service",
  purposes: ["newsletter", "security", "rights"],
  fields: ["message.kind", "mail.address", "mail.recipient", "mail.text", "link.grant"],
  endpoint: "https://mail.example/send",
  hosts: ["mail.example"],
  country: "DE",
  safeguard: "same-law",
  retention: "until delivered, at most 5 days",
  subRecipients: [],
  terms: { version: 1, text: "We carry your mail." },
  warning:
    "The service can read each message and the address that it goes to. No message holds a password, key or code.",
};

export const relayDeclared: Declared = {
  name: "sim-relay",
  kind: "relay",
  title: "Simulated relay for the remote view",
  purposes: ["remote-view"],
  fields: ["message.kind", "view.sealed", "link.grant"],
  endpoint: "https://relay.example/frames",
  hosts: ["relay.example"],
  country: "US",
  safeguard: "nothing-readable",
  retention: "the newest frame of each viewer",
  subRecipients: [],
  terms: { version: 1, text: "We carry frames that we cannot read." },
  warning:
    "The relay learns that the remote view is on, and at which address your home is connected. It sees frames of one size at one pace.",
};
