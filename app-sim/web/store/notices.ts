import { signal } from "@preact/signals";

export interface Notice {
  readonly id: number;
  readonly tone: "info" | "danger";
  readonly text: string;
  /** Stable code to search for. */
  readonly code?: string;
}

const shownMs = 8_000;
let last = 0;

/** What just happened, for eyes and, through a live region, for ears. */
export const notices = signal<readonly Notice[]>([]);

export const dismiss = (id: number): void => {
  notices.value = notices.value.filter((notice) => notice.id !== id);
};

/** A repeated message replaces its elder instead of piling up. */
export const tell = (text: string, tone: Notice["tone"] = "info", code?: string): void => {
  const id = ++last;
  const others = notices.value.filter((notice) => notice.text !== text);
  notices.value = [...others.slice(-2), { id, tone, text, ...(code === undefined ? {} : { code }) }];
  setTimeout(() => dismiss(id), shownMs);
};
