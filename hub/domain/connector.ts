import { CallerError } from "./errors.ts";
import { isPurpose, type Purpose } from "./purpose.ts";

/** What sort of service of others a connector speaks to: there is one program of ours for each. */
export const connectorKinds = ["assistant", "identity-provider", "mail", "relay"] as const;
export type ConnectorKind = (typeof connectorKinds)[number];

/** What a connector can be allowed to read, in plain words, and under which keys it stands in a message. Nothing else can be read. */
export const connectorFields = {
  "message.kind": { says: "what sort of message it is", keys: ["kind"] },
  "lamp.handle": { says: "a random name of each chosen lamp, made for this service alone", keys: ["handle"] },
  "lamp.alias": { says: "the name that you give the lamp for this service, not its own", keys: ["alias"] },
  "lamp.kind": { says: "whether the lamp can do colours", keys: ["colour"] },
  "lamp.state": { says: "whether the lamp is on, and how bright", keys: ["on", "brightness"] },
  "link.grant": {
    says: "a random name of this connection, and the key of its commands",
    keys: ["grant", "secret"],
  },
  "sign-in.request": {
    says: "random words that belong to one sign-in",
    keys: ["client", "code", "verifier"],
  },
  "mail.address": { says: "where the message goes to", keys: ["channel", "to"] },
  "mail.recipient": { says: "a random name of the person, made for this service alone", keys: ["recipient"] },
  "mail.text": {
    says: "the message itself, and how to stop it",
    keys: ["class", "subject", "text", "headers", "List-Unsubscribe", "List-Unsubscribe-Post"],
  },
  "view.sealed": { says: "what you see remotely, unreadable for the service", keys: ["mailbox", "frame"] },
} as const satisfies Readonly<Record<string, { readonly says: string; readonly keys: readonly string[] }>>;

export type ConnectorField = keyof typeof connectorFields;

/** Somebody to whom a service hands on what it gets. */
export interface SubRecipient {
  readonly name: string;
  readonly country: string;
  readonly purpose: string;
}

/** All that somebody has to know before they let a service of others in. Each line is there, or it does not load. */
export interface ConnectorDeclaration {
  readonly name: string;
  readonly kind: ConnectorKind;
  readonly title: string;
  readonly purposes: readonly Purpose[];
  readonly fields: readonly ConnectorField[];
  /** Where it is spoken to; `https` only. */
  readonly endpoint: string;
  readonly hosts: readonly string[];
  /** Of the service: what is said to it is sealed for this key as well. X25519, base64. */
  readonly key: string;
  /** ISO 3166-1: where the data then is. */
  readonly country: string;
  /** What protects it there (GDPR Art. 44 to 49). */
  readonly safeguard: "same-law" | "adequacy" | "standard-clauses" | "nothing-readable";
  /** How long the service keeps it, in its own words. */
  readonly retention: string;
  readonly subRecipients: readonly SubRecipient[];
  readonly terms: { readonly version: number; readonly text: string };
  /** What may happen with it there, to be shown before it is let in. */
  readonly warning: string;
}

/**
 * `context.reason`: `missing`, `malformed`, `plain-text`, `unknown-field` (it does not load, `context.what` names the line);
 * `field`, `key`, `host`, `sub-recipient`, `terms`, `off`, `expired`, `no-consent`, `scope`, `rate`, `replay`, `forged`, `preview`.
 */
export class ConnectorRefused extends CallerError {
  override readonly code = "connector_refused";
  override readonly status = 403;
}

const refuse = (reason: string, what: string): never => {
  throw new ConnectorRefused(`a connector without a good "${what}" does not load`, { reason, what });
};

type Reader<Value> = (value: unknown, what: string) => Value;

const mostText = 2_000;
const text: Reader<string> = (value, what) => {
  if (value === undefined || value === null || value === "") return refuse("missing", what);
  return typeof value === "string" && value.length <= mostText ? value : refuse("malformed", what);
};

