import { Readable } from "node:stream";
import { type BrowserSignal, signalIn } from "../domain/browser-signal.ts";
import { HubError, InvariantBroken, NotFound } from "../domain/errors.ts";
import type { EventBus } from "../domain/event.ts";
import { type DeveloperId, isDeviceId, isId } from "../domain/ids.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { Log } from "../ports/log.ts";
import type { HttpAnswer, HttpHandler, HttpRequest } from "../ports/network.ts";
import { assertAnswered } from "../privacy/declared-fields.ts";
import { empty, json, problem, Reply } from "./answers.ts";
import { type Asset, assetAnswer } from "./assets.ts";
import { assertNoAudioType } from "./audio.ts";
import { Authenticator, authorise, type Presence } from "./auth.ts";
import { assertNoBody, jsonBody, octetBody, octetPieces } from "./body.ts";
import { CommandDurations } from "./command-durations.ts";
import { pathOf, type Route, type RouteName, routes } from "./contract.ts";
import { maySee, mayTell } from "./device-sight.ts";
import { MethodNotAllowed } from "./errors.ts";
import { defaultEventOptions, EventStream } from "./events.ts";
import type { Handlers } from "./handler.ts";
import { OriginGuard } from "./origin.ts";
import { Queries } from "./queries.ts";
import { RouteTable } from "./route-table.ts";
import { sessionHandlers, tokenHandlers } from "./routes/access.ts";
import { accountHandlers } from "./routes/accounts.ts";
import { circadianHandlers } from "./routes/circadian.ts";
import {
  connectionHandlers,
  ownConnectionHandlers,
  providerSignInHandlers,
  simServiceHandlers,
} from "./routes/connections.ts";
import { consentHandlers } from "./routes/consents.ts";
import { developerHandlers } from "./routes/developers.ts";
import { deviceHandlers } from "./routes/devices.ts";
import { disclosureHandlers } from "./routes/disclosures.ts";
import { groupHandlers, roomHandlers, zoneHandlers } from "./routes/home.ts";
import { incidentHandlers } from "./routes/incidents.ts";
import { lightHandlers } from "./routes/lights.ts";
import { memberHandlers, passHandlers } from "./routes/members.ts";
import { noticeHandlers } from "./routes/notices.ts";
import { pairingHandlers } from "./routes/pairing.ts";
import { peopleHandlers } from "./routes/people.ts";
import { placeHandlers } from "./routes/place.ts";
import { privacyHandlers } from "./routes/privacy.ts";
import { requestHandlers } from "./routes/requests.ts";
import { resetHandlers } from "./routes/reset.ts";
import { retentionHandlers } from "./routes/retention.ts";
import { rightsHandlers } from "./routes/rights.ts";
import { sceneHandlers } from "./routes/scenes.ts";
import { scheduleHandlers } from "./routes/schedules.ts";
import { scopeHandlers } from "./routes/scopes.ts";
import { simHandlers } from "./routes/sim.ts";
import { systemHandlers } from "./routes/system.ts";
import { updateHandlers } from "./routes/update.ts";
import { vaultHandlers } from "./routes/vault.ts";
import { wifiHandlers } from "./routes/wifi.ts";
import type { Metric, Services } from "./traits.ts";
import { inShape } from "./validation.ts";

export interface ApiOptions {
  readonly version: string;
  /** Names this hub answers to, beside loopback. */
  readonly hosts: readonly string[];
  /** The hub listens beyond loopback: answer to any literal address. */
  readonly anyAddress: boolean;
  /** Name of the session cookie, unlike that of any other hub on this host. */
  readonly cookie: string;
  /** The app's files, by path ("/" for the first page) and Accept-Encoding; absent: no app. */
  readonly assets?: (path: string, acceptEncoding: string) => Asset | undefined;
}

/** Answers of every route are checked against the contract: tests turn this on by listening. */
export type AnswerListener = (route: RouteName, answer: unknown) => void;

