import type { HttpRequest } from "../ports/network.ts";
import { UnsupportedMedia } from "./errors.ts";

const refused = (): UnsupportedMedia => new UnsupportedMedia("the hub takes no sound");

const audioTypes = /^\s*(?:audio\/|application\/(?:ogg|x-ogg|mp4a))/i;

/** @throws UnsupportedMedia: who sends it calls it sound */
export const assertNoAudioType = (request: HttpRequest): void => {
  if (audioTypes.test(request.header("content-type") ?? "")) throw refused();
};

/** How recordings begin, a dot for any byte. What else begins like that is no word of a person. */
const beginnings = [
  ...["RIFF....WAVE", "RF64....WAVE", "FORM....AIFF", "FORM....AIFC"],
  ...["OggS\0", "fLaC\0", "ID3\x02", "ID3\x03", "ID3\x04", "#!AMR", "caff\0", "[.]snd\0", "....ftypM4A "],
];
const recording = new RegExp(`^(?:${beginnings.join("|")})`, "s");
const longestBeginning = 12;

/** @throws UnsupportedMedia: they begin like a recording of sound */
export const assertNoAudio = (bytes: Uint8Array): void => {
  const length = Math.min(bytes.byteLength, longestBeginning);
  if (recording.test(Buffer.from(bytes.buffer, bytes.byteOffset, length).toString("latin1"))) throw refused();
};
