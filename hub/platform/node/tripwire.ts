import childProcess from "node:child_process";
import dgram from "node:dgram";
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { fileURLToPath } from "node:url";
import { InvariantBroken } from "../../domain/errors.ts";
import { type Act, isOpening } from "./socket-openers.ts";

/** Something tried to reach out that is not in the table of openers. */
export interface Trip {
  readonly act: Act;
  /** The package whose code did it, or the file where it is no package's. */
  readonly by: string;
}

/** Code that is not in the table of openers tried to open a socket or start a process. It was not opened. */
export class SocketRefused extends InvariantBroken {}

/** Internal parts of Node by which a socket can be had without any of the functions below. */
const rawBindings = new Set([
  "tcp_wrap",
  "pipe_wrap",
  "udp_wrap",
  "cares_wrap",
  "process_wrap",
  "spawn_sync",
]);

let hear: ((trip: Trip) => void) | undefined;
/** Sockets that an opener has opened: what they do later is theirs. */
const known = new WeakSet<object>();
/** Ports at which this process listens: it may speak to itself. */
const ownPorts = new Set<number>();

/**
 * From now on, whoever opens a socket, looks up a name, listens, or starts a process or a thread, and is not in the table
 * of openers, gets `SocketRefused`; and `onTrip` hears who it was. It holds for JavaScript of this process. Native code
 * can go around it: what that does is seen on the wire alone (docs/adr/0040-egress.md).
 *
 * @param onTrip replaces the one of an earlier call
 */
export const armTripwire = (onTrip: (trip: Trip) => void): void => {
  const isArmed = hear !== undefined;
  hear = onTrip;
  if (isArmed) return;
  guardSockets();
  guardNames();
  guardProcesses();
  syncBuiltinESMExports();
};

/** For tests: what runs after them opens what it likes. */
export const disarmTripwire = (): void => {
  for (const restore of restores.splice(0).reverse()) restore();
  hear = undefined;
  syncBuiltinESMExports();
};

const restores: (() => void)[] = [];

type AnyFunction = (this: unknown, ...words: unknown[]) => unknown;

const functionIn = (holder: object, name: string): AnyFunction | undefined => {
  const found: unknown = Reflect.get(holder, name);
  return typeof found === "function" ? (found as AnyFunction) : undefined;
};

/** @param mayPass what is allowed beside what the table allows */
const guard = (
  holder: object,
  name: string,
  usual: Act,
  mayPass: (self: object, words: readonly unknown[]) => boolean = () => false,
): void => {
  const original = functionIn(holder, name);
  if (original === undefined) return;
  const guarded = function (this: object, ...words: unknown[]): unknown {
    const act = usual === "connect" && !("port" in destinationIn(words)) ? "unix" : usual;
    if (isOpening(act)) {
      if (this instanceof Object) known.add(this);
    } else if (!mayPass(this, words)) refuse(act);
    return original.apply(this, words);
  };
  put(holder, name, Object.assign(guarded, original));
};

const put = (holder: object, name: string, value: unknown): void => {
  const before = Object.getOwnPropertyDescriptor(holder, name);
  Object.defineProperty(holder, name, { configurable: true, writable: true, enumerable: true, value });
  restores.push(() => {
    if (before === undefined) delete (holder as Record<string, unknown>)[name];
    else Object.defineProperty(holder, name, before);
  });
};

const refuse = (act: Act): never => {
  const by = callerIn(stackHere());
  hear?.({ act, by });
  throw new SocketRefused(`${by} may not ${verbs[act]}: it is not in the table of openers`, {
    what: act,
    by,
  });
};

/** Deep enough to come out of Node's own files. */
const stackHere = (): string => {
  const { stackTraceLimit } = Error;
  const here = { stack: "" };
  Error.stackTraceLimit = 60;
  Error.captureStackTrace(here);
  Error.stackTraceLimit = stackTraceLimit;
  return here.stack;
};

const verbs: Readonly<Record<Act, string>> = {
  connect: "connect",
  unix: "connect to a socket of this machine",
  "look-up": "look up a name",
  datagram: "send a datagram",
  listen: "listen",
  spawn: "start a process",
  thread: "start a thread",
  binding: "use the inside of Node",
};

const isKnown = (self: object): boolean => known.has(self);

const guardSockets = (): void => {
  guard(net.Socket.prototype, "connect", "connect", (self, said) => isKnown(self) || isToItself(said));
  guard(net.Server.prototype, "listen", "listen", isKnown);
  notePorts();
  // Its sockets are opened later, where nobody can tell any more who asked.
  for (const name of ["fetch", "WebSocket", "EventSource"]) guardGlobal(name);
  for (const name of ["bind", "connect", "send"]) guard(dgram.Socket.prototype, name, "datagram", isKnown);
};

