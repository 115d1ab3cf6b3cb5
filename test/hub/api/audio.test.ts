import { expect, test } from "vitest";
import { assertNoAudio, assertNoAudioType } from "../../../hub/api/audio.ts";
import type { HttpRequest } from "../../../hub/ports/network.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
const called = (type?: string) => ({ header: () => type }) as unknown as HttpRequest;

test.each([
  ...[
    "RIFF\x24\0\0\0WAVEfmt ",
    "RF64\xff\xff\xff\xffWAVEds64",
    "FORM\0\0\0\x24AIFFCOMM",
    "FORM\0\0\0\x24AIFCFVER",
  ],
  ...[
    "OggS\0\x02",
    "fLaC\0\0\0\x22",
    "ID3\x02\0",
    "ID3\x03\0",
    "ID3\x04\0",
    "#!AMR\n",
    "caff\0\x01",
    ".snd\0\0\0\x18",
  ],
  ...["\0\0\0\x20ftypM4A \0", "{\0\0\0ftypM4A isom"],
])("%j begins like a recording", (beginning) => {
  expect(() => assertNoAudio(bytes(beginning))).toThrow(/takes no sound/);
});

test.each([
  "",
  "{",
  "{}",
  '{"of":1}',
  '{"offer":true}',
  "RIFF",
  "OggS",
  "ID3",
  "FORM1234ABCD",
  "\0\0\0\x20ftypmp42",
  ".sn",
])("%j does not", (beginning) => {
  expect(() => assertNoAudio(bytes(beginning))).not.toThrow();
});

test.each(["audio/wav", " AUDIO/mpeg", "application/ogg", "application/x-ogg", "application/mp4a-latm"])(
  "%j is called a recording",
  (type) => {
    expect(() => assertNoAudioType(called(type))).toThrow(/takes no sound/);
  },
);

test.each([undefined, "", "application/json", "application/json; charset=utf-8", "application/octet-stream"])(
  "%j is not",
  (type) => {
    expect(() => assertNoAudioType(called(type))).not.toThrow();
  },
);
