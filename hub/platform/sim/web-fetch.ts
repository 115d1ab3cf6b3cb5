import { Readable } from "node:stream";
import type { HttpAnswer, HttpHandler, HttpRequest } from "../../ports/network.ts";

/** Asks a handler without a socket, in the words of `fetch`. */
export const answered = async (handler: HttpHandler, request: Request, remote: string): Promise<Response> => {
  const answer = await handler(requestOf(request, remote));
  return new Response(bodyOf(answer), answer);
};

/** As `answered`, in plain values: `fetch` and its classes weigh two megabytes. */
export const answeredPlainly = async (
  handler: HttpHandler,
  {
    headers,
    body,
    ...request
  }: Pick<HttpRequest, "method" | "target"> & {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
  },
  remote: string,
): Promise<{ readonly status: number; readonly text: string }> => {
  const answer = await handler({
    ...request,
    isSecure: false,
    remote,
    header: (name) => headers[name],
    // A copy, as it would be over a socket: the handler may wipe what it gets.
    body: async (mostBytes) => (body.length > mostBytes ? undefined : Uint8Array.from(body)),
    pieces: async function* () {
      yield body;
    },
  });
  return { status: answer.status, text: textOf(answer) };
};

/** Of an answer that is complete; a stream is none. */
const textOf = ({ body = "" }: HttpAnswer): string => {
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  body.destroy();
  return "";
};

const requestOf = (request: Request, remote: string): HttpRequest => {
  const { host, pathname, search, protocol } = new URL(request.url);
  return {
    method: request.method,
    target: `${pathname}${search}`,
    isSecure: protocol === "https:",
    remote,
    header: (name) => request.headers.get(name) ?? (name === "host" ? host : undefined),
    body: async (mostBytes) => {
      const bytes = new Uint8Array(await request.arrayBuffer());
      return bytes.byteLength > mostBytes ? undefined : bytes;
    },
    pieces: async function* () {
      yield new Uint8Array(await request.arrayBuffer());
    },
  };
};

const bodyOf = ({ body }: HttpAnswer): BodyInit | null => {
  if (body === undefined || typeof body === "string") return body ?? null;
  return body instanceof Readable ? webStream(body) : new Uint8Array(body);
};

/** As `Readable.toWeb`, which throws when a stream is cancelled in the turn in which data comes. */
const webStream = (body: Readable): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start: (controller) => {
      body.on("data", (chunk: Uint8Array) => controller.enqueue(chunk));
      body.once("end", () => controller.close());
    },
    cancel: () => {
      body.removeAllListeners("data");
      body.destroy();
    },
  });
