import type { Connection } from "../../domain/connection.ts";
import {
  type ConnectorDeclaration,
  type ConnectorField,
  ConnectorRefused,
  connectorFields,
  hostOf,
} from "../../domain/connector.ts";
import type { Disclosures } from "../../domain/disclosure.ts";
import type { PersonId } from "../../domain/ids.ts";
import type { Purpose } from "../../domain/purpose.ts";
import type { OutsideMessage } from "./message.ts";
import type { ServiceLink } from "./service-link.ts";

/** What is behind a connection now: asked each time, because it can end at any moment. */
export interface LiveConnection {
  readonly connection: Connection;
  readonly declaration: ConnectorDeclaration;
}

/** A value that a connector may put into a message, with the field that it belongs to. */
export type FieldSource = Partial<Readonly<Record<ConnectorField, (about: string) => unknown>>>;

export interface Sending {
  readonly purpose: Purpose;
  readonly message: OutsideMessage;
  readonly people?: readonly PersonId[];
  /** Absent: that of the declared endpoint. */
  readonly host?: string;
}

const fieldOfKey = new Map<string, ConnectorField>(
  (Object.keys(connectorFields) as ConnectorField[]).flatMap((field) =>
    connectorFields[field].keys.map((key) => [key, field] as const),
  ),
);

/** Every key in it, however deep. */
const keysIn = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(keysIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) => [key, ...keysIn(inside)]);
};

/**
 * All that the program of a connector can touch: it reads what was declared and agreed to, and speaks to hosts that the owner
 * has approved. Anything else is refused by name. What leaves is in the book of disclosures first, with the fields that are
 * really in it, read from the message and not from what the program says.
 */
export class ConnectorSandbox {
  readonly #live: () => LiveConnection;
  readonly #sources: FieldSource;
  readonly #link: ServiceLink;
  readonly #disclosures: Disclosures;

  /** @param live @throws ConnectorRefused when the connection is off, over, paused or no longer agreed to */
  constructor(live: () => LiveConnection, sources: FieldSource, link: ServiceLink, disclosures: Disclosures) {
    this.#live = live;
    this.#sources = sources;
    this.#link = link;
    this.#disclosures = disclosures;
  }

  /** @param about what the value is of, as the field's source understands it @throws ConnectorRefused */
  read(field: ConnectorField, about: string): unknown {
    this.#assertField(field, this.#live());
    const source = this.#sources[field];
    if (source === undefined)
      throw new ConnectorRefused(`nothing to read as "${field}"`, { reason: "field", what: field });
    return source(about);
  }

  /** Writes down what is about to leave; for an answer, which goes the way that the question came. @throws ConnectorRefused, DisclosureRefused */
  disclose({ purpose, message, people, host }: Sending): ConnectorDeclaration {
    const live = this.#live();
    const { declaration, connection } = live;
    if (!declaration.purposes.includes(purpose))
      throw new ConnectorRefused(`"${purpose}" is not what it was let in for`, {
        reason: "field",
        what: purpose,
      });
    const to = host ?? hostOf(declaration);
    if (!declaration.hosts.includes(to) || !connection.hosts.includes(to))
      throw new ConnectorRefused(`nobody has approved ${to}`, { reason: "host", what: to });
    const fields = this.#fieldsOf(message);
    for (const field of fields) this.#assertField(field, live);
    this.#disclosures.record({
      recipient: declaration.name,
      purpose,
      fields,
      ...(people && { people }),
      bytes: this.#link.sizeOf(message),
    });
    return declaration;
  }

  /** @throws ConnectorRefused, DisclosureRefused: nothing has left; NetworkFailed */
  ask(sending: Sending): Promise<OutsideMessage> {
    return this.#link.ask(this.disclose(sending), sending.message);
  }

  #fieldsOf(message: OutsideMessage): readonly ConnectorField[] {
    const fields = keysIn(message).flatMap((key) => {
      if (key === "lamps") return [];
      const field = fieldOfKey.get(key);
      if (field === undefined)
        throw new ConnectorRefused(`"${key}" belongs to no declared field`, { reason: "field", what: key });
      return [field];
    });
    return [...new Set(fields)];
  }

  #assertField(field: ConnectorField, { connection, declaration }: LiveConnection): void {
    if (!declaration.fields.includes(field) || !connection.fields.includes(field))
      throw new ConnectorRefused(`"${field}" was not declared and agreed to`, {
        reason: "field",
        what: field,
      });
  }
}
