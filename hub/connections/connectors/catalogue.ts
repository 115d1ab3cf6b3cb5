import { sha256 } from "../../crypto/digest.ts";
import type { Connection } from "../../domain/connection.ts";
import { type ConnectorDeclaration, ConnectorRefused, readConnector } from "../../domain/connector.ts";
import { NotFound } from "../../domain/errors.ts";

/** A declaration that did not load, and why. */
export interface RefusedConnector {
  readonly name: string;
  readonly reason: string;
  readonly what: string;
}

/** What the services of others say of themselves, as far as it is whole. */
export class Catalogue {
  readonly #services: () => readonly unknown[];

  constructor(services: () => readonly unknown[]) {
    this.#services = services;
  }

  list(): readonly ConnectorDeclaration[] {
    return this.#read().flatMap((each) => ("endpoint" in each ? [each] : []));
  }

  refused(): readonly RefusedConnector[] {
    return this.#read().flatMap((each) => ("reason" in each ? [each] : []));
  }

  get(name: string): ConnectorDeclaration | undefined {
    return this.list().find((each) => each.name === name);
  }

  /** @throws NotFound */
  need(name: string): ConnectorDeclaration {
    const found = this.get(name);
    if (found === undefined) throw new NotFound("no such service, or its declaration does not load");
    return found;
  }

  #read(): readonly (ConnectorDeclaration | RefusedConnector)[] {
    return this.#services().map((service) => {
      try {
        return readConnector(service);
      } catch (error) {
        if (!(error instanceof ConnectorRefused)) throw error;
        const { reason, what } = error.context;
        return { name: nameIn(service), reason: `${reason}`, what: `${what}` };
      }
    });
  }
}

const nameIn = (service: unknown): string => {
  const name =
    typeof service === "object" && service !== null && "name" in service ? service.name : undefined;
  return typeof name === "string" && /^[a-z][a-z0-9-]{0,31}$/.test(name) ? name : "unnamed";
};

/** Stands for everything that is shown before a service is let in: whoever names it has been shown just that. */
export const previewOf = (declaration: ConnectorDeclaration): string =>
  sha256(Buffer.from(JSON.stringify(declaration)))
    .toString("base64url")
    .slice(0, 22);

/** Why a connection rests, if anything was changed since it was agreed to. Silence is no yes. */
export const pauseOf = (
  { key, terms, fields, hosts, subRecipients }: Connection,
  declaration: ConnectorDeclaration,
):
  | { readonly reason: "key" | "terms" | "field" | "host" | "sub-recipient"; readonly what: string }
  | undefined => {
  if (declaration.key !== key) return { reason: "key", what: "key" };
  if (declaration.terms.version > terms) return { reason: "terms", what: `${declaration.terms.version}` };
  const field = declaration.fields.find((each) => !fields.includes(each));
  if (field !== undefined) return { reason: "field", what: field };
  const host = declaration.hosts.find((each) => !hosts.includes(each));
  if (host !== undefined) return { reason: "host", what: host };
  const other = declaration.subRecipients.find(({ name }) => !subRecipients.includes(name));
  return other && { reason: "sub-recipient", what: other.name };
};
