import { NotFound } from "../domain/errors.ts";
import { idEntropyBytes, idFrom, type NoticeId, type PersonId } from "../domain/ids.ts";
import { type NewNotice, type Notice, type Notices, noticeCaps } from "../domain/notice.ts";
import { Days } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import { noticeDays } from "../privacy/data-map.ts";
import type { GuardedStore } from "../privacy/guarded-store.ts";

/** What people of this home are told unasked: few things, each with what they can do. */
export class NoticeBoard implements Notices {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #store: GuardedStore;
  readonly #notices = new Map<NoticeId, Notice>();

  constructor(clock: Clock, entropy: Entropy, store: GuardedStore) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#store = store;
  }

  start(): void {
    for (const [, notice] of this.#store.collection("notices").entries())
      this.#notices.set(notice.id, notice);
  }

  post(notice: NewNotice): Notice | undefined {
    const now = this.#clock.now();
    // A clock that was set back leaves some in the future: they count as today's.
    const today = [...this.#notices.values()].filter(
      (each) => each.class === notice.class && each.to === notice.to && each.at > now - Days(1),
    );
    const newest = today.at(-1);
    if (newest !== undefined && today.length >= noticeCaps[notice.class]) {
      this.#keep({ ...newest, more: newest.more + 1 });
      return undefined;
    }
    const id = idFrom("notice", this.#entropy.bytes(idEntropyBytes));
    return this.#keep({ ...notice, id, at: now, more: 0, isRead: false });
  }

  /** Newest first. @param to absent: whoever keeps the home */
  list(to: PersonId | undefined): readonly Notice[] {
    return [...this.#notices.values()].filter((notice) => notice.to === to).toReversed();
  }

  /** @throws NotFound: not theirs */
  read(id: NoticeId, to: PersonId | undefined, isKeeper: boolean): Notice {
    const notice = this.#notices.get(id);
    const isTheirs = notice?.to === undefined ? isKeeper : notice.to === to;
    if (notice === undefined || !isTheirs) throw new NotFound("no such notice");
    return this.#keep({ ...notice, isRead: true });
  }

  /** Takes away what is too old, and what was for somebody who is gone. */
  sweep(knows: (person: PersonId) => boolean): void {
    const oldest = this.#clock.now() - Days(noticeDays);
    for (const { id, at, to } of [...this.#notices.values()])
      if (at < oldest || (to !== undefined && !knows(to))) this.#remove(id);
  }

  #remove(id: NoticeId): void {
    this.#store.collection("notices").remove(id);
    this.#notices.delete(id);
  }

  #keep(notice: Notice): Notice {
    this.#store.collection("notices").put(notice.id, notice);
    this.#notices.set(notice.id, notice);
    return notice;
  }
}