/** Reading one of these loads a whole web client: it is wrapped when somebody reads it, and not at the start. */
const guardGlobal = (name: string): void => {
  if (!(name in globalThis)) return;
  const { enumerable = false, read } = globalNamed(name);
  let guarded: unknown;
  const get = (): unknown => {
    if (guarded !== undefined) return guarded;
    const original = read();
    guarded = typeof original === "function" ? toItselfOnly(original) : original;
    return guarded;
  };
  // To define it anew as it is would read it.
  Reflect.deleteProperty(globalThis, name);
  Object.defineProperty(globalThis, name, { configurable: true, enumerable, get });
  restores.push(() =>
    Object.defineProperty(globalThis, name, {
      configurable: true,
      writable: true,
      enumerable,
      value: read(),
    }),
  );
};

const globalNamed = (name: string): { readonly enumerable?: boolean; readonly read: () => unknown } => {
  // Of this one even the question what it is loads that client; it stands in the HTTP module as well.
  if (name === "WebSocket") return { read: () => process.getBuiltinModule("node:http").WebSocket };
  const { enumerable = false, get, value } = Object.getOwnPropertyDescriptor(globalThis, name) ?? {};
  return { enumerable, read: () => (get === undefined ? value : get.call(globalThis)) };
};

const toItselfOnly = (original: object): object =>
  new Proxy(original, {
    apply: (target, self, said: unknown[]) => {
      assertItself(said[0]);
      return Reflect.apply(target as AnyFunction, self, said);
    },
    construct: (target, said: unknown[]) => {
      assertItself(said[0]);
      return Reflect.construct(target as typeof WebSocket, said);
    },
  });

const assertItself = (to: unknown): void => {
  const url = URL.parse(to instanceof Request ? to.url : `${to}`);
  // What needs no socket (`data:`) is none of our business.
  if (url === null || !/^(?:http|ws)s?:$/.test(url.protocol)) return;
  if (!isToItself([{ host: url.hostname, port: url.port || 80 }])) refuse("connect");
};

/** A query never leaves for what is an address already. */
const isAddress = (_self: object, [name]: readonly unknown[]): boolean =>
  typeof name === "string" && (net.isIP(name) !== 0 || name === "localhost");

const guardNames = (): void => {
  for (const holder of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
    const names = Object.getOwnPropertyNames(holder).filter((name) =>
      /^(?:lookup|resolve|reverse)/.test(name),
    );
    for (const name of names) guard(holder, name, "look-up", name === "lookup" ? isAddress : undefined);
  }
  // Names of a Resolver are its parent's.
  const parent = Object.getPrototypeOf(dns.Resolver.prototype) as object;
  if (parent !== Object.prototype)
    for (const name of Object.getOwnPropertyNames(parent).filter((each) => /^(?:resolve|reverse)/.test(each)))
      guard(parent, name, "look-up");
};

const guardProcesses = (): void => {
  guard(childProcess.ChildProcess.prototype, "spawn", "spawn");
  for (const name of ["spawnSync", "execSync", "execFileSync"]) guard(childProcess, name, "spawn");
  // A thread would have a Node of its own, in which nothing is guarded.
  const threads = process.getBuiltinModule("node:worker_threads");
  put(threads, "Worker", new Proxy(threads.Worker, { construct: () => refuse("thread") }));
  guard(process, "binding", "binding", (_self, [name]) => !rawBindings.has(`${name}`));
};

/** Of a door of this process itself: nothing leaves it. */
const isToItself = (said: readonly unknown[]): boolean => {
  const { host = "localhost", port } = destinationIn(said);
  return port !== undefined && ownPorts.has(port) && /^(?:127\.|::1$|localhost$)/.test(host);
};

/** The arguments of `connect` as they are, or as Node has put them in order before (an array of options and callback). */
const destinationIn = (said: readonly unknown[]): { host?: string | undefined; port?: number } => {
  const [first, second] = Array.isArray(said[0]) ? (said[0] as unknown[]) : said;
  if (typeof first === "object" && first !== null) {
    const { host, port, path } = first as { host?: string; port?: number | string; path?: string };
    return path === undefined ? { host, port: Number(port) } : {};
  }
  const host = typeof second === "string" ? second : undefined;
  return typeof first === "string" && !/^\d+$/.test(first) ? {} : { host, port: Number(first) };
};

const notePorts = (): void => {
  const listen = functionIn(net.Server.prototype, "listen");
  if (listen === undefined) return;
  put(net.Server.prototype, "listen", function (this: net.Server, ...said: unknown[]): unknown {
    this.once("listening", () => {
      const address = this.address();
      if (typeof address !== "object" || address === null) return;
      ownPorts.add(address.port);
      this.once("close", () => ownPorts.delete(address.port));
    });
    return listen.apply(this, said);
  });
};

const here = fileURLToPath(import.meta.url);

/** The package of the first frame that is neither Node's nor this file's. */
const callerIn = (stack: string): string => {
  for (const line of stack.split("\n").slice(1)) {
    const file = /(?:\(|at )(?:async )?((?:file:\/\/)?\/[^():]+)/.exec(line)?.[1]?.replace(/^file:\/\//, "");
    if (file === undefined || file === here) continue;
    return packageOf(file);
  }
  return "unknown";
};

const packageOf = (file: string): string => {
  const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
  return name ?? file.split("/").slice(-2).join("/");
};
