import {
  type AnswerOf,
  apiBase,
  type BodyOf,
  type QueryOf,
  type Route,
  type RouteName,
  routes,
  type SentOf,
  type Shape,
} from "../../hub/api/contract.ts";
import { EventStreamParser } from "./event-stream.ts";
import { HubProblem, HubUnreachable, problemOf } from "./hub-problem.ts";

export interface HubClientOptions {
  /** Of the API, as the ready file says it: `http://127.0.0.1:8080/api/v1`. */
  readonly url: string;
  /** Absent: the cookie of the page's session. */
  readonly token?: string;
  /** How long one answer may take; streams may take for ever. */
  readonly timeoutMs?: number;
  /** Carries requests; a test hands in a hub's own handler. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** Waits before another attempt; rejects when the signal says so. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What a call may carry; the contract says which route has what. */
export interface Asked<Name extends RouteName> {
  readonly id?: string;
  readonly body?: BodyOf<Name>;
  readonly bytes?: SentOf<Name>;
  readonly query?: QueryOf<Name>;
  readonly signal?: AbortSignal;
  /** Of an answer that takes longer than most. */
  readonly timeoutMs?: number;
}

/** Whoever can call the routes of a hub. */
export type HubCaller = Pick<HubClient, "call">;

export interface Following {
  readonly signal: AbortSignal;
  /** Continue after this event; absent: only what comes. */
  readonly lastEventId?: string;
  /** Told when the stream is live, and when it was lost and will be tried again. */
  readonly onConnection?: (isLive: boolean) => void;
}

export interface HubEvent {
  readonly id: string;
  readonly data: Shape<"Event">;
}

const usualTimeoutMs = 10_000;
const firstRetryMs = 1_000;
const longestRetryMs = 30_000;

/** Speaks to one hub by its API, as any stranger would; typed by the contract. */
export class HubClient {
  readonly #options: HubClientOptions;
  readonly #base: string;

  constructor(options: HubClientOptions) {
    this.#options = options;
    this.#base = options.url.replace(/\/+$/, "");
  }

  /** @throws HubProblem what the hub refused; HubUnreachable nobody answered */
  async call<Name extends RouteName>(name: Name, asked: Asked<Name> = {}): Promise<AnswerOf<Name>> {
    const answer = await this.#send(this.#requestFor(name, asked, this.#patience(asked)));
    if (!answer.ok) throw await problemOf(answer);
    const text = await answer.text();
    // The hub's tests hold every answer against the contract, so a client need not do it again.
    return (text === "" ? undefined : JSON.parse(text)) as AnswerOf<Name>;
  }

  /**
   * What a route answers that is no JSON, as it comes.
   * @throws HubProblem what the hub refused; HubUnreachable nobody answered
   */
  async bytes<Name extends RouteName>(
    name: Name,
    asked: Asked<Name> = {},
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const answer = await this.#send(this.#requestFor(name, asked, this.#patience(asked)));
    if (!answer.ok || answer.body === null) throw await problemOf(answer);
    return answer.body;
  }

  /** A route that does not answer JSON; a refusal is part of the answer here. @throws HubUnreachable */
  async text(name: RouteName): Promise<{ readonly status: number; readonly text: string }> {
    const answer = await this.#send(this.#requestFor(name, {}, this.#patience({})));
    return { status: answer.status, text: await answer.text() };
  }

  /**
   * Everything that happens, until the signal. Comes back by itself after a lost connection and misses nothing, or
   * yields `stream.resync`: then read the home again.
   * @throws HubProblem when the hub refuses this reader (401, 403): trying again would not help
   */
  async *events({ signal, lastEventId, onConnection }: Following): AsyncGenerator<HubEvent, void> {
    let last = lastEventId;
    let waitMs = firstRetryMs;
    while (!signal.aborted) {
      const parser = new EventStreamParser();
      parser.lastId = last ?? "";
      try {
        for await (const event of this.#oneStream(parser, signal, last, onConnection)) {
          waitMs = parser.retryMs ?? firstRetryMs;
          yield event;
        }
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof HubProblem && error.status < 500) throw error;
      }
      if (parser.lastId !== "") last = parser.lastId;
      if (signal.aborted) return;
      onConnection?.(false);
      await this.#sleep(waitMs, signal);
      waitMs = Math.min(2 * waitMs, longestRetryMs);
    }
  }

  async *#oneStream(
    parser: EventStreamParser,
    signal: AbortSignal,
    last: string | undefined,
    onConnection: Following["onConnection"],
  ): AsyncGenerator<HubEvent, void> {
    const request = this.#requestFor("streamEvents", {}, signal);
    if (last !== undefined) request.headers.set("last-event-id", last);
    const answer = await this.#send(request);
    if (!answer.ok || answer.body === null) throw await problemOf(answer);
    onConnection?.(true);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    // A body that came without a socket knows nothing of the signal.
    const stop = () => void reader.cancel().catch(() => undefined);
    signal.addEventListener("abort", stop, { once: true });
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        yield* eventsOf(parser.read(value));
      }
    } finally {
      signal.removeEventListener("abort", stop);
      stop();
    }
  }

  #requestFor<Name extends RouteName>(name: Name, asked: Asked<Name>, signal: AbortSignal): Request {
    const { body, bytes } = asked;
    const route: Route = routes[name];
    const base = route.root ? this.#base.slice(0, -apiBase.length) : this.#base;
    const { token } = this.#options;
    return new Request(`${base}${pathOf(route, asked)}`, {
      method: route.method,
      credentials: "same-origin",
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(bytes === undefined ? {} : { "content-type": "application/octet-stream" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(bytes === undefined
        ? {}
        : bytes instanceof Uint8Array
          ? { body: new Uint8Array(bytes) }
          : streamed(bytes)),
      signal,
    });
  }

  #patience({ signal, timeoutMs = 0 }: Pick<Asked<RouteName>, "signal" | "timeoutMs">): AbortSignal {
    const timeout = AbortSignal.timeout(Math.max(timeoutMs, this.#options.timeoutMs ?? usualTimeoutMs));
    return signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
  }

  async #send(request: Request): Promise<Response> {
    try {
      return await (this.#options.fetch ?? fetch)(request);
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
      const isLate = cause instanceof DOMException && cause.name === "TimeoutError";
      throw new HubUnreachable(isLate ? "timed_out" : "hub_unreachable", { cause });
    }
  }

  /** With jitter, so that a house of readers does not come back as one. */
  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    const wait = this.#options.sleep ?? sleep;
    await wait(ms * (0.75 + 0.5 * Math.random()), signal).catch(() => undefined);
  }
}

/** A body that is still read while an answer may come [Fetch Standard, 5.4]. */
const streamed = (body: ReadableStream<Uint8Array>) => ({ body, duplex: "half" });

/** Path and query of a call. */
export const pathOf = (
  route: Route,
  { id, query }: { readonly id?: string; readonly query?: object | undefined },
): string => {
  const path = route.path.replace("{id}", encodeURIComponent(id ?? ""));
  const pairs = Object.entries(query ?? {}).map(([key, value]) => [key, String(value)]);
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs)}`;
};

function* eventsOf(messages: ReturnType<EventStreamParser["read"]>): Generator<HubEvent, void> {
  for (const { id, data } of messages) {
    const event = data === undefined ? undefined : (JSON.parse(data) as Shape<"Event">);
    // The end that follows makes the reader come back and replay.
    if (event !== undefined && event.kind !== "stream.dropped") yield { id, data: event };
  }
}

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        done();
      },
      { once: true },
    );
  });
