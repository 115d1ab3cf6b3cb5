import type { Banner, BannerKind } from "../../domain/connection.ts";
import { HubError } from "../../domain/errors.ts";
import type { PersonId } from "../../domain/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Collection, GuardedStore } from "../../privacy/guarded-store.ts";
import type { Letter, MailRoom } from "./mail-room.ts";

/** Who got an announcement, and who could not be reached. */
export interface Announced {
  readonly sent: readonly PersonId[];
  readonly unreached: readonly PersonId[];
}

/** Everybody is told of these in the app, even where a letter has reached them all. */
const alwaysShown: readonly BannerKind[] = ["breach", "drill"];

/** What all people of the home have to know: a letter each, and where one cannot be sent a banner for everybody. */
export class Announcements {
  readonly #clock: Clock;
  readonly #banners: Collection<Banner>;
  readonly #mail: MailRoom;
  readonly #people: () => readonly PersonId[];

  constructor(clock: Clock, store: GuardedStore, mail: MailRoom, people: () => readonly PersonId[]) {
    this.#clock = clock;
    this.#banners = store.collection("banners");
    this.#mail = mail;
    this.#people = people;
  }

  banners(): readonly Banner[] {
    return [...this.#banners.entries()].map(([, banner]) => banner);
  }

  /** The banner stands before anything is sent: a power cut must not leave people without word. */
  async announce(kind: BannerKind, letter: Omit<Letter, "class">): Promise<Announced> {
    const people = this.#people();
    this.#show(kind, people.length);
    const results = await Promise.all(people.map((person) => this.#tell(person, kind, letter)));
    const sent = people.filter((_, index) => results[index]);
    const unreached = people.filter((_, index) => !results[index]);
    if (unreached.length > 0 || alwaysShown.includes(kind)) this.#show(kind, unreached.length);
    else this.dismiss(kind);
    return { sent, unreached };
  }

  /** To those who have asked for it twice, and to nobody else; nobody is told by a banner. */
  async news(letter: Omit<Letter, "class">): Promise<Announced> {
    const people = this.#people();
    const results = await Promise.all(
      people.map((person) => isSent(this.#mail.send(person, { ...letter, class: "promotional" }))),
    );
    return {
      sent: people.filter((_, index) => results[index]),
      unreached: people.filter((_, index) => !results[index]),
    };
  }

  /** None is fine. */
  dismiss(kind: BannerKind): void {
    this.#banners.remove(kind);
  }

  #tell(person: PersonId, kind: BannerKind, letter: Omit<Letter, "class">): Promise<boolean> {
    const isSecurity = kind === "breach" || kind === "drill";
    return isSent(this.#mail.send(person, { ...letter, class: isSecurity ? "security" : "service" }));
  }

  #show(kind: BannerKind, unreached: number): void {
    this.#banners.put(kind, { kind, since: this.#clock.now(), unreached });
  }
}

const isSent = async (sending: Promise<void>): Promise<boolean> => {
  try {
    await sending;
    return true;
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    return false;
  }
};