const matching =
  (pattern: RegExp): Reader<string> =>
  (value, what) =>
    pattern.test(text(value, what)) ? (value as string) : refuse("malformed", what);

const oneOf =
  <Choice extends string>(choices: readonly Choice[]): Reader<Choice> =>
  (value, what) =>
    choices.find((choice) => choice === text(value, what)) ?? refuse("malformed", what);

const mostItems = 32;
const listOf =
  <Item>(item: Reader<Item>, least: number): Reader<readonly Item[]> =>
  (value, what) => {
    if (!Array.isArray(value) || value.length < least) return refuse("missing", what);
    return value.length > mostItems ? refuse("malformed", what) : value.map((each) => item(each, what));
  };

const record: Reader<Readonly<Record<string, unknown>>> = (value, what) => {
  if (value === undefined || value === null) return refuse("missing", what);
  return typeof value === "object" && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : refuse("malformed", what);
};

const host = matching(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/);
const country = matching(/^[A-Z]{2}$/);

const isField = (name: string): name is ConnectorField => Object.hasOwn(connectorFields, name);
const field: Reader<ConnectorField> = (value, what) => {
  const name = text(value, what);
  return isField(name) ? name : refuse("unknown-field", name.slice(0, 40));
};
const purpose: Reader<Purpose> = (value, what) => {
  const name = text(value, what);
  return isPurpose(name) ? name : refuse("malformed", what);
};

/** Plain text on the way is refused, whatever else stands there. */
const endpoint: Reader<string> = (value, what) => {
  const url = text(value, what);
  if (!URL.canParse(url)) return refuse("malformed", what);
  return new URL(url).protocol === "https:" ? url : refuse("plain-text", what);
};

const subRecipient: Reader<SubRecipient> = (value, what) => {
  const each = record(value, what);
  return {
    name: text(each["name"], `${what}.name`),
    country: country(each["country"], `${what}.country`),
    purpose: text(each["purpose"], `${what}.purpose`),
  };
};

const terms: Reader<ConnectorDeclaration["terms"]> = (value, what) => {
  const { version, text: words } = record(value, what);
  if (version === undefined) return refuse("missing", `${what}.version`);
  if (!Number.isSafeInteger(version) || (version as number) < 1)
    return refuse("malformed", `${what}.version`);
  return { version: version as number, text: text(words, `${what}.text`) };
};

const lines: { readonly [Line in keyof ConnectorDeclaration]: Reader<ConnectorDeclaration[Line]> } = {
  name: matching(/^[a-z][a-z0-9-]{0,31}$/),
  kind: oneOf(connectorKinds),
  title: text,
  purposes: listOf(purpose, 1),
  fields: listOf(field, 1),
  endpoint,
  hosts: listOf(host, 1),
  key: matching(/^[A-Za-z0-9+/]{43}=$/),
  country,
  safeguard: oneOf(["same-law", "adequacy", "standard-clauses", "nothing-readable"]),
  retention: text,
  subRecipients: listOf(subRecipient, 0),
  terms,
  warning: text,
};

/**
 * A declaration that is whole; nothing else loads.
 * @throws ConnectorRefused with the line that is missing, malformed or needless
 */
export const readConnector = (value: unknown): ConnectorDeclaration => {
  const given = record(value, "declaration");
  const needless = Object.keys(given).find((line) => !Object.hasOwn(lines, line));
  if (needless !== undefined) return refuse("malformed", needless.slice(0, 40));
  const read = Object.entries(lines).map(([line, reader]) => [line, reader(given[line], line)]);
  const declaration = Object.fromEntries(read) as ConnectorDeclaration;
  if (!declaration.hosts.includes(hostOf(declaration))) return refuse("malformed", "hosts");
  return declaration;
};

/** Of its endpoint. */
export const hostOf = ({ endpoint }: Pick<ConnectorDeclaration, "endpoint">): string =>
  new URL(endpoint).hostname;
