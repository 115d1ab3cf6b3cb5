import { LimitExceeded } from "../domain/errors.ts";
import type { HttpRequest } from "../ports/network.ts";
import { assertNoAudio } from "./audio.ts";
import { InvalidRequest, MalformedJson, UnsupportedMedia } from "./errors.ts";

/** Room for a scene or zone of thousands of lamps. */
export const mostBodyBytes = 256 * 1_024;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The JSON value of a request's body; undefined when there is none.
 * @throws LimitExceeded, MalformedJson, UnsupportedMedia (compressed), NetworkFailed
 */
export const jsonBody = async (request: HttpRequest): Promise<unknown> => {
  const encoding = request.header("content-encoding");
  if (encoding !== undefined && encoding !== "identity")
    throw new UnsupportedMedia("send the body uncompressed");
  const bytes = within(await request.body(mostBodyBytes), mostBodyBytes);
  assertNoAudio(bytes);
  const text = textOf(bytes);
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // What JSON.parse says quotes the input; that may hold a secret.
    throw new MalformedJson("the body is not JSON");
  }
};

/** There is nothing to say here. @throws InvalidRequest: something was said all the same; as `jsonBody` */
export const assertNoBody = async (request: HttpRequest): Promise<void> => {
  const body = await jsonBody(request);
  if (body === undefined) return;
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new InvalidRequest("invalid_input", "this takes no body", []);
  assertNoFields(Object.keys(body));
};

/** @throws InvalidRequest: fields where none are known */
export const assertNoFields = (names: readonly string[]): void => {
  if (names.length > 0)
    throw new InvalidRequest(
      "unknown_field",
      `${names.length === 1 ? "an unknown field" : "unknown fields"}; none are known here`,
      [],
    );
};

/**
 * A body that is no text. @param most bytes
 * @throws LimitExceeded, UnsupportedMedia, NetworkFailed
 */
export const octetBody = async (request: HttpRequest, most: number): Promise<Uint8Array> => {
  assertOctets(request);
  const bytes = within(await request.body(most), most);
  assertNoAudio(bytes);
  return bytes;
};

/** As `octetBody`, while it comes. @throws UnsupportedMedia; as it is read LimitExceeded, NetworkFailed */
export const octetPieces = (request: HttpRequest, most: number): AsyncIterable<Uint8Array> => {
  assertOctets(request);
  return withinAll(request.pieces(), most);
};

async function* withinAll(pieces: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const piece of pieces) {
    if (length === 0) assertNoAudio(piece);
    length += piece.length;
    if (length > most) throw tooLong(most);
    yield piece;
  }
}

const assertOctets = (request: HttpRequest): void => {
  if (request.header("content-type") !== "application/octet-stream") {
    throw new UnsupportedMedia("send application/octet-stream");
  }
};

const within = (bytes: Uint8Array | undefined, most: number): Uint8Array => {
  if (bytes === undefined) throw tooLong(most);
  return bytes;
};

const tooLong = (limit: number): LimitExceeded => new LimitExceeded("the body is too long", { limit });

const textOf = (bytes: Uint8Array): string => {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new MalformedJson("the body is not UTF-8");
  }
};
