import type { Generator, Server } from "./process.ts";
import { figure } from "./report.ts";
import { type Measured, missed, type Promised, type Row } from "./row.ts";
import { ratiosOf, rotated, spreadOf } from "./statistics.ts";

export interface Conditions {
  /** Rounds, each with every target once. */
  readonly rounds: number;
  readonly quick: boolean;
  readonly say: (text: string) => void;
}

/** One name of `npm run bench -- NAME`: what it promises, and how it finds out. */
export interface Case {
  readonly name: string;
  readonly promises: readonly Promised[];
  run(conditions: Conditions): Promise<Row[]>;
}

export type Figures = Readonly<Record<string, number>>;

/** Figures of every target, one entry a round; or why there are none. */
export interface Series {
  readonly rounds: readonly Figures[];
  readonly failed?: string;
  /** The most of a core the generator used for it. */
  readonly generatorShare: number;
}

export interface Contestant {
  readonly name: string;
  /** One measurement. `share` is the generator's, 0 when there was none. */
  measure(): Promise<{ readonly figures: Figures; readonly generatorShare: number }>;
}

/** Measures every contestant once a round, in rotating order. One that fails is out, with its reason. */
export const contest = async (
  contestants: readonly Contestant[],
  { rounds, say }: Conditions,
): Promise<ReadonlyMap<string, Series>> => {
  const series = new Map<string, { rounds: Figures[]; failed?: string; generatorShare: number }>();
  for (const { name } of contestants) series.set(name, { rounds: [], generatorShare: 0 });
  for (let round = 0; round < rounds; round++) {
    for (const { name, measure } of rotated(contestants, round)) {
      const own = series.get(name);
      if (own === undefined || own.failed !== undefined) continue;
      try {
        const { figures, generatorShare } = await measure();
        own.rounds.push(figures);
        own.generatorShare = Math.max(own.generatorShare, generatorShare);
        say(
          `  ${name}: ${Object.entries(figures)
            .map(([key, value]) => `${key} ${figure(value)}`)
            .join(", ")}`,
        );
      } catch (error) {
        own.failed = error instanceof Error ? error.message : String(error);
        say(`  ${name}: failed: ${own.failed}`);
      }
    }
  }
  return series;
};

/** The most of a core a generator may use before the figure is about the generator. */
const generatorLimit = 0.6;

const shareNote = (name: string, share: number): string =>
  `generator ${Math.round(share * 100)} % of a core for ${name}` +
  (share > generatorLimit ? `, more than ${generatorLimit * 100} %: its figure is a lower bound` : "");

/** What a row takes from a contest: one figure of each round, from ours and from the peer. */
export const measured = (
  series: ReadonlyMap<string, Series>,
  key: string,
  ours: string,
  peer: string | undefined,
  notes: readonly string[] = [],
): Measured => {
  const taken = [ours, ...(peer === undefined ? [] : [peer])].map((name) => {
    const own = series.get(name);
    if (own === undefined) throw new Error(`${name} did not take part`);
    if (own.failed !== undefined) throw new Error(`${name}: ${own.failed}`);
    const lost = own.rounds.reduce((sum, { lost = 0 }) => sum + lost, 0);
    if (lost > 0) throw new Error(`${name} lost ${lost} messages`);
    return { name, own, figures: own.rounds.map((figures) => figures[key] ?? Number.NaN) };
  });
  const shares = taken
    .filter(({ own }) => own.generatorShare > 0)
    .map(({ name, own }) => shareNote(name, own.generatorShare));
  return {
    ours: taken[0]?.figures ?? [],
    peers: taken[1]?.figures ?? [],
    notes: [...(shares.length > 0 ? [shares.join("; ")] : []), ...notes],
  };
};

/** How a bystander does against the peer, for a note. */
export const beside = (
  series: ReadonlyMap<string, Series>,
  key: string,
  name: string,
  peer: string,
): string[] => {
  const [own, other] = [series.get(name), series.get(peer)];
  if (own === undefined || other === undefined || own.failed !== undefined || other.failed !== undefined)
    return [];
  const of = ({ rounds }: Series): number[] => rounds.map((figures) => figures[key] ?? Number.NaN);
  const { median, min, max } = spreadOf(ratiosOf(of(own), of(other)));
  return [`${name}: x${figure(median)} (${figure(min)}-${figure(max)}) of ${peer}`];
};

/** A row, or the row missed with the reason of what was thrown. */
export const rowOf = (promised: Promised, make: () => Row): Row => {
  try {
    return make();
  } catch (error) {
    return missed(promised, error instanceof Error ? error.message : String(error));
  }
};

/** Servers of a case, started together; one that does not start fails when it is measured. */
export class Servers {
  readonly #running = new Map<string, Server>();
  readonly #failed = new Map<string, unknown>();

  async start(name: string, start: () => Promise<Server>): Promise<void> {
    try {
      this.#running.set(name, await start());
    } catch (error) {
      this.#failed.set(name, error);
    }
  }

  get(name: string): Server {
    const server = this.#running.get(name);
    if (server === undefined) throw this.#failed.get(name) ?? new Error(`${name} was not started`);
    return server;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map((server) => server.stop()));
  }
}

/** Runs `use` with a generator and servers, and ends both whatever happens. */
export const withServers = async <T>(
  starts: Readonly<Record<string, () => Promise<Server>>>,
  generator: Generator,
  use: (servers: Servers) => Promise<T>,
): Promise<T> => {
  const servers = new Servers();
  try {
    for (const [name, start] of Object.entries(starts)) await servers.start(name, start);
    return await use(servers);
  } finally {
    await servers.close();
    await generator.close();
  }
};
