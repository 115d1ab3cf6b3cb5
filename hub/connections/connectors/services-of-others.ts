import type { Connection, ServiceNotice } from "../../domain/connection.ts";
import { NotFound } from "../../domain/errors.ts";
import type { ConnectionId, PersonId } from "../../domain/ids.ts";
import { parseName } from "../../domain/name.ts";
import type { ProviderSignIn } from "../identity/provider-sign-in.ts";
import type { MailRoom } from "../mail/mail-room.ts";
import type { Connections } from "./connections.ts";
import type { ServiceNotices } from "./service-notices.ts";

/** All services of others at once: what is corrected or erased here is corrected or erased there, as far as they say so. */
export class ServicesOfOthers {
  readonly #connections: Connections;
  readonly #notices: ServiceNotices;
  readonly #provider: ProviderSignIn;
  readonly #mail: MailRoom;

  constructor(connections: Connections, notices: ServiceNotices, provider: ProviderSignIn, mail: MailRoom) {
    this.#connections = connections;
    this.#notices = notices;
    this.#provider = provider;
    this.#mail = mail;
  }

  start(): void {
    // Whatever ends a connection: what the service still has of it is to be forgotten.
    this.#connections.onEnding((connection) => this.#notices.note(connection, { what: "erase" }));
    this.#connections.onEnd(({ id }) => this.#notices.send(id));
    // The power went between the two.
    for (const { connection, what, about } of this.#notices.list())
      if (what === "erase" && about === undefined && this.#connections.get(connection) !== undefined)
        this.#connections.revoke(connection);
  }

  /** Ends every connection and makes every service forget; confirmed or not stands in the list. */
  eraseEverywhere(): readonly ServiceNotice[] {
    for (const { id } of this.#connections.list()) this.#connections.revoke(id);
    return this.#notices.list();
  }

  /** Before a person is erased here: whatever was let in for them ends, and is forgotten there. Twice is fine. */
  forget(person: PersonId): readonly ServiceNotice[] {
    this.#mail.forget(person);
    this.#provider.unlink(person);
    for (const { id, person: by } of this.#connections.list())
      if (by === person) this.#connections.revoke(id);
    return this.#notices.list();
  }

  /** Ends what shares data of a person: what was let in for them, and what was let in for the whole home. */
  stopSharing(person: PersonId): void {
    for (const kind of ["assistant", "relay"] as const)
      for (const { connection } of this.#connections.ofKind(kind))
        if (connection.person === undefined || connection.person === person)
          this.#connections.revoke(connection.id);
    this.#provider.unlink(person);
  }

  /** Another name of a lamp for this service, here and there. @throws NotFound, InvalidInput */
  rectify(id: ConnectionId, handle: string, alias: string): Connection {
    const connection = this.#connections.need(id);
    if (!connection.lamps.some((lamp) => lamp.handle === handle)) throw new NotFound("no such lamp there");
    const name = parseName(alias);
    const lamps = connection.lamps.map((lamp) => (lamp.handle === handle ? { ...lamp, alias: name } : lamp));
    const changed = this.#connections.change({ ...connection, lamps });
    this.#notices.tell(connection, { what: "rectify", about: handle });
    return changed;
  }
}
