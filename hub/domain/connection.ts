import type { ConnectorField } from "./connector.ts";
import type { ConnectionId, LampId, PersonId, ViewerId } from "./ids.ts";
import type { Instant } from "./units.ts";

/** A lamp that a service may know, under words made for that service. */
export interface SharedLamp {
  readonly lamp: LampId;
  /** Random. */
  readonly handle: string;
  /** Chosen for this service; never the lamp's own name unless somebody typed it again. */
  readonly alias: string;
}

/** A service of others that was let in, with all that was agreed to. What is not in it was not agreed to. */
export interface Connection {
  readonly id: ConnectionId;
  readonly connector: string;
  /** Who let it in; absent: whoever holds the owner's credential. */
  readonly person?: PersonId;
  readonly since: Instant;
  /** Null: until it is taken back. */
  readonly expires: Instant | null;
  /** The service's key as it was then: whoever has another is somebody else. */
  readonly key: string;
  readonly terms: number;
  readonly fields: readonly ConnectorField[];
  readonly hosts: readonly string[];
  /** By name. */
  readonly subRecipients: readonly string[];
  readonly lamps: readonly SharedLamp[];
  /** Commands it may give in a minute. */
  readonly mostPerMinute: number;
  /** Number of the newest command that was believed; older ones are recordings. */
  readonly heard: number;
  /** Whether the other side has shown that it has the key of its commands. */
  readonly linked: boolean;
}

/** Whoever may see the home remotely. */
export interface Viewer {
  readonly id: ViewerId;
  /** X25519, base64. */
  readonly publicKey: string;
  /** A random name under which the relay keeps what is for this viewer. */
  readonly mailbox: string;
  readonly since: Instant;
  /** Starts of this hub since then, so that no number of a frame comes twice. */
  readonly starts: number;
}

/** A service was told to correct or to forget, and whether it said that it has. */
export interface ServiceNotice {
  readonly connection: ConnectionId;
  readonly connector: string;
  readonly what: "erase" | "rectify";
  /** What it is about at the service, by a random name of ours; absent: all that it has of this connection. */
  readonly about?: string;
  readonly asked: Instant;
  readonly tries: number;
  /** Null: it has not said so yet. */
  readonly confirmed: Instant | null;
}

/** Who somebody is at a provider of sign-ins: two of all that it offers. */
export interface ProviderLink {
  readonly person: PersonId;
  readonly connector: string;
  /** SHA-256 of provider and its number of the person, hex: enough to know them again. */
  readonly subject: string;
  readonly account: string;
  readonly email?: string;
  readonly since: Instant;
}

export const mailChannels = ["email", "text-message"] as const;
export type MailChannel = (typeof mailChannels)[number];

/** `none`: nobody asked. `asked`: they have said yes once. `confirmed`: twice, the second time from that address. */
export type MarketingState = "none" | "asked" | "confirmed";

/** How a person can be written to. */
export interface Contact {
  readonly person: PersonId;
  readonly channel: MailChannel;
  readonly address: string;
  /** A random name of it for the mail service. */
  readonly recipient: string;
  readonly marketing: MarketingState;
  /** What proves the second yes; absent: none is awaited. */
  readonly code?: string;
  /** What ends it with one click. */
  readonly stop: string;
  /** When messages were sent, as long as they count. */
  readonly promotional: readonly Instant[];
  readonly service: readonly Instant[];
}

export const bannerKinds = ["breach", "drill", "notice-changed", "service-ended"] as const;
export type BannerKind = (typeof bannerKinds)[number];

/** Said to everybody who opens the app, because somebody could not be reached otherwise. */
export interface Banner {
  readonly kind: BannerKind;
  readonly since: Instant;
  /** How many people nothing could be sent to. */
  readonly unreached: number;
}
