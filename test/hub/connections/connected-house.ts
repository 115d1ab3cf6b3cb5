import type { AssistantCloud } from "../../../app-sim/world/assistant-cloud.ts";
import { previewOf } from "../../../hub/connections/connectors/catalogue.ts";
import type { NewConnection } from "../../../hub/connections/connectors/connections.ts";
import type { Connection } from "../../../hub/domain/connection.ts";
import { ConnectorRefused } from "../../../hub/domain/connector.ts";
import type { PersonId } from "../../../hub/domain/ids.ts";
import type { OptionalPurpose } from "../../../hub/domain/purpose.ts";
import { House } from "../api/house.ts";

/** A house with a line to services of others, of which none is let in yet. */
export class ConnectedHouse extends House {
  readonly ana: PersonId;

  constructor() {
    super();
    this.outside.attach((connector, bytes) => this.connected.receive(connector, bytes));
    this.ana = this.people.add({ name: "Ana" }).id;
    const agreed = this.privacy.consents;
    agreed.give("presence", this.ana, agreed.informs("presence"), { way: "witness" });
  }

  get connected() {
    return this.privacy.connections;
  }

  override close(): void {
    this.privacy.close();
    super.close();
  }

  /** What is shown of a service before it is let in, as whoever has seen it names it. */
  shown(connector: string): Pick<NewConnection, "connector" | "preview" | "terms"> {
    const declaration = this.connected.catalogue.need(connector);
    return { connector, preview: previewOf(declaration), terms: declaration.terms.version };
  }

  /** Lets a service in for which everybody has agreed. */
  letIn(connector: string, wanted: Partial<NewConnection> = {}): Connection {
    const { purposes } = this.connected.catalogue.need(connector);
    for (const purpose of purposes) this.consents.say(purpose as OptionalPurpose, true, wanted.person);
    return this.connected.connections.enable({ ...this.shown(connector), ...wanted });
  }

  /** An assistant that was let in for one lamp, and whose account is linked. */
  linkedAssistant(wanted: Partial<NewConnection> = {}): {
    readonly connection: Connection;
    readonly cloud: AssistantCloud;
  } {
    const connection = this.letIn("sim-assistant", {
      lamps: [{ lamp: this.lamp, alias: "Desk light" }],
      person: this.ana,
      ...wanted,
    });
    const [cloud] = this.outside.assistants;
    cloud.link(this.connected.assistants.linkingCode(connection.id));
    return { connection: this.connected.connections.need(connection.id), cloud };
  }

  /** Whatever was sent without waiting has arrived. */
  async settled(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  }
}

/** Why a connector was refused, and what. */
export const refusal = (act: () => unknown): readonly [unknown, unknown] | "not refused" => {
  try {
    act();
    return "not refused";
  } catch (error) {
    if (!(error instanceof ConnectorRefused)) throw error;
    return [error.context["reason"], error.context["what"]];
  }
};

/** As `refusal`, of what takes time. */
export const refusalOf = (act: Promise<unknown>): Promise<readonly [unknown, unknown] | "not refused"> =>
  act.then(
    () => "not refused" as const,
    (error: unknown) =>
      refusal(() => {
        throw error;
      }),
  );

/** Every key in a message, however deep. */
export const keysOf = (said: unknown): readonly string[] => {
  if (Array.isArray(said)) return said.flatMap(keysOf);
  if (typeof said !== "object" || said === null) return [];
  return Object.entries(said).flatMap(([key, inside]) => [key, ...keysOf(inside)]);
};
