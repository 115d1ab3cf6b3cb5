import type { Category, InEachLanguage } from "./categories.ts";
import type { Transfer } from "./declaration.ts";
import type { Topic } from "./outlets.ts";
import type { Recipient } from "./recipient.ts";
import type { RequirementId } from "./requirement-id.ts";

/** Somebody outside this hub who may be told something, and everything a person needs to know before they say yes. */
export interface RecipientFacts extends Recipient {
  readonly label: InEachLanguage;
  /** Kinds of data that may be in what they get. */
  readonly categories: readonly [Category, ...Category[]];
  /** Where it goes: `local` is this home's own network, `chosen` wherever its owner has put that service. */
  readonly place: "local" | "chosen";
  readonly transfer: Transfer;
  /** When something goes. */
  readonly when: InEachLanguage;
  /** Whoever gets anything is off until somebody switches it on. */
  readonly isOffByDefault: true;
  readonly rows: readonly RequirementId[];
}

const ownBrokerTopics = [
  "lampkeeper/{id}",
  "lampkeeper/{id}/availability",
  "lampkeeper/{id}/error",
  "lampkeeper/bridge/state",
  "lampkeeper/bridge/reset",
  "lampkeeper/bridge/response/{what}",
  "device/{address}/command",
] as const satisfies readonly Topic[];

/** Everybody outside the hub who may ever be told anything. Nobody buys, rents or brokers data: such a recipient has no entry. */
export const recipients = {
  "owner-broker": {
    startOption: "--broker",
    retention: "the newest, as long as its owner lets it",
    is: "the owner's own MQTT broker",
    why: "programs of the owner's own show and command the lamps",
    country: "home",
    safeguard: "owner-keeps-it",
    hosts: "named by the owner",
    subRecipients: [],
    label: { en: "Your own MQTT broker", vi: "Máy chủ MQTT của chính bạn" },
    purpose: "owner-broker",
    categories: ["user.content.home_structure", "user.behavior.light_use", "user.sensor.home"],
    fields: ownBrokerTopics,
    place: "local",
    transfer: "none",
    when: {
      en: "when a lamp or sensor changes, while a broker is set with --broker",
      vi: "khi đèn hoặc cảm biến thay đổi, trong lúc có đặt máy chủ bằng --broker",
    },
    isOffByDefault: true,
    rows: ["H32", "H33"],
  },
  "home-assistant": {
    startOption: "--home-assistant",
    retention: "the newest, as long as its owner lets it",
    is: "Home Assistant, at the owner's own broker",
    why: "Home Assistant finds the lamps by itself",
    country: "home",
    safeguard: "owner-keeps-it",
    hosts: "named by the owner",
    subRecipients: [],
    label: { en: "Home Assistant", vi: "Home Assistant" },
    purpose: "owner-broker",
    categories: ["user.content.home_structure", "user.behavior.light_use", "user.sensor.home"],
    fields: ["homeassistant/device/{id}/config"] satisfies readonly Topic[],
    place: "local",
    transfer: "none",
    when: {
      en: "when a device is added or changes, while --home-assistant is set",
      vi: "khi thiết bị được thêm hoặc thay đổi, trong lúc bật --home-assistant",
    },
    isOffByDefault: true,
    rows: ["H32", "H33"],
  },
  assistant: {
    retention: "as its own terms say",
    is: "a voice assistant",
    why: "lamps are commanded by voice",
    country: "home",
    safeguard: "owner-keeps-it",
    hosts: "named by the owner",
    subRecipients: [],
    label: { en: "Voice assistant", vi: "Trợ lý giọng nói" },
    purpose: "assistant",
    categories: ["user.content.home_structure", "user.behavior.light_use"],
    fields: ["id", "alias", "capabilities", "state"],
    place: "chosen",
    transfer: "none",
    when: {
      en: "when a person who has linked the assistant asks it to do something",
      vi: "khi người đã liên kết trợ lý yêu cầu nó làm việc gì đó",
    },
    isOffByDefault: true,
    rows: ["H28", "H29"],
  },
  "identity-provider": {
    retention: "as its own terms say",
    is: "a provider of accounts",
    why: "people sign in with an account they have",
    country: "home",
    safeguard: "owner-keeps-it",
    hosts: "named by the owner",
    subRecipients: [],
    label: { en: "Sign-in with another account", vi: "Đăng nhập bằng tài khoản khác" },
    purpose: "identity-provider",
    categories: ["user.account"],
    fields: ["state", "nonce"],
    place: "chosen",
    transfer: "none",
    when: {
      en: "when a person who has linked such an account signs in with it",
      vi: "khi người đã liên kết tài khoản đó đăng nhập bằng nó",
    },
    isOffByDefault: true,
    rows: ["H13"],
  },
  mail: {
    retention: "as its own terms say",
    is: "the owner's mail server",
    why: "people get the news and notices that they asked for",
    country: "home",
    safeguard: "owner-keeps-it",
    hosts: "named by the owner",
    subRecipients: [],
    label: { en: "Your mail server", vi: "Máy chủ thư của bạn" },
    purpose: "newsletter",
    categories: ["user.account"],
    fields: ["address", "subject", "text"],
    place: "chosen",
    transfer: "none",
    when: {
      en: "after a person has asked for news twice: once here, once by the link they were sent",
      vi: "sau khi một người đã đồng ý hai lần: một lần tại đây, một lần qua liên kết được gửi",
    },
    isOffByDefault: true,
    rows: ["H27"],
  },
  relay: {
    retention: "nothing it could read",
    is: "a relay for a view from afar",
    why: "the state of the lamps is seen from elsewhere, sealed on the way",
    country: "home",
    safeguard: "owner-keeps-it",
    hosts: "named by the owner",
    subRecipients: [],
    label: { en: "Relay for a view from afar", vi: "Máy chuyển tiếp để xem từ xa" },
    purpose: "remote-view",
    categories: ["user.behavior.light_use"],
    fields: ["sealed-frame"],
    place: "chosen",
    transfer: "none",
    when: {
      en: "at an even pace while it is switched on, in sealed frames of one size",
      vi: "theo nhịp đều trong lúc bật, trong các khung niêm phong cùng kích thước",
    },
    isOffByDefault: true,
    rows: ["H33"],
  },
  developer: {
    retention: "as its owner agreed with it",
    is: "a program with a developer key",
    why: "a program does what its owner approved",
    country: "home",
    safeguard: "owner-keeps-it",
    hosts: "named by the owner",
    subRecipients: [],
    label: { en: "A program with a developer key", vi: "Chương trình có khóa nhà phát triển" },
    purpose: "developer-access",
    categories: ["user.content.home_structure", "user.behavior.light_use", "user.sensor.home"],
    fields: ["id", "name", "state", "reading"],
    place: "chosen",
    transfer: "none",
    when: {
      en: "when the program asks for something that the owner has approved",
      vi: "khi chương trình hỏi điều mà chủ nhà đã chấp thuận",
    },
    isOffByDefault: true,
    rows: ["H33"],
  },
} as const satisfies Readonly<Record<string, RecipientFacts>>;

export type RecipientName = keyof typeof recipients;

/** Those that the hub reaches by a socket of its own; the others are services that a connection is made to one by one. */
export const reached = {
  "owner-broker": recipients["owner-broker"],
  "home-assistant": recipients["home-assistant"],
} as const;
