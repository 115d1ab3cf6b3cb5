import type { Login } from "../mqtt-wire.ts";
import type { Address } from "../raw-client.ts";

/** A broker as a generator sees it. `pid` is whose processor time is read. */
export interface Target extends Address {
  readonly pid: number;
}

/** Who the generator signs in as; every server of the benchmarks knows these and what each may touch. */
export const logins = {
  lamp: (index: number) => ({ clientId: `lamp-${index}`, username: `lamp-${index}`, password: "bench" }),
  client: (index: number) => ({
    clientId: `client-${index}`,
    username: `client-${index}`,
    password: "bench",
  }),
};

export const topics = {
  /** From clients to clients. */
  flow: (index: number) => `bench/flow/${index}`,
  allFlows: "bench/flow/+",
  set: (lamp: number | string) => `bench/lamp/${lamp}/set`,
  state: (lamp: number | string) => `bench/lamp/${lamp}/state`,
  group: "bench/group/set",
};

export interface Throughput {
  readonly load: "throughput";
  readonly target: Target;
  readonly publishers: number;
  readonly subscribers: number;
  readonly qos: 0 | 1;
  /** Messages published and not yet delivered to every subscriber, at most. */
  readonly window: number;
  readonly messages: number;
  readonly payloadBytes: number;
}

export interface RoundTrip {
  readonly load: "round-trip";
  readonly target: Target;
  readonly messages: number;
  /** 0: the next as soon as the last is back. */
  readonly perSecond: number;
  readonly qos: 0 | 1;
  /** Two passes through the broker, as a command and its answer have. */
  readonly echo: boolean;
}

export interface Connects {
  readonly load: "connects";
  readonly target: Target;
  readonly connections: number;
  readonly atOnce: number;
}

export interface Idle {
  readonly load: "idle";
  readonly target: Target;
  /** Memory is read at each of these numbers of connections. */
  readonly steps: readonly number[];
  readonly watchMs: number;
}

export interface House {
  readonly load: "house";
  readonly target: Target;
  readonly lamps: number;
  readonly repeats: number;
}

/** Lamps that report once a second and answer commands; runs until the generator is ended. */
export interface Fleet {
  readonly load: "fleet";
  readonly target: Target;
  readonly lamps: number;
}

export interface Command {
  readonly load: "command";
  readonly target: Target;
  readonly lamps: number;
  readonly messages: number;
  readonly perSecond: number;
}

export interface Burst {
  readonly load: "burst";
  readonly target: Target;
  readonly messages: number;
}

/** A whole hub: its broker, who may command its lamps, and its API. */
export interface HubTarget extends Target {
  readonly login: Login;
  readonly lamps: readonly string[];
  readonly api: string;
  readonly token: string;
}

/** How commands reach a lamp and how its state comes back; a peer with lamps has other topics than ours. */
export interface LampTopics {
  readonly set: (lamp: string) => string;
  readonly state: (lamp: string) => string;
  readonly allStates: string;
}

/** Whose lamps are commanded: `hub` speaks our topics, `bulb` those of the peers. */
export type Dialect = "hub" | "bulb";

/** Commands with a number under way at any time (`window`), or one by one at a pace. */
export interface Commands {
  readonly load: "commands";
  readonly target: HubTarget;
  readonly dialect: Dialect;
  readonly commands: number;
  readonly window: number;
  /** 0: as fast as the window lets. */
  readonly perSecond: number;
}

/** One message to a zone with all lamps. */
export interface WholeHouse {
  readonly load: "whole-house";
  readonly target: HubTarget;
  readonly zone: string;
  readonly repeats: number;
}

/** Commands all at once; the last one to each lamp must be what it shows. */
export interface CommandBurst {
  readonly load: "command-burst";
  readonly target: HubTarget;
  readonly commands: number;
}

/** Commands over HTTP, `window` requests under way. */
export interface HttpCommands {
  readonly load: "http-commands";
  readonly pid: number;
  readonly commands: number;
  readonly window: number;
  /** What to request: URL, headers, and a body in which `{level}` stands for the brightness. */
  readonly requests: readonly { readonly url: string; readonly body: string }[];
  readonly headers: Readonly<Record<string, string>>;
}

export type HubJob = Commands | WholeHouse | CommandBurst | HttpCommands;

export type Job = HubJob | Throughput | RoundTrip | Connects | Idle | House | Fleet | Command | Burst;

/** What every load answers. */
export interface Outcome {
  readonly figures: Readonly<Record<string, number>>;
  /** Share of a core the generator itself used. */
  readonly generatorShare: number;
}
