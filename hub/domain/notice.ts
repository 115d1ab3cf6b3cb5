import type { NoticeId, PersonId } from "./ids.ts";
import type { Instant } from "./units.ts";

/**
 * What people are told unasked, and how many a day of each kind each of them at most: who is told too much reads nothing.
 * There is no kind that advertises.
 */
export const noticeCaps = { security: 5, incident: 10, request: 10, service: 2 } as const;
export type NoticeClass = keyof typeof noticeCaps;

/** Something that somebody is told, with what they can do. */
export interface Notice {
  readonly id: NoticeId;
  readonly class: NoticeClass;
  /** Whom it is for; absent: whoever keeps the home. */
  readonly to?: PersonId;
  readonly at: Instant;
  readonly title: string;
  readonly steps: readonly string[];
  /** How many more there were that day which are not shown one by one. */
  readonly more: number;
  readonly isRead: boolean;
}

/** What is to be told. */
export type NewNotice = Pick<Notice, "class" | "to" | "title" | "steps">;

/** Whoever shows it. */
export interface Notices {
  /** @returns undefined: there were enough today, and this one is counted with the last of them */
  post(notice: NewNotice): Notice | undefined;
}
