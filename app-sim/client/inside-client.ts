import { type AnswerOf, apiBase, type Route, type RouteName, routes } from "../../hub/api/contract.ts";
import { type Asked, type HubCaller, pathOf } from "./hub-client.ts";
import { problemIn } from "./hub-problem.ts";

/** A request without a socket. */
export interface PlainRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Carries a request to a hub in the same process; it answers whatever happens. */
export type Carrier = (request: PlainRequest) => Promise<{ readonly status: number; readonly text: string }>;

/**
 * Calls a hub in the same process: the same routes and the same credential as `HubClient`, without a socket and without
 * `fetch`, which would bring two megabytes of Node along. Streams are for `HubClient`.
 */
export class InsideClient implements HubCaller {
  readonly #carry: Carrier;
  readonly #token: string;

  /** @param token as it stands behind `Bearer` */
  constructor(carry: Carrier, token: string) {
    this.#carry = carry;
    this.#token = token;
  }

  /** @throws HubProblem */
  async call<Name extends RouteName>(name: Name, asked: Asked<Name> = {}): Promise<AnswerOf<Name>> {
    const { body, bytes } = asked;
    const route: Route = routes[name];
    const type = bytes === undefined ? "application/json" : "application/octet-stream";
    const { status, text } = await this.#carry({
      method: route.method,
      target: `${route.root ? "" : apiBase}${pathOf(route, asked)}`,
      headers: { host: "localhost", authorization: `Bearer ${this.#token}`, "content-type": type },
      body: (await whole(bytes)) ?? new TextEncoder().encode(body === undefined ? "" : JSON.stringify(body)),
    });
    if (status >= 400) throw problemIn(status, text);
    return (text === "" ? undefined : JSON.parse(text)) as AnswerOf<Name>;
  }
}

const whole = async (
  bytes: Uint8Array | ReadableStream<Uint8Array> | undefined,
): Promise<Uint8Array | undefined> => {
  if (bytes === undefined || bytes instanceof Uint8Array) return bytes;
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
};