/** What a checked call is, before the route's own types are put back on it. */
interface Checked {
  readonly id: string | undefined;
  readonly query: unknown;
  readonly body: unknown;
  readonly bytes: unknown;
  readonly caller: Presence["caller"] | undefined;
  readonly session: string | undefined;
  readonly request: HttpRequest;
}
type AnyHandler = (call: Checked) => unknown;
/** What the browser asks for all its requests. */
type Signal = BrowserSignal | undefined;

interface Entry {
  readonly name: RouteName;
  readonly route: Route;
  readonly handler: AnyHandler;
}

/** The HTTP door: a pure function from request to answer, with no socket of its own. */
export class ApiServer {
  readonly events: EventStream;
  readonly #clock: Clock;
  readonly #durations: CommandDurations;
  readonly #log: Log;
  readonly #services: Services;
  readonly #options: ApiOptions;
  readonly #guard: OriginGuard;
  readonly #authenticator: Authenticator;
  readonly #queries = new Queries();
  readonly #table = new RouteTable<Entry>();
  readonly #counts = new Map<string, number>();
  onAnswer: AnswerListener | undefined;

  constructor(
    clock: Clock,
    entropy: Entropy,
    log: Log,
    bus: EventBus,
    services: Services,
    options: ApiOptions,
  ) {
    this.#clock = clock;
    this.events = new EventStream(clock, entropy, bus, defaultEventOptions, mayTell(services));
    this.#durations = new CommandDurations(bus);
    this.#log = log;
    this.#services = services;
    this.#options = options;
    this.#guard = new OriginGuard(options);
    this.#authenticator = new Authenticator(
      services.tokens,
      services.sessions,
      services.doorWatch,
      options.cookie,
    );
  }

  start(): void {
    this.events.start();
    this.#durations.start();
    this.#mount();
  }

  close(): void {
    this.events.close();
    this.#durations.close();
  }

  /** Never rejects: whatever goes wrong is an answer. */
  readonly handle: HttpHandler = async (request) => {
    const signal = signalIn((name) => request.header(name));
    try {
      this.#guard.check(request);
      const answer = await this.#answer(request, signal);
      return heeded(signal, request.method === "HEAD" ? headOf(answer) : answer);
    } catch (error) {
      return heeded(signal, this.#refuse(error));
    }
  };

  /** Whether a WebSocket may be opened under this name and from this page: the same rule as for requests. */
  readonly welcomes = (host: string, origin: string | undefined): boolean =>
    this.#guard.refusal(host, origin) === undefined;

  #mount(): void {
    const handlers = this.#handlers();
    for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
      if (route.sim && this.#services.sim === undefined) continue;
      // Each handler takes exactly the call its route describes; `#called` builds that call from the same route.
      const handler = handlers[name] as unknown as AnyHandler;
      this.#table.add(route.method, pathOf(route), { name, route, handler });
    }
  }

  #handlers(): Handlers {
    const services = this.#services;
    return {
      ...lightHandlers(services),
      ...roomHandlers(services),
      ...zoneHandlers(services),
      ...groupHandlers(services),
      ...sceneHandlers(services),
      ...circadianHandlers(services),
      ...deviceHandlers(services),
      ...pairingHandlers(this.#clock, services),
      ...scheduleHandlers(this.#clock, services),
      ...tokenHandlers(services),
      ...peopleHandlers(services),
      ...accountHandlers(services),
      ...memberHandlers(services),
      ...passHandlers(services, { sessions: services.sessions, cookie: this.#options.cookie }),
      ...developerHandlers(services),
      ...rightsHandlers(services),
      ...sessionHandlers(services, this.#options.cookie),
      ...placeHandlers(this.#clock, services),
      ...vaultHandlers(services),
      ...wifiHandlers(services),
      ...resetHandlers(services),
      ...privacyHandlers(services),
      ...noticeHandlers(this.#clock, services),
      ...disclosureHandlers(this.#clock, services),
      ...requestHandlers(services),
      ...incidentHandlers(services),
      ...connectionHandlers(services),
      ...ownConnectionHandlers(services),
      ...providerSignInHandlers(services, this.#options.cookie),
      ...simServiceHandlers(services),
      ...scopeHandlers(services),
      ...consentHandlers(services, this.#options.cookie),
      ...retentionHandlers(services),
      ...simHandlers(services),
      ...updateHandlers(services, this.#options.version),
      ...systemHandlers(
        this.#clock,
        services,
        this.events,
        () => this.#metrics(),
        (request) => this.#authenticator.knows(request),
      ),
    };
  }

  #answer(request: HttpRequest, signal: Signal): HttpAnswer | Promise<HttpAnswer> {
    const path = pathAt(request.target);
    const found = this.#table.find(path);
    if (found === undefined) return this.#elsewhere(request, path);
    const method = request.method === "HEAD" ? "GET" : request.method;
    const entry = found.methods.get(method);
    if (entry === undefined) throw new MethodNotAllowed([...found.methods.keys()].join(", "));
    return this.#called(entry, found.id, request, signal);
  }

  #called(entry: Entry, id: string | undefined, request: HttpRequest, signal: Signal): Promise<HttpAnswer> {
    assertNoAudioType(request);
    const { scope } = entry.route;
    const presence = scope === "open" ? undefined : this.#authenticator.admit(request);
    const program = presence?.caller.developer?.id;
    const served = this.#served(entry, id, request, presence, signal);
    return program === undefined ? served : this.#noted(served, program, entry.route, request);
  }

  async #noted(
    served: Promise<HttpAnswer>,
    program: DeveloperId,
    route: Route,
    request: HttpRequest,
  ): Promise<HttpAnswer> {
    const note = (status: number) => this.#noteCall(program, route, status, request);
    try {
      const answer = await served;
      note(answer.status);
      return answer;
    } catch (error) {
      note(error instanceof HubError ? error.status : 500);
      throw error;
    }
  }

  /** What a program did, whatever came of it. */
  #noteCall(program: DeveloperId, route: Route, status: number, { remote }: HttpRequest): void {
    const { developerLog } = this.#services.privacy.members;
    developerLog.note(program, `${route.method} ${route.path}`, status, remote);
  }

  async #served(
    { name, route, handler }: Entry,
    id: string | undefined,
    request: HttpRequest,
    presence: Presence | undefined,
    signal: Signal,
  ): Promise<HttpAnswer> {
    if (presence !== undefined) authorise(presence.caller, route, id);
    if (presence !== undefined && signal !== undefined)
      this.#services.privacy.browsers.heard(presence.caller, signal);
    if (presence !== undefined && route.stepUp) this.#services.stepUp.assert(presence.caller);
    if (!isIdOf(route, id)) throw new NotFound("no such thing");
    if (presence !== undefined && id !== undefined && isDeviceId(id))
      assertSeen(maySee(this.#services, presence.caller, id));
    const query = this.#queries.in(route, request);
    const body = await bodyIn(route, request);
    const bytes = route.bytes === undefined ? undefined : await bytesOf(route, route.bytes, request);
    const { caller, session } = presence ?? {};
    const call = { id, query, body, bytes, caller, session, request };
    const handle = () => this.#services.privacy.retained.acting.by(caller, () => handler(call));
    const answer = await (bytes instanceof Uint8Array ? withWiped(bytes, handle) : handle());
    this.#count(`${route.status}`);
    if (answer instanceof Reply) return answer;
    if (route.answer !== undefined) assertAnswered(route.answer, answer);
    this.onAnswer?.(name, answer);
    return answer === undefined ? empty() : json(answer, route.status);
  }

  #refuse(error: unknown): HttpAnswer {
    const answer = problem(error);
    this.#count(`${answer.status}`);
    if (answer.status >= 500) {
      const code = error instanceof HubError ? error.code : "internal";
      const what = error instanceof Error ? error.name : typeof error;
      this.#log.write(answer.status === 500 ? "error" : "warn", "api.failed", { code, what });
    }
    return answer;
  }

  /** Paths that are not the contract's: the app's files, or nothing. */
  #elsewhere(request: HttpRequest, path: string): HttpAnswer {
    const encoding = request.header("accept-encoding") ?? "";
    const asset = this.#options.assets?.(path, encoding);
    if (asset === undefined) throw new NotFound("no such path");
    if (request.method !== "GET" && request.method !== "HEAD") throw new MethodNotAllowed("GET, HEAD");
    return assetAnswer(asset, request);
  }

  #count(status: string): void {
    this.#counts.set(status, (this.#counts.get(status) ?? 0) + 1);
  }

  #metrics(): readonly Metric[] {
    return [
      {
        name: "lampkeeper_build_info",
        help: "Version of the hub",
        type: "gauge",
        samples: [{ labels: { version: this.#options.version }, value: 1 }],
      },
      {
        name: "lampkeeper_up",
        help: "Ready to serve",
        type: "gauge",
        samples: [{ value: Number(this.#services.isReady()) }],
      },
      {
        name: "lampkeeper_clock_trusted",
        help: "Whether schedules may believe the clock",
        type: "gauge",
        samples: [{ value: Number(this.#services.watch.trust().level === "trusted") }],
      },
      this.#durations.metric(),
      {
        name: "lampkeeper_http_answers_total",
        help: "HTTP answers by status",
        type: "counter",
        samples: [...this.#counts].map(([status, value]) => ({ labels: { status }, value })),
      },
      {
        name: "lampkeeper_event_readers",
        help: "Open event streams",
        type: "gauge",
        samples: [{ value: this.events.readers }],
      },
      {
        name: "lampkeeper_event_readers_dropped_total",
        help: "Event streams ended because their reader was too slow",
        type: "counter",
        samples: [{ value: this.events.dropped }],
      },
    ];
  }
}

/** What comes as bytes may be a secret: a handler has them for as long as it takes. */
const withWiped = async (bytes: Uint8Array, handle: () => unknown): Promise<unknown> => {
  try {
    return await handle();
  } finally {
    bytes.fill(0);
  }
};

/** @param most bytes @returns as the route has them */
const bytesOf = (
  { streamed }: Route,
  most: number,
  request: HttpRequest,
): AsyncIterable<Uint8Array> | Promise<Uint8Array> =>
  streamed ? octetPieces(request, most) : octetBody(request, most);

/** Says that a wish not to be followed has been heard: `tk: N`, nobody is followed here (TPE 6.2), and which wish it was. */
const heeded = (signal: Signal, answer: HttpAnswer): HttpAnswer => {
  if (signal === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, tk: "N", "lampkeeper-opt-out": signal } };
};

/** What a GET would get, without its body [RFC 9110 9.3.2]. */
const headOf = ({ status, headers, body }: HttpAnswer): HttpAnswer => {
  if (body instanceof Readable) body.destroy();
  return { status, headers };
};

/** What somebody may not see is not there for them. @throws NotFound */
const assertSeen = (isSeen: boolean): void => {
  if (!isSeen) throw new NotFound("no such thing");
};

const isIdOf = ({ id: kind }: Route, id: string | undefined): boolean => {
  if (kind === undefined) return true;
  if (id === undefined) throw new InvariantBroken("a route with an id but no place for it");
  return kind === "device" ? isDeviceId(id) : isId(kind, id);
};

/** A whole URL may stand in a request line as well [RFC 9112 3.2.2]. */
const originForm = /^https?:\/\/[^/?]*/i;

/** The path of a request line, decoded; as it came where it cannot be. */
const pathAt = (target: string): string => {
  const local = target.startsWith("/") ? target : target.replace(originForm, "");
  const query = local.indexOf("?");
  const path = query < 0 ? local : local.slice(0, query);
  try {
    return path.includes("%") ? decodeURI(path) : path;
  } catch {
    return path;
  }
};

/** @throws as `jsonBody`, `inShape`; also where a route takes no body at all */
const bodyIn = async (route: Route, request: HttpRequest): Promise<unknown> => {
  if (route.body !== undefined) return inShape(route.body, orNothing(await jsonBody(request), route));
  if (route.bytes === undefined && request.method !== "GET" && request.method !== "HEAD")
    await assertNoBody(request);
  return undefined;
};

const orNothing = (body: unknown, route: Route): unknown =>
  body === undefined && route.bodyOptional ? {} : body;
