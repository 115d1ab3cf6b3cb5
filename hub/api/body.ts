import { LimitExceeded } from "../domain/errors.ts";
import { MalformedJson, UnsupportedMedia } from "./errors.ts";

/** Room for a scene or zone of thousands of lamps. */
export const mostBodyBytes = 256 * 1_024;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The JSON value of a request's body; undefined when there is none.
 * @throws LimitExceeded, MalformedJson, UnsupportedMedia (compressed)
 */
export const jsonBody = async (request: Request): Promise<unknown> => {
  const encoding = request.headers.get("content-encoding");
  if (encoding !== null && encoding !== "identity") throw new UnsupportedMedia("send the body uncompressed");
  const text = await textOf(request);
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // What JSON.parse says quotes the input; that may hold a secret.
    throw new MalformedJson("the body is not JSON");
  }
};

const textOf = async (request: Request): Promise<string> => {
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > mostBodyBytes) throw tooLong();
  // A server holds a client to the length it declared, so nothing longer can arrive.
  const bytes = declared === null ? await streamed(request) : new Uint8Array(await request.arrayBuffer());
  if (bytes.byteLength > mostBodyBytes) throw tooLong();
  try {
    return utf8.decode(bytes);
  } catch {
    throw new MalformedJson("the body is not UTF-8");
  }
};

const streamed = async (request: Request): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength;
    if (length > mostBodyBytes) throw tooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
};

const tooLong = () => new LimitExceeded("the body is too long", { limit: mostBodyBytes });
