import { isLoopback } from "../broker/listener-policy.ts";
import { DisclosureRefused } from "../domain/disclosure.ts";
import { isPurpose, type OptionalPurpose, purposes } from "../domain/purpose.ts";

/**
 * Why data may go where the law of the home does not follow it (GDPR Art. 45-49). `owner-keeps-it`: it goes to a machine
 * of the owner's own, and nobody else receives it.
 */
export const safeguards = ["owner-keeps-it", "same-law", "adequacy", "standard-clauses", "consent"] as const;
export type Safeguard = (typeof safeguards)[number];

/** Somebody who may get data from this hub. All of them are off until they are switched on. */
export interface Recipient {
  /** In words for people. */
  readonly is: string;
  readonly purpose: OptionalPurpose;
  readonly why: string;
  /** What may be in a disclosure, and nothing else. */
  readonly fields: readonly string[];
  /** How long they keep it, in words. */
  readonly retention: string;
  /** ISO 3166-1 alpha-2; `home`: wherever the owner's own machine stands. */
  readonly country: string;
  readonly safeguard: Safeguard;
  /** `named by the owner` when it is switched on; else fixed, as `tls://host:port`. */
  readonly hosts: "named by the owner" | readonly string[];
  /** Only an option of the start switches it on: this one. */
  readonly startOption?: string;
  /** Whoever gets it from them. A new one is a new preview, which the owner has to agree to. */
  readonly subRecipients: readonly string[];
}

export type Recipients = Readonly<Record<string, Recipient>>;

/** Countries where the law of the European Union holds (EU and EEA). */
const sameLaw = new Set(
  "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split(" "),
);

const needed = [
  "is",
  "purpose",
  "why",
  "fields",
  "retention",
  "country",
  "safeguard",
  "hosts",
  "subRecipients",
] as const;

/**
 * The table, once every declaration in it is whole: what lacks one does not load.
 * @throws DisclosureRefused `context.missing` names what is not declared
 */
export const loaded = (table: Readonly<Record<string, Partial<Recipient>>>): Recipients => {
  for (const [id, recipient] of Object.entries(table)) assertDeclared(id, recipient);
  return Object.fromEntries(
    Object.entries(table).map(([id, recipient]) => [id, bare(recipient as Recipient)]),
  );
};

/** What the guard goes by, without what only the notice says. */
const bare = (recipient: Recipient): Recipient => ({
  ...(Object.fromEntries(needed.map((key) => [key, recipient[key]])) as unknown as Recipient),
  ...(recipient.startOption === undefined ? {} : { startOption: recipient.startOption }),
});

const assertDeclared = (id: string, recipient: Partial<Recipient>): void => {
  const refuse = (missing: string, why: string, reason = "undeclared"): never => {
    throw new DisclosureRefused(`${id} is not loaded: ${why}`, { recipient: id, missing, reason });
  };
  for (const key of needed) {
    const value = recipient[key];
    if (value === undefined || value === "") refuse(key, `it declares no ${key}`);
  }
  const { purpose, fields, country, safeguard, hosts } = recipient as Recipient;
  if (!isPurpose(purpose) || !("asks" in purposes[purpose]))
    refuse("purpose", "nobody can agree to its purpose");
  if (fields.length === 0) refuse("fields", "it declares no fields");
  if (country !== "home" && !/^[A-Z]{2}$/.test(country)) refuse("country", "its country is none");
  if (!safeguards.includes(safeguard)) refuse("safeguard", "its safeguard is none");
  if (!isSafe(country, safeguard)) refuse("safeguard", "its safeguard is none for that country", "safeguard");
  if (hosts !== "named by the owner") for (const host of hosts) assertSecure(id, endpointOf(host));
};

/** A transfer out of the law of the home needs more than somebody's word (GDPR Art. 44). */
const isSafe = (country: string, safeguard: Safeguard): boolean => {
  if (safeguard === "owner-keeps-it") return country === "home";
  return safeguard === "same-law" ? sameLaw.has(country) : country !== "home";
};

/** Where bytes would go. */
export interface Destination {
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
}

/** As a declaration or the owner names it: `tls://host:port`, or `tcp://127.0.0.1:port` on this machine. @throws DisclosureRefused */
export const endpointOf = (text: string): Destination => {
  const url = /^(tls|tcp):\/\/[^/@]+:\d+$/.test(text) ? URL.parse(text) : null;
  if (url === null)
    throw new DisclosureRefused("a host is named as tls://host:port", {
      reason: "undeclared",
      missing: "hosts",
    });
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return { host, port: Number(url.port), isSecure: url.protocol === "tls:" };
};

export const hostText = ({ host, port, isSecure }: Destination): string =>
  `${isSecure ? "tls" : "tcp"}://${host.includes(":") ? `[${host}]` : host}:${port}`;

/** Nothing leaves this machine in clear. @throws DisclosureRefused reason `safeguard` */
export const assertSecure = (recipient: string, { host, isSecure }: Destination): void => {
  if (isSecure || isLoopback(host)) return;
  throw new DisclosureRefused(`${recipient} is on another machine: it is spoken to over TLS, or not at all`, {
    recipient,
    reason: "safeguard",
    missing: "tls",
  });
};
