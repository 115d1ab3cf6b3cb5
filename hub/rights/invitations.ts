import { sha256 } from "../crypto/digest.ts";
import { NotAuthenticated } from "../domain/errors.ts";
import type { EventBus } from "../domain/event.ts";
import { isId, type PersonId } from "../domain/ids.ts";
import { type Duration, Hours, type Instant, later } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";

/** Longer than a visit is planned ahead; who is late gets another. */
export const invitationLives: Duration = Hours(72);
/** More than anybody guesses. */
const codeBytes = 16;

interface Invitation {
  readonly person: PersonId;
  readonly expires: Instant;
}

/**
 * Codes for people without an account, handed to them by whoever invites them: with it they read what the home wants to keep of them, and
 * accept or decline. One for each person; it lives in memory, and ends with the process.
 */
export class Invitations {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #bus: EventBus;
  /** By the hash of the code, so that looking one up tells nothing by its timing. */
  readonly #open = new Map<string, Invitation>();
  #unsubscribe: (() => void) | undefined;

  constructor(clock: Clock, entropy: Entropy, bus: EventBus) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#bus = bus;
  }

  start(): void {
    this.#unsubscribe = this.#bus.subscribe("home.changed", ({ what, id, change }) => {
      if (what === "person" && change === "removed" && isId("person", id)) this.#close(id);
    });
  }

  close(): void {
    this.#unsubscribe?.();
    this.#open.clear();
  }

  /** One that was handed out before is good no more. @returns the code, base64url */
  invite(person: PersonId): { readonly code: string; readonly expires: Instant } {
    this.#close(person);
    const code = this.#entropy.bytes(codeBytes).toString("base64url");
    const expires = later(this.#clock.now(), invitationLives);
    this.#open.set(keyOf(Buffer.from(code)), { person, expires });
    return { code, expires };
  }

  /** Whose it is; it stays good. @param code as text, in bytes @throws NotAuthenticated */
  read(code: Uint8Array): PersonId {
    const found = this.#open.get(keyOf(code));
    if (found === undefined || this.#clock.now() >= found.expires)
      throw new NotAuthenticated("this invitation is wrong, used or too old: ask for another");
    return found.person;
  }

  /** Uses it up. @throws NotAuthenticated */
  answer(code: Uint8Array): PersonId {
    const person = this.read(code);
    this.#close(person);
    return person;
  }

  #close(person: PersonId): void {
    for (const [key, invitation] of this.#open) if (invitation.person === person) this.#open.delete(key);
  }
}

const keyOf = (code: Uint8Array): string => sha256(code).toString("hex");
