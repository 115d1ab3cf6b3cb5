import type { AccessGrant } from "./mqtt-bus.ts";
import { filterCovers, hasWildcard, topicMatches } from "./topic.ts";
import { TopicTemplate } from "./topic-template.ts";

/** Up to here a look through a list is as fast as a set, and a hundred times smaller: ten thousand lamps may connect. */
const shortList = 8;

/** What a list of filters allows. */
interface Allowed {
  matches(topic: string, address: string): boolean;
  covers(filter: string, address: string): boolean;
}

/** A list of filters, ready to be asked for every message. */
class FilterList implements Allowed {
  readonly #filters: readonly string[];
  readonly #exact: ReadonlySet<string> | undefined;
  readonly #patterns: readonly string[];
  /** What matched last: nearly always what is asked next. The list never changes, so it still does. */
  #lastMatch: string | undefined;

  constructor(filters: readonly string[]) {
    this.#filters = filters;
    const isShort = filters.length <= shortList;
    this.#exact = isShort ? undefined : new Set(filters.filter((filter) => !hasWildcard(filter)));
    this.#patterns = isShort ? filters : filters.filter(hasWildcard);
  }

  matches(topic: string): boolean {
    if (topic === this.#lastMatch) return true;
    if (!this.#exact?.has(topic) && !this.#isMatched(topic)) return false;
    this.#lastMatch = topic;
    return true;
  }

  #isMatched(topic: string): boolean {
    for (const pattern of this.#patterns) if (pattern === topic || topicMatches(pattern, topic)) return true;
    return false;
  }

  covers(filter: string): boolean {
    return this.#exact?.has(filter) || this.#filters.some((granted) => filterCovers(granted, filter));
  }
}

/** The filters of all devices of a kind, each with a place for the address. */
class TemplateList implements Allowed {
  readonly #templates: readonly TopicTemplate[];

  constructor(templates: readonly string[]) {
    this.#templates = templates.map((template) => new TopicTemplate(template));
  }

  matches(topic: string, address: string): boolean {
    for (const template of this.#templates) if (template.matches(topic, address)) return true;
    return false;
  }

  covers(filter: string, address: string): boolean {
    return this.#templates.some((template) => filterCovers(template.of(address), filter));
  }
}

/** By the list of a profile, for as long as that lives. */
const templateLists = new WeakMap<readonly string[], TemplateList>();

const templateList = (templates: readonly string[]): TemplateList => {
  const known = templateLists.get(templates) ?? new TemplateList(templates);
  templateLists.set(templates, known);
  return known;
};

const none: readonly string[] = [];

/** The topic that a list of what was joined reached last. Lists never change, and lamps of a group share theirs. */
const lastReached = new WeakMap<readonly string[], string>();

/** What one identity may do. Asked before a message is taken in, before a subscription, and again before each delivery. */
export class Permissions {
  readonly id: string;
  readonly kind: AccessGrant["kind"];
  readonly #address: string;
  readonly #publishes: Allowed;
  readonly #subscribes: Allowed;
  readonly #joins: AccessGrant["joins"];
  #joined: readonly string[] = none;
  #edition: number | undefined;

  constructor({ id, kind, publishes, subscribes, address, joins }: AccessGrant) {
    this.id = id;
    this.kind = kind;
    this.#address = address ?? "";
    this.#publishes = address === undefined ? new FilterList(publishes) : templateList(publishes);
    this.#subscribes = address === undefined ? new FilterList(subscribes) : templateList(subscribes);
    this.#joins = joins;
  }

  mayPublish(topic: string): boolean {
    return this.#publishes.matches(topic, this.#address);
  }

  /** A filter that reaches beyond what was granted is refused whole, even where it overlaps. */
  maySubscribe(filter: string): boolean {
    return (
      this.#subscribes.covers(filter, this.#address) ||
      this.#nowJoined().some((joined) => filterCovers(joined, filter))
    );
  }

  mayReceive(topic: string): boolean {
    return this.#subscribes.matches(topic, this.#address) || this.#hasJoined(topic);
  }

  /** Lamps of a group hear the same topic one after the other. */
  #hasJoined(topic: string): boolean {
    const joined = this.#nowJoined();
    if (lastReached.get(joined) === topic) return true;
    const reaches = joined.some((filter) => filter === topic || topicMatches(filter, topic));
    if (reaches) lastReached.set(joined, topic);
    return reaches;
  }

  #nowJoined(): readonly string[] {
    const joins = this.#joins;
    if (joins !== undefined && joins.edition !== this.#edition) {
      this.#edition = joins.edition;
      this.#joined = joins.of(this.id);
    }
    return this.#joined;
  }
}
