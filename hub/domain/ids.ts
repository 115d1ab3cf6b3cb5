import { InvalidInput } from "./errors.ts";
import type { Branded } from "./units.ts";

/** What an id names, by its prefix. Ids are random: nothing about a person, a name or a place can be read from one. */
export const idPrefixes = {
  lamp: "l-",
  sensor: "s-",
  room: "r-",
  zone: "z-",
  group: "g-",
  scene: "sc-",
  rule: "ru-",
  person: "p-",
  phone: "ph-",
  beacon: "b-",
  token: "t-",
  command: "c-",
  reset: "rs-",
  pairing: "pa-",
  pass: "gp-",
  developer: "dv-",
  request: "rq-",
  incident: "in-",
  notice: "no-",
  connection: "co-",
  viewer: "vi-",
  hold: "lh-",
} as const;

export type IdKind = keyof typeof idPrefixes;
export type Id<Kind extends IdKind> = Branded<`${(typeof idPrefixes)[Kind]}${string}`, Kind>;

export type LampId = Id<"lamp">;
export type SensorId = Id<"sensor">;
export type DeviceId = LampId | SensorId;
export type RoomId = Id<"room">;
export type ZoneId = Id<"zone">;
export type GroupId = Id<"group">;
export type SceneId = Id<"scene">;
export type RuleId = Id<"rule">;
export type PersonId = Id<"person">;
export type PhoneId = Id<"phone">;
export type TokenId = Id<"token">;
export type CommandId = Id<"command">;
export type PassId = Id<"pass">;
export type DeveloperId = Id<"developer">;
export type PairingId = Id<"pairing">;
export type RequestId = Id<"request">;
export type IncidentId = Id<"incident">;
export type NoticeId = Id<"notice">;
export type ConnectionId = Id<"connection">;
export type ViewerId = Id<"viewer">;
export type HoldId = Id<"hold">;

/** RFC 4648 base32 in lower case: safe in topics, URLs and file names on every system. */
const alphabet = "abcdefghijklmnopqrstuvwxyz234567";

/** Bytes of randomness in an id: 60 bits used, so a home of 10,000 things collides with p < 1e-10. */
export const idEntropyBytes = 12;

/** An id from `idEntropyBytes` random bytes; five bits of each are used. */
export const idFrom = <Kind extends IdKind>(kind: Kind, random: Uint8Array): Id<Kind> => {
  let body = "";
  for (let at = 0; at < idEntropyBytes; at++) body += alphabet[(random[at] ?? 0) & 31];
  return `${idPrefixes[kind]}${body}` as Id<Kind>;
};

const bodies = /^[a-z2-7]{12}$/;

export const isId = <Kind extends IdKind>(kind: Kind, text: string): text is Id<Kind> =>
  text.startsWith(idPrefixes[kind]) && bodies.test(text.slice(idPrefixes[kind].length));

export const isDeviceId = (text: string): text is DeviceId => isId("lamp", text) || isId("sensor", text);

/** @throws InvalidInput when the text is not an id of that kind */
export const parseId = <Kind extends IdKind>(kind: Kind, text: string): Id<Kind> => {
  if (!isId(kind, text)) throw new InvalidInput(`not the id of a ${kind}`, { kind });
  return text;
};
