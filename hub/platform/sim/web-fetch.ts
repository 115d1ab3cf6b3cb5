import { Readable } from "node:stream";
import type { HttpAnswer, HttpHandler, HttpRequest } from "../../ports/network.ts";

/** Asks a handler without a socket, in the words of `fetch`. */
export const answered = async (handler: HttpHandler, request: Request, remote: string): Promise<Response> => {
  const answer = await handler(requestOf(request, remote));
  return new Response(bodyOf(answer), answer);
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
