import { sameDigest, sha256 } from "../../crypto/digest.ts";
import { openedCall } from "../../crypto/sealed-call.ts";
import {
  type Contact,
  type MailChannel,
  type MarketingState,
  mailChannels,
} from "../../domain/connection.ts";
import type { Consents } from "../../domain/consent.ts";
import { HubError, InvalidInput, NotFound } from "../../domain/errors.ts";
import { idEntropyBytes, idFrom, type PersonId } from "../../domain/ids.ts";
import { Days, type Duration } from "../../domain/units.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Entropy } from "../../ports/entropy.ts";
import type { Collection, GuardedStore } from "../../privacy/guarded-store.ts";
import type { Connections } from "../connectors/connections.ts";
import type { LiveConnection } from "../connectors/sandbox.ts";
import type { ServiceNotices } from "../connectors/service-notices.ts";
import { type Incoming, type Intake, intakeOf, readIncoming } from "./incoming.ts";
import type { OptOut, OptOutIntake, OptOutLaw, SharingStop } from "./opt-out.ts";
import { assertNoSecret, MailRefused } from "./secret-filter.ts";

/** `promotional` can be stopped with one click. `service` and `security`: what people have to know; it cannot be stopped. */
export type MailClass = "promotional" | "service" | "security";

export interface Letter {
  readonly class: MailClass;
  readonly subject: string;
  readonly text: string;
}

/** How many of a class go to one person, at most, in how long a time. */
const caps: Readonly<
  Record<"promotional" | "service", { readonly most: number; readonly within: Duration }>
> = {
  promotional: { most: 4, within: Days(30) },
  service: { most: 10, within: Days(1) },
};

