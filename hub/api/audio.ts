import type { HttpRequest } from "../ports/network.ts";
import { UnsupportedMedia } from "./errors.ts";

const refused = (): UnsupportedMedia => new UnsupportedMedia("the hub takes no sound");

const audioTypes = /^\s*(?:audio\/|application\/(?:ogg|x-ogg|mp4a))/i;

/** @throws UnsupportedMedia: who sends it calls it sound */
export const assertNoAudioType = (request: HttpRequest): void => {
  const type = request.header("content-type");
  // Nearly always it is what it should be, and needs no pattern.
  if (type !== undefined && type !== "application/json" && audioTypes.test(type)) throw refused();
};

/** How recordings begin, a dot for any byte. What else begins like that is no word of a person. */
const beginnings = [
  ...["RIFF....WAVE", "RF64....WAVE", "FORM....AIFF", "FORM....AIFC"],
  ...["OggS\0", "fLaC\0", "ID3\x02", "ID3\x03", "ID3\x04", "#!AMR", "caff\0", "[.]snd\0", "....ftypM4A "],
];
const recording = new RegExp(`^(?:${beginnings.join("|")})`, "s");
const longestBeginning = 12;

/** With which byte one of them begins, or which is its fifth where it may begin with any: nothing else is looked at closely. */
const firstBytes = new Set(Buffer.from("RFOfI#c."));
const [fifthByte] = Buffer.from("f");

/** @throws UnsupportedMedia: they begin like a recording of sound */
export const assertNoAudio = (bytes: Uint8Array): void => {
  if (!firstBytes.has(bytes[0] ?? 0) && bytes[4] !== fifthByte) return;
  const length = Math.min(bytes.byteLength, longestBeginning);
  if (recording.test(Buffer.from(bytes.buffer, bytes.byteOffset, length).toString("latin1"))) throw refused();
};
