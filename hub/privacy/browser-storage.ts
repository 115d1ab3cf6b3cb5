import type { InEachLanguage } from "./categories.ts";

/** The four classes that notices sort browser storage into. Only the first has anything in it here. */
export const storageClasses = {
  necessary: {
    en: "Needed to work",
    vi: "Cần thiết để hoạt động",
  },
  performance: { en: "Measuring use", vi: "Đo lường sử dụng" },
  functional: { en: "Remembering choices", vi: "Ghi nhớ lựa chọn" },
  advertising: { en: "Advertising", vi: "Quảng cáo" },
} as const satisfies Readonly<Record<string, InEachLanguage>>;

export type StorageClass = keyof typeof storageClasses;

/** Something that a page of this hub leaves in a browser. */
export interface StoredInBrowser {
  readonly kind: "cookie" | "local-storage";
  /** `{id}` stands for the hub's random id. */
  readonly name: string;
  readonly class: StorageClass;
  readonly holds: InEachLanguage;
  readonly until: InEachLanguage;
}

/** All that a browser ever keeps of this hub. Other origins get to leave nothing: the page loads from none. */
export const browserStorage: readonly StoredInBrowser[] = [
  {
    kind: "cookie",
    name: "lampkeeper-{id}",
    class: "necessary",
    holds: { en: "that you are signed in", vi: "việc bạn đã đăng nhập" },
    until: { en: "you sign out, or the session ends", vi: "bạn đăng xuất hoặc phiên kết thúc" },
  },
];
