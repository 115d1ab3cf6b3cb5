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

export type Job = Throughput | RoundTrip | Connects | Idle | House | Fleet | Command | Burst;

/** What every load answers. */
export interface Outcome {
  readonly figures: Readonly<Record<string, number>>;
  /** Share of a core the generator itself used. */
  readonly generatorShare: number;
}
