import type { HttpRequest } from "../ports/network.ts";
import { UnsupportedMedia } from "./errors.ts";

const refused = (): UnsupportedMedia => new UnsupportedMedia("the hub takes no sound");

const audioTypes = /^\s*(?:audio\/|application\/(?:ogg|x-ogg|mp4a))/i;

/** @throws UnsupportedMedia: who sends it calls it sound */
export const assertNoAudioType = (request: HttpRequest): void => {
  if (audioTypes.test(request.header("content-type") ?? "")) throw refused();
};

/** Words at their places in the first bytes of a recording; all of a row. What else begins like that is no word of a person. */
const beginnings: readonly (readonly (readonly [at: number, word: string])[])[] = [
  ["RIFF", "WAVE"],
  ["RF64", "WAVE"],
  ["FORM", "AIFF"],
  ["FORM", "AIFC"],
].map(([outer = "", inner = ""]) => [[0, outer] as const, [8, inner] as const]);

const single: typeof beginnings = [
  [[0, "OggS\0"]],
  [[0, "fLaC\0"]],
  ...["\x02", "\x03", "\x04"].map((version) => [[0, `ID3${version}`] as const]),
  [[0, "#!AMR"]],
  [[0, "caff\0"]],
  [[0, ".snd\0"]],
  [[4, "ftypM4A "]],
];

/** @throws UnsupportedMedia: they begin like a recording of sound */
export const assertNoAudio = (bytes: Uint8Array): void => {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 16)).toString(
    "latin1",
  );
  const begins = (words: (typeof beginnings)[number]) =>
    words.every(([at, word]) => start.startsWith(word, at));
  if ([...beginnings, ...single].some(begins)) throw refused();
};
