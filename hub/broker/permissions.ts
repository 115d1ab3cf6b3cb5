import type { AccessGrant } from "./mqtt-bus.ts";
import { filterCovers, hasWildcard, topicMatches } from "./topic.ts";

/** Up to here a look through a list is as fast as a set, and a hundred times smaller: ten thousand lamps have two each. */
const shortList = 8;

/** A list of filters, ready to be asked for every message. */
class FilterList {
  readonly #filters: readonly string[];
  readonly #exact: ReadonlySet<string> | undefined;
  readonly #patterns: readonly string[];

  constructor(filters: readonly string[]) {
    this.#filters = filters;
    const isShort = filters.length <= shortList;
    this.#exact = isShort ? undefined : new Set(filters.filter((filter) => !hasWildcard(filter)));
    this.#patterns = isShort ? filters : filters.filter(hasWildcard);
  }

  matches(topic: string): boolean {
    if (this.#exact?.has(topic)) return true;
    for (const pattern of this.#patterns) if (topicMatches(pattern, topic)) return true;
    return false;
  }

  covers(filter: string): boolean {
    return this.#exact?.has(filter) || this.#filters.some((granted) => filterCovers(granted, filter));
  }
}

/** What one identity may do. Asked before a message is taken in, before a subscription, and again before each delivery. */
export class Permissions {
  readonly id: string;
  readonly kind: AccessGrant["kind"];
  readonly #publishes: FilterList;
  readonly #subscribes: FilterList;
  readonly #joins: AccessGrant["joins"];

  constructor(grant: AccessGrant) {
    this.id = grant.id;
    this.kind = grant.kind;
    this.#publishes = new FilterList(grant.publishes);
    this.#subscribes = new FilterList(grant.subscribes);
    this.#joins = grant.joins;
  }

  mayPublish(topic: string): boolean {
    return this.#publishes.matches(topic);
  }

  /** A filter that reaches beyond what was granted is refused whole, even where it overlaps. */
  maySubscribe(filter: string): boolean {
    return this.#subscribes.covers(filter) || this.#joined((joined) => filterCovers(joined, filter));
  }

  mayReceive(topic: string): boolean {
    return this.#subscribes.matches(topic) || this.#joined((joined) => topicMatches(joined, topic));
  }

  #joined(reaches: (filter: string) => boolean): boolean {
    return this.#joins?.().some(reaches) ?? false;
  }
}
