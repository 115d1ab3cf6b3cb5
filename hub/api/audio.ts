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
  ...[
    ["RIFF", "WAVE"],
    ["RF64", "WAVE"],
    ["FORM", "AIFF"],
    ["FORM", "AIFC"],
  ].map(([outer = "", inner = ""]) => [[0, outer] as const, [8, inner] as const]),
  ...["OggS\0", "fLaC\0", "ID3\x02", "ID3\x03", "ID3\x04", "#!AMR", "caff\0", ".snd\0"].map((word) => [
    [0, word] as const,
  ]),
  [[4, "ftypM4A "]],
];

/** @throws UnsupportedMedia: they begin like a recording of sound */
export const assertNoAudio = (bytes: Uint8Array): void => {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 16)).toString(
    "latin1",
  );
  for (const words of beginnings)
    if (words.every(([at, word]) => start.startsWith(word, at))) throw refused();
};
