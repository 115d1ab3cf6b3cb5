import { PhoneKey } from "../../../app-sim/phone/presence-token.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import type { Random } from "../../../hub/ports/random.ts";

/** Every kind of text or bytes that somebody can put into the hub, and how many of the canaries are of that kind. */
const plan = {
  room: 42,
  zone: 26,
  group: 26,
  scene: 42,
  effect: 16,
  lamp: 60,
  "lamp address": 30,
  sensor: 20,
  "sensor address": 10,
  person: 50,
  "hardware address": 20,
  "phone key": 20,
  "beacon identity": 4,
  "bind key": 4,
  token: 32,
  rule: 42,
  "button action": 20,
  latitude: 4,
  longitude: 4,
  ssid: 8,
  password: 8,
  "account password": 8,
  "request words": 4,
} as const;

export type CanaryKind = keyof typeof plan;

export interface Canary {
  readonly kind: CanaryKind;
  /** As it is typed or sent; of a phone's key, base64url. */
  readonly text: string;
  /** What is looked for. */
  readonly bytes: Buffer;
}

const letters = "abcdefghijkmnpqrstuvwxyz23456789";

const word = (random: Random, length: number): string =>
  Array.from({ length }, () => letters[random.below(letters.length)]).join("");

/** As people write names: with marks and quotes, so that every form of it is another. */
const name = (random: Random): string => `Zoë's "${word(random, 6)}" ${word(random, 10)}`;
const plain = (random: Random): string => `${word(random, 8)}-${word(random, 8)}`;

/** Six bytes of one device (IEEE 802, I/G bit 0). */
const hardwareAddress = (random: Random): string =>
  Array.from({ length: 6 }, (_, at) =>
    (at === 0 ? 0x02 : random.below(256)).toString(16).padStart(2, "0"),
  ).join(":");

/** South and west, on a grid of a twentieth of a degree and on no coarser one, so that it is kept as it is typed. */
const degrees = (random: Random, whole: number): string => `-${whole}.${random.below(9)}5`;

/** A key, of letters, so that it is looked for as a word and as bytes at once. */
const sixteenBytes = (random: Random): string => word(random, 16);

const draw: Readonly<Record<CanaryKind, (random: Random, at: number) => string>> = {
  room: name,
  zone: name,
  group: name,
  scene: name,
  effect: plain,
  lamp: name,
  "lamp address": plain,
  sensor: name,
  "sensor address": plain,
  person: name,
  "hardware address": hardwareAddress,
  "phone key": (_, at) => phoneKey(at).publicKey,
  "beacon identity": sixteenBytes,
  "bind key": sixteenBytes,
  token: name,
  rule: name,
  "button action": plain,
  latitude: (random, at) => degrees(random, 40 + at),
  longitude: (random, at) => degrees(random, 161 + at),
  ssid: name,
  password: (random) => `"${word(random, 10)}" & ${word(random, 12)}`,
  "request words": name,
  "account password": (random) => `ä "${word(random, 10)}" / ${word(random, 12)}`,
};

/** The half that stays in the phone, of the phone whose public key is the canary of that number. */
export const phoneKey = (number: number): PhoneKey => new PhoneKey(Buffer.alloc(32, `phone ${number}.`));

/** @param seed the same one gives the same canaries, here and in a child process */
export const drawCanaries = (seed: number): readonly Canary[] =>
  (Object.keys(plan) as CanaryKind[]).flatMap((kind) => {
    const random = new SeededRandom(seed).fork(kind);
    return Array.from({ length: plan[kind] }, (_, at) => {
      const text = draw[kind](random, at);
      return { kind, text, bytes: Buffer.from(text, kind === "phone key" ? "base64url" : "utf8") };
    });
  });

/** What the hub is offered and refuses: it may be nowhere at all. */
export const drawRefused = (seed: number): readonly string[] => {
  const random = new SeededRandom(seed).fork("refused");
  return Array.from({ length: 12 }, () => plain(random));
};
