import type { BodyOf, Shape } from "../../hub/api/contract.ts";
import type { HubClient } from "../client/hub-client.ts";
import { ruleFinder, withIds } from "../client/rule-names.ts";
import { TestUsageError } from "./test-usage-error.ts";

/** The rules of a hub in a test, by name. */
export class TestSchedules {
  readonly #api: HubClient;

  constructor(api: HubClient) {
    this.#api = api;
  }

  /** Adds a rule in the one grammar (docs/api); names may stand wherever ids may. @throws TestUsageError, HubProblem */
  async add(rule: BodyOf<"addSchedule">): Promise<Shape<"Schedule">> {
    const find = await ruleFinder(this.#api, (kind, word, things) => oneOf(kind, word, things));
    // Names have become ids; the rest is as it was.
    return await this.#api.call("addSchedule", { body: withIds(rule, find) as typeof rule });
  }

  async list(): Promise<readonly Shape<"Schedule">[]> {
    return (await this.#api.call("listSchedules")).data;
  }

  /** What runs by clock and sun within so many days, in order. */
  async next(days = 1): Promise<readonly Shape<"UpcomingRun">[]> {
    return (await this.#api.call("listUpcoming", { query: { days } })).data;
  }

  /** How a rule stands: when next, how it went last, what holds it back. @throws TestUsageError */
  async explain(rule: string): Promise<Shape<"ScheduleExplanation">> {
    return await this.#api.call("explainSchedule", { id: await this.#idOf(rule), query: {} });
  }

  /** By hand, now. @throws TestUsageError */
  async run(rule: string): Promise<void> {
    await this.#api.call("runSchedule", { id: await this.#idOf(rule) });
  }

  async #idOf(word: string): Promise<string> {
    return oneOf("rule", word, await this.list()).id;
  }
}

interface Named {
  readonly id: string;
  readonly name: string;
}

const oneOf = (kind: string, word: string, things: readonly Named[]): Named => {
  const found = things.filter(({ id, name }) => id === word || name === word);
  if (found[0] !== undefined && found.length === 1) return found[0];
  const known = things.map(({ name }) => name).join(", ") || "none";
  throw new TestUsageError(`there is not exactly one ${kind} "${word}"; there are: ${known}`);
};
