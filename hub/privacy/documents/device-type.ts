import type { Profile } from "../../domain/profile.ts";
import type { InEachLanguage } from "../categories.ts";

/** What a product tells of the people around it, what it keeps of them, and whether it can be made to forget. */
export interface DeviceType {
  /** `vendor/model`, as in its profile. */
  readonly id: string;
  readonly name: string;
  readonly kind: "lamp" | "sensor";
  readonly link: "mqtt" | "ble" | "ble-broadcast";
  /** Keys of `sensed`; a lamp that measures its power senses, too. */
  readonly senses: readonly string[];
  readonly keeps: readonly (keyof typeof keptWords)[];
  readonly wipe: keyof typeof wipeWords;
}

/** What can lie in a device's own memory. */
export const keptWords = {
  light: { en: "the light it last showed", vi: "ánh sáng nó hiển thị lần cuối" },
  "power-on": { en: "how it comes on after a power cut", vi: "cách nó bật lại sau khi mất điện" },
  groups: { en: "the groups it listens to", vi: "các nhóm nó lắng nghe" },
  login: { en: "its own login to the hub", vi: "thông tin đăng nhập riêng vào thiết bị trung tâm" },
  network: { en: "name and password of the network", vi: "tên và mật khẩu mạng" },
  bond: { en: "the keys of its pairing with the hub", vi: "khóa ghép nối với thiết bị trung tâm" },
} as const satisfies Readonly<Record<string, InEachLanguage>>;

/** How it forgets. */
export const wipeWords = {
  proven: {
    en: "it can be made to forget, and proves that it has",
    vi: "có thể buộc nó quên và nó chứng minh được điều đó",
  },
  told: {
    en: "it can be told to forget, and whether it has cannot be checked",
    vi: "có thể yêu cầu nó quên nhưng không kiểm tra được",
  },
  "by-hand": {
    en: "only you can make it forget, by its own reset; the hub tells you which devices that concerns",
    vi: "chỉ bạn có thể làm nó quên bằng cách đặt lại; thiết bị trung tâm cho biết cần làm với cái nào",
  },
  nothing: { en: "it keeps nothing to forget", vi: "nó không giữ gì để phải quên" },
} as const satisfies Readonly<Record<string, InEachLanguage>>;

const linkOf = ({ link }: Profile): DeviceType["link"] => {
  if (link.kind === "mqtt") return "mqtt";
  return link.over === "broadcast" ? "ble-broadcast" : "ble";
};

const keptBy = (profile: Profile): DeviceType["keeps"] => {
  const { link } = profile;
  return [
    ...(profile.kind === "lamp" ? (["light"] as const) : []),
    ...(profile.kind === "lamp" && profile.powerOn !== undefined ? (["power-on"] as const) : []),
    ...(link.kind === "mqtt" && link.group !== undefined ? (["groups"] as const) : []),
    ...(link.kind === "mqtt" ? (["login", "network"] as const) : []),
    ...(link.kind === "ble" && link.bonded ? (["bond"] as const) : []),
  ];
};

const wipeOf = ({ wipe }: Profile, keeps: DeviceType["keeps"]): DeviceType["wipe"] => {
  if (wipe !== undefined) return wipe.proof === undefined ? "told" : "proven";
  return keeps.length === 0 ? "nothing" : "by-hand";
};

/** What a profile says of its product, and nothing besides. */
export const deviceTypeOf = (profile: Profile): DeviceType => {
  const keeps = keptBy(profile);
  return {
    id: profile.id,
    name: profile.description,
    kind: profile.kind,
    link: linkOf(profile),
    senses: profile.kind === "sensor" ? profile.senses : sensedByLamp(profile),
    keeps,
    wipe: wipeOf(profile, keeps),
  };
};

/** What a lamp's own examples report besides its light. */
const sensedByLamp = (profile: Profile & { readonly kind: "lamp" }): readonly string[] => {
  const reports = profile.examples.flatMap(({ decode }) => (decode === undefined ? [] : [decode.report]));
  return (["power", "energy"] as const).filter((key) => reports.some((report) => report[key] !== undefined));
};
