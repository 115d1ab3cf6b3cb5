import type { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import { connect as connectPlain, createServer as createPlain, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TlsOptions } from "node:tls";
import { NetworkFailed, PortBusy } from "../../domain/errors.ts";
import type { HardwareAddress } from "../../domain/person.ts";
import type { Clock } from "../../ports/clock.ts";
import type {
  Connection,
  ConnectOptions,
  HttpAnswer,
  HttpHandler,
  HttpRequest,
  Listener,
  ListenOptions,
  Network,
  ServeOptions,
  TlsIdentity,
} from "../../ports/network.ts";
import { ArpTable } from "./arp-table.ts";
import { bytesSentOutside } from "./kernel-counters.ts";
import { ParserBuffer } from "./parser-buffer.ts";
import { opening } from "./socket-openers.ts";
import { SystemClock } from "./system-clock.ts";

/** A peer that vanished without a word is noticed by the kernel after a minute and a few more probes. */
const lively = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };

const tlsOptions = (identity: TlsIdentity): TlsOptions => ({
  cert: identity.certificate,
  key: identity.key,
  minVersion: "TLSv1.3",
  handshakeTimeout: 10_000,
});

/**
 * Parts of Node that a start may not need, or not as a whole: `import` would evaluate every export, and with the HTTP
 * module's comes a whole web client: 18 ms.
 */
const part = process.getBuiltinModule;

/** The operating system's sockets. HTTP, TLS and WebSocket code is loaded when it is first needed. */
export class NodeNetwork implements Network {
  readonly clock: Clock;
  readonly #neighbours: Pick<Network, "neighbours">;

  /** @param neighbours other devices of this network: the kernel's table, or a simulated home's */
  constructor(clock: Clock = new SystemClock(), neighbours: Pick<Network, "neighbours"> = new ArpTable()) {
    this.clock = clock;
    this.#neighbours = neighbours;
  }

  neighbours(wanted: ReadonlySet<HardwareAddress>): ReadonlySet<HardwareAddress> {
    return this.#neighbours.neighbours(wanted);
  }

  bytesSent(): number | undefined {
    return bytesSentOutside();
  }

  async listen(options: ListenOptions, accept: (connection: Connection) => void): Promise<Listener> {
    const open = new OpenSockets();
    const welcome = (socket: Socket) => {
      open.add(socket);
      accept({ stream: socket, remote: socket.remoteAddress ?? "" });
    };
    const server =
      options.tls === undefined
        ? createPlain(lively, welcome)
        : part("node:tls").createServer({ ...tlsOptions(options.tls), ...lively }, welcome);
    // A failed handshake is the peer's affair: its socket is gone already.
    server.on("tlsClientError", (_error: Error, socket: Socket) => socket.destroy());
    return await started(server, options, open);
  }

  async serve(options: ServeOptions, handler: HttpHandler): Promise<Listener> {
    const open = new OpenSockets();
    const isSecure = options.tls !== undefined;
    const answers = new AnswersOfTurn();
    const server = httpServer(options.tls, async (incoming, outgoing) => {
      answers.add(await handler(requestOf(incoming, isSecure)), outgoing);
      // What comes as bytes may be a secret: its reader wipes what it got, and this what it was read into.
      if (incoming.headers["content-type"] === "application/octet-stream") parserBuffer.wipe();
    });
    server.on("connection", (socket: Socket) => open.add(socket));
    server.on("secureConnection", (socket: Socket) => open.add(socket));
    server.on("upgrade", upgrader(options.upgrades ?? []));
    return await started(server, options, open);
  }

  connect(options: ConnectOptions): Promise<Duplex> {
    const { host, port, tls } = options;
    return new Promise((done, fail) => {
      const socket = opening("network", () =>
        tls === undefined
          ? connectPlain({ host, port, noDelay: true })
          : part("node:tls").connect({
              host,
              port,
              minVersion: "TLSv1.3",
              servername: tls.serverName ?? (/^[\d.]+$|:/.test(host) ? "" : host),
              ...(tls.authority === undefined ? {} : { ca: tls.authority }),
              ...(tls.identity === undefined
                ? {}
                : { cert: tls.identity.certificate, key: tls.identity.key }),
            }),
      );
      const refuse = (error: Error) => fail(failed(error, port));
      socket.once("error", refuse);
      socket.once(tls === undefined ? "connect" : "secureConnect", () => {
        socket.off("error", refuse);
        socket.setNoDelay(true);
        done(socket);
      });
    });
  }
}

/** There is one in a process. */
const parserBuffer = new ParserBuffer();

/** Whoever sends a request byte by byte holds a socket for a quarter of a minute, not for five. */
const patience = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000 };

/** A second Host or Authorization is not passed over in silence: what came twice is refused as no name and no token. */
const httpOptions = { ...lively, joinDuplicateHeaders: true, ...patience };

const httpServer = (
  identity: TlsIdentity | undefined,
  answer: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>,
): HttpServer =>
  identity === undefined
    ? part("node:http").createServer(httpOptions, answer)
    : part("node:https").createServer({ ...httpOptions, ...tlsOptions(identity) }, answer);

const requestOf = (incoming: IncomingMessage, isSecure: boolean): HttpRequest => ({
  method: incoming.method ?? "",
  target: incoming.url ?? "",
  isSecure,
  remote: incoming.socket.remoteAddress ?? "",
  header: (name) => incoming.headers[name]?.toString(),
  body: async (mostBytes) => {
    // A small body comes in the same piece as its head: it is here once the head has been dealt with.
    await undefined;
    return isHere(incoming, mostBytes) ? (incoming.read() as Buffer) : await bodyOf(incoming, mostBytes);
  },
  pieces: () => piecesOf(incoming),
});