const longestText = 4_000;
const longestSubject = 120;
const addressForms: Readonly<Record<MailChannel, RegExp>> = {
  // RFC 5321, 4.5.3.1: 64 octets before the sign, 255 after it; what people have, not all that a grammar allows.
  email: /^[^\s@<>"(),:;[\]\\]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,187}[a-z0-9])?$/i,
  // E.164: 15 digits at most.
  "text-message": /^\+[1-9][0-9]{6,14}$/,
};

/**
 * Letters to the people of the home, by a mail service that the owner let in. News go to nobody who has not said yes twice:
 * once here, and once from the address itself with a code that is shown here; before that nothing leaves. Everything else is
 * what people have to know, and little of it.
 */
export class MailRoom {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #contacts: Collection<Contact>;
  readonly #connections: Connections;
  readonly #consents: Consents;
  readonly #intake: OptOutIntake;
  readonly #sharing: SharingStop;
  readonly #notices: Pick<ServiceNotices, "tell">;
  /** What the service calls them: still known when the person's own key is gone and nothing else is. */
  readonly #recipients = new Map<PersonId, Map<MailChannel, string>>();

  constructor(
    clock: Clock,
    entropy: Entropy,
    store: GuardedStore,
    connections: Connections,
    around: {
      readonly consents: Consents;
      readonly intake: OptOutIntake;
      readonly sharing: SharingStop;
      readonly notices: Pick<ServiceNotices, "tell">;
    },
  ) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#contacts = store.collection("contacts");
    this.#connections = connections;
    this.#consents = around.consents;
    this.#intake = around.intake;
    this.#sharing = around.sharing;
    this.#notices = around.notices;
  }

  start(): void {
    for (const [, contact] of this.#contacts.entries()) this.#know(contact);
  }

  of(person: PersonId): readonly Contact[] {
    return mailChannels.flatMap((channel) => this.#contacts.get(fileOf({ person, channel })) ?? []);
  }

  /** A new address has said yes to nothing yet. @throws InvalidInput */
  setAddress(person: PersonId, channel: MailChannel, address: string): Contact {
    if (!addressForms[channel].test(address))
      throw new InvalidInput("this is no address of that kind", { path: "address" });
    const before = this.#contacts.get(fileOf({ person, channel }));
    if (before?.address === address) return before;
    return this.#keep({
      person,
      channel,
      address,
      recipient: this.#word(),
      marketing: "none",
      stop: this.#word(),
      promotional: [],
      service: before?.service ?? [],
    });
  }

  /** The service is asked to forget it, too. None is fine. */
  removeAddress(person: PersonId, channel: MailChannel): void {
    const recipient = this.#recipients.get(person)?.get(channel);
    if (recipient === undefined) return;
    this.#recipients.get(person)?.delete(channel);
    this.#contacts.remove(fileOf({ person, channel }));
    const service = this.#service();
    if (service !== undefined) this.#notices.tell(service.connection, { what: "erase", about: recipient });
  }

  /** All of a person's, also when they are erased here already. */
  forget(person: PersonId): void {
    for (const channel of mailChannels) this.removeAddress(person, channel);
  }

  /** The first yes. @returns what the second one has to say, from that address @throws NotFound no address; MailRefused not agreed */
  subscribe(person: PersonId, channel: MailChannel): { readonly code: string } {
    const contact = this.#need(person, channel);
    if (!this.#consents.allows("newsletter", person))
      throw new MailRefused("this person has not agreed to news", { reason: "stopped" });
    const code = idFrom("command", this.#entropy.bytes(idEntropyBytes)).slice(2);
    this.#keep({ ...contact, marketing: contact.marketing === "confirmed" ? "confirmed" : "asked", code });
    return { code };
  }

  /** At once, and with no questions. None is fine. */
  unsubscribe(person: PersonId, channel?: MailChannel): void {
    for (const contact of this.of(person))
      if (channel === undefined || contact.channel === channel) this.#stop(contact);
  }

  /** Where a mail service is let in, and this person has an address for it. */
  canReach(person: PersonId): boolean {
    return this.#service() !== undefined && this.of(person).length > 0;
  }

  /**
   * @throws MailRefused (`no-address`, `stopped`, `cap`, `secret`, `malformed`), ConnectorRefused, DisclosureRefused: nothing has
   * left; NetworkFailed
   */
  async send(person: PersonId, letter: Letter, channel?: MailChannel): Promise<void> {
    this.#assertLetter(letter);
    const service = this.#service();
    const contact = this.of(person).find((each) => channel === undefined || each.channel === channel);
    if (service === undefined || contact === undefined)
      throw new MailRefused("there is no address, or no mail service", { reason: "no-address" });
    const counted = this.#counted(contact, letter.class);
    const message = {
      kind: "mail",
      channel: contact.channel,
      to: contact.address,
      recipient: contact.recipient,
      ...letter,
      ...(letter.class === "promotional" ? { headers: stopHeaders(service, contact) } : {}),
    };
    const sandbox = this.#connections.sandbox(service.connection.id, {});
    const purpose = letter.class === "promotional" ? "newsletter" : "security";
    const sending = sandbox.ask({ purpose, message, people: [person] });
    // Counted as it leaves: a service that does not answer must not be written to again and again.
    this.#keep(counted);
    await sending;
  }

  /** What the mail service hands in. Undefined: not ours, and nothing is said. Never throws. */
  receive(connector: string, bytes: Uint8Array): Uint8Array | undefined {
    const service = this.#service();
    if (service === undefined || service.connection.connector !== connector) return undefined;
    const pair = this.#connections.keyPair(service.connection.id);
    const call = pair && openedCall(pair, bytes);
    const incoming = call && readIncoming(call.question);
    if (incoming === undefined) return undefined;
    try {
      this.#take(incoming);
      // The same answer whatever it was: nobody learns whose address is known here.
      return call?.sealAnswer(Buffer.from('{"kind":"taken"}'));
    } catch (error) {
      if (error instanceof HubError) return undefined;
      throw error;
    }
  }

  /** For what the service hands in; X25519, base64. @throws NotFound */
  key(): string {
    const service = this.#service();
    const pair = service && this.#connections.keyPair(service.connection.id);
    if (pair === undefined) throw new NotFound("no mail service was let in");
    return pair.publicKey.toString("base64");
  }

  /** Nothing of this person is sold or shared from here on. */
  optOut(person: PersonId, law: OptOutLaw): void {
    this.#optedOut({ law, by: "app", verified: true, person, message: this.#messageOf(person, law) });
  }

  #take(incoming: Incoming): void {
    if (incoming.kind === "stop") {
      this.#click(incoming.token);
      return;
    }
    const intake = intakeOf(incoming.subject);
    if (intake !== undefined) this.#ask(intake, incoming);
  }

  /** An address can be several people's: of a family, or of a couple. */
  #ask(intake: Intake, { from, verified }: Extract<Incoming, { kind: "mail" }>): void {
    const contacts = this.#allAt(from);
    if (intake.kind === "opt-out") this.#optOutBy(from, intake.law, verified);
    else if (intake.kind === "stop") for (const contact of contacts) this.#stop(contact);
    else if (verified) for (const contact of contacts) this.#confirm(contact, intake.code);
  }

  #optOutBy(from: string, law: OptOutLaw, verified: boolean): void {
    const people = new Set(this.#allAt(from).map(({ person }) => person));
    const asked = { law, by: "mail", message: this.#messageOf(from.toLowerCase(), law) } as const;
    if (people.size === 0) this.#optedOut({ ...asked, verified: false });
    for (const person of people) this.#optedOut({ ...asked, verified, person });
  }

  /** The second yes counts from that address alone: anybody can write its name into a letter. */
  #confirm(contact: Contact, code: string): void {
    if (contact.code === undefined || !sameWord(contact.code, code)) return;
    if (!this.#consents.allows("newsletter", contact.person)) return;
    const { code: _used, ...rest } = contact;
    this.#keep({ ...rest, marketing: "confirmed" });
  }

  /** It stops first: whatever becomes of the book, nothing is shared any more. */
  #optedOut(optOut: OptOut): void {
    const { person } = optOut;
    // Of somebody who is nobody here nothing is shared. An address that may be forged is obeyed: it takes nothing from its owner.
    if (person !== undefined) {
      this.#sharing.stopSharing(person);
      this.unsubscribe(person);
    }
    this.#intake.record(optOut);
  }

  /** Of one sender and law there is one request a day. */
  #messageOf(from: string, law: OptOutLaw): string {
    return `${from} ${law} ${Math.floor(this.#clock.now() / Days(1))}`;
  }

  #click(token: string): void {
    for (const [, contact] of this.#contacts.entries())
      if (sameWord(contact.stop, token)) this.#stop(contact);
  }

  #stop(contact: Contact): void {
    const { code: _gone, ...rest } = contact;
    this.#keep({ ...rest, marketing: "none" });
  }

  #allAt(address: string): readonly Contact[] {
    const wanted = address.toLowerCase();
    return [...this.#contacts.entries()]
      .map(([, contact]) => contact)
      .filter((contact) => contact.address.toLowerCase() === wanted);
  }

  /** @throws MailRefused */
  #counted(contact: Contact, of: MailClass): Contact {
    const name = of === "promotional" ? "promotional" : "service";
    if (name === "promotional" && !this.#mayPromote(contact))
      throw new MailRefused("this person has not asked for news twice", { reason: "stopped" });
    const { most, within } = caps[name];
    const now = this.#clock.now();
    const recent = contact[name].filter((at) => now - at < within && at <= now);
    // Of a break-in people hear, however much they have heard before.
    if (recent.length >= most && of !== "security")
      throw new MailRefused("enough was written to this person for now", { reason: "cap" });
    return { ...contact, [name]: [...recent, now].slice(-most) };
  }

  #mayPromote({ person, marketing }: Contact): boolean {
    return (
      marketing === ("confirmed" satisfies MarketingState) && this.#consents.allows("newsletter", person)
    );
  }

  #assertLetter({ subject, text }: Letter): void {
    const isWhole =
      subject.length > 0 && subject.length <= longestSubject && text.length > 0 && text.length <= longestText;
    // A line end in a subject would be a header of its own.
    if (!isWhole || /[\r\n]/.test(subject))
      throw new MailRefused("a letter has a subject of one line and a text", { reason: "malformed" });
    assertNoSecret(subject);
    assertNoSecret(text);
  }

  #service(): LiveConnection | undefined {
    return this.#connections
      .ofKind("mail")
      .find(({ connection }) => this.#connections.stateOf(connection).state === "on");
  }

  /** @throws NotFound */
  #need(person: PersonId, channel: MailChannel): Contact {
    const contact = this.#contacts.get(fileOf({ person, channel }));
    if (contact === undefined) throw new NotFound("this person has no such address here");
    return contact;
  }

  #keep(contact: Contact): Contact {
    this.#contacts.put(fileOf(contact), contact);
    this.#know(contact);
    return contact;
  }

  #know({ person, channel, recipient }: Contact): void {
    const known = this.#recipients.get(person) ?? new Map<MailChannel, string>();
    this.#recipients.set(person, known.set(channel, recipient));
  }

  #word(): string {
    return this.#entropy.bytes(16).toString("base64url");
  }
}

const fileOf = ({ person, channel }: Pick<Contact, "person" | "channel">): string => `${person}/${channel}`;

/** In a time that does not depend on where they differ. */
const sameWord = (a: string, b: string): boolean =>
  sameDigest(sha256(Buffer.from(a)), sha256(Buffer.from(b)));

/** RFC 2369 and RFC 8058: one click in any mail program, and no page that asks why. */
const stopHeaders = (
  { declaration }: LiveConnection,
  { stop }: Contact,
): Readonly<Record<string, string>> => {
  const { origin, hostname } = new URL(declaration.endpoint);
  return {
    "List-Unsubscribe": `<${origin}/stop/${stop}>, <mailto:home@${hostname}?subject=stop>`,
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  };
};