const isHere = ({ headers, readableLength }: IncomingMessage, mostBytes: number): boolean =>
  readableLength > 0 && readableLength <= mostBytes && readableLength === Number(headers["content-length"]);

const bodyOf = (incoming: IncomingMessage, mostBytes: number): Promise<Buffer | undefined> =>
  new Promise((done, fail) => {
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on("data", (chunk: Buffer) => {
      length += chunk.byteLength;
      // The rest is still read, until the sender's patience or ours ends: whoever is cut off hears no answer.
      if (length > mostBytes) done(undefined);
      else chunks.push(chunk);
    });
    incoming.once("end", () => {
      done(length > mostBytes ? undefined : Buffer.concat(chunks, length));
      // The whole belongs to the handler, who wipes it; the parts would stay.
      for (const chunk of chunks) chunk.fill(0);
    });
    incoming.once("close", () => {
      if (!incoming.complete) fail(new NetworkFailed("the sender left", { reason: "aborted" }));
    });
  });

async function* piecesOf(incoming: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* incoming.iterator({ destroyOnReturn: false });
  } catch (cause) {
    throw new NetworkFailed("the sender left", { reason: "aborted" }, { cause });
  } finally {
    // As in `bodyOf`, the rest is still read.
    incoming.resume();
  }
}

/**
 * Answers that become ready in one turn leave together at its end. Waking whoever waits is a large part of what an answer
 * costs; who waits for several is woken once.
 */
class AnswersOfTurn {
  #ready: (readonly [HttpAnswer, ServerResponse])[] = [];

  add(answer: HttpAnswer, outgoing: ServerResponse): void {
    if (this.#ready.push([answer, outgoing]) === 1) setImmediate(this.#send);
  }

  readonly #send = (): void => {
    const ready = this.#ready;
    this.#ready = [];
    for (const [answer, outgoing] of ready) send(answer, outgoing);
  };
}

const send = ({ status, headers, body }: HttpAnswer, outgoing: ServerResponse): void => {
  if (typeof body === "string" || body instanceof Uint8Array) {
    const length = Buffer.byteLength(body);
    const isAscii = typeof body === "string" && length === body.length;
    // The same bytes: what has no other letters need not be looked through for them once more.
    outgoing
      .writeHead(status, { ...headers, "content-length": length })
      .end(body, isAscii ? "latin1" : "utf8");
    return;
  }
  outgoing.writeHead(status, headers);
  if (body === undefined) {
    outgoing.end();
    return;
  }
  // Whoever has left already is not heard leaving again.
  if (outgoing.destroyed) {
    body.destroy();
    return;
  }
  outgoing.flushHeaders();
  outgoing.once("close", () => body.destroy());
  body.pipe(outgoing);
};

/** The sockets of one listener. There may be ten thousand: none gets functions of its own. */
class OpenSockets {
  readonly #sockets = new Set<Socket>();
  readonly #forget: (this: Socket) => void;

  constructor() {
    const sockets = this.#sockets;
    this.#forget = function () {
      sockets.delete(this);
    };
  }

  add(socket: Socket): void {
    this.#sockets.add(socket);
    // Whoever uses the stream hears of errors by itself; between owners nobody does, and a reset must not end the process.
    socket.on("error", destroyIt);
    socket.on("close", this.#forget);
  }

  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

const destroyIt = function (this: Socket): void {
  this.destroy();
};

const systemCode = (error: Error): string => ("code" in error ? String(error.code) : "unknown");

const failed = (error: Error, port: number): PortBusy | NetworkFailed => {
  const reason = systemCode(error);
  return reason === "EADDRINUSE"
    ? new PortBusy(`port ${port} is taken; choose another, or 0 for any free one`, { port })
    : new NetworkFailed(`no connection on port ${port}: ${reason}`, { port, reason });
};

const started = (server: Server | HttpServer, options: ListenOptions, open: OpenSockets): Promise<Listener> =>
  new Promise((done, fail) => {
    server.once("error", (error) => fail(failed(error, options.port)));
    const door = { host: options.host, port: options.port, backlog: 1024 };
    opening("network", () => server.listen(door)).once("listening", () => {
      server.removeAllListeners("error");
      // Accepting failed once (out of descriptors): that peer is lost, the listener lives.
      server.on("error", () => undefined);
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : options.port;
      done({
        endpoint: { host: options.host, port },
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            open.destroyAll();
          }),
      });
    });
  });

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => unknown;

/** Hands WebSocket connections to whoever asked for that path and subprotocol; anything else gets a plain refusal. */
const upgrader = (upgrades: NonNullable<ServeOptions["upgrades"]>): Upgrade => {
  if (upgrades.length === 0) return (_request, socket) => refuse(socket, "426 Upgrade Required");
  return async (request, socket, head) => {
    const path = (request.url ?? "").split("?")[0];
    const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
    const atPath = upgrades.filter((upgrade) => upgrade.path === path);
    if (atPath.length === 0) return refuse(socket, "404 Not Found");
    const upgrade = atPath.find(({ protocol }) => offered.includes(protocol));
    const { host = "", origin } = request.headers;
    if (upgrade?.welcomes?.(host, origin) === false) return refuse(socket, "403 Forbidden");
    if (upgrade === undefined) return refuse(socket, "400 Bad Request");
    const { WebSocketServer, createWebSocketStream } = await import("ws");
    const server = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: 1 << 20,
      handleProtocols: () => upgrade.protocol,
    });
    server.handleUpgrade(request, socket, head, (webSocket) => {
      const stream = createWebSocketStream(webSocket);
      stream.on("error", () => stream.destroy());
      upgrade.accept({ stream, remote: request.socket.remoteAddress ?? "" });
    });
  };
};

const refuse = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};
