import { hasWildcard } from "./topic.ts";

interface Node<Value> {
  /** Its own level. */
  readonly level: string;
  children: Node<Value>[] | undefined;
  /** The same by level, where there are many. */
  byLevel: Map<string, Node<Value>> | undefined;
  /** The child that any level leads to: `+`. */
  any: Node<Value> | undefined;
  /** Under the filter that ends here, and under the one that ends here with `/#`. */
  values: Set<Value> | undefined;
  rest: Set<Value> | undefined;
}

const emptyNode = <Value>(level: string): Node<Value> => ({
  level,
  children: undefined,
  byLevel: undefined,
  any: undefined,
  values: undefined,
  rest: undefined,
});

/** Up to here a look through the children of a node is quicker than to cut a level out of a topic and look it up. */
const fewChildren = 16;

/**
 * How many filters there are of a length and a last character. Most topics are nobody's own filter, and a look into a map of ten
 * thousand, only to find that, takes longer than all the rest of a match.
 */
class Glance {
  readonly #counts = new Uint32Array(64 * 128);

  count(filter: string, sign: 1 | -1): void {
    const at = placeOf(filter);
    this.#counts[at] = (this.#counts[at] ?? 0) + sign;
  }

  mayHold(topic: string): boolean {
    return this.#counts[placeOf(topic)] !== 0;
  }
}

const placeOf = (text: string): number =>
  ((text.length & 63) << 7) | (text.charCodeAt(text.length - 1) & 127);

/**
 * Who subscribed to what. Filters without a wildcard lie in one map, so ten thousand lamps with a command topic each
 * cost one entry each and one look-up per message; filters with wildcards lie in a tree by level.
 */
export class SubscriptionTree<Value> {
  /** A lone subscriber stands by itself: a set would weigh more than all the rest of its entry. */
  readonly #exact = new Map<string, Value | Set<Value>>();
  readonly #glance = new Glance();
  readonly #root = emptyNode<Value>("");
  #wildcards = 0;

  add(filter: string, value: Value): void {
    if (hasWildcard(filter)) this.#addWildcard(filter, value);
    else this.#addExact(filter, value);
  }

  #addWildcard(filter: string, value: Value): void {
    const { node, isRest } = this.#place(filter);
    if (isRest) node.rest = (node.rest ?? new Set()).add(value);
    else node.values = (node.values ?? new Set()).add(value);
    this.#wildcards++;
  }

  remove(filter: string, value: Value): void {
    if (hasWildcard(filter)) this.#removeWildcard(this.#root, filter.split("/"), 0, value);
    else this.#removeExact(filter, value);
  }

  /** Visits everyone whose filter matches; someone with two matching filters once for each. Must not be changed meanwhile. */
  match(topic: string, visit: (value: Value) => void): void {
    const exact = this.#glance.mayHold(topic) ? this.#exact.get(topic) : undefined;
    if (exact instanceof Set) exact.forEach(visit);
    else if (exact !== undefined) visit(exact);
    if (this.#wildcards === 0) return;
    // [MQTT-4.7.2-1] a wildcard does not match the first level of a `$` topic; nobody subscribes below one.
    if (topic.startsWith("$")) return;
    collect(this.#root, topic, 0, visit);
  }

  #addExact(filter: string, value: Value): void {
    const present = this.#exact.get(filter);
    if (present === undefined) this.#glance.count(filter, 1);
    if (present instanceof Set) present.add(value);
    else this.#exact.set(filter, present === undefined ? value : new Set([present, value]));
  }

  #removeExact(filter: string, value: Value): void {
    const present = this.#exact.get(filter);
    const isLast = present instanceof Set ? present.delete(value) && present.size === 0 : present === value;
    if (present === undefined || !isLast) return;
    this.#exact.delete(filter);
    this.#glance.count(filter, -1);
  }

  #place(filter: string): { node: Node<Value>; isRest: boolean } {
    let node = this.#root;
    for (const level of filter.split("/")) {
      if (level === "#") return { node, isRest: true };
      node = level === "+" ? anyOf(node) : childOf(node, level);
    }
    return { node, isRest: false };
  }

  /** @returns whether the node is empty now and can go */
  #removeWildcard(node: Node<Value>, levels: readonly string[], at: number, value: Value): boolean {
    const level = levels[at];
    if (level === "#") {
      if (node.rest?.delete(value)) this.#wildcards--;
      if (node.rest?.size === 0) node.rest = undefined;
    } else if (level === undefined) {
      if (node.values?.delete(value)) this.#wildcards--;
      if (node.values?.size === 0) node.values = undefined;
    } else if (level === "+") {
      if (node.any !== undefined && this.#removeWildcard(node.any, levels, at + 1, value))
        node.any = undefined;
    } else {
      const child = childAt(node, level, 0, level.length);
      if (child !== undefined && this.#removeWildcard(child, levels, at + 1, value)) dropChild(node, child);
    }
    return isEmpty(node);
  }
}

const anyOf = <Value>(node: Node<Value>): Node<Value> => {
  node.any ??= emptyNode("+");
  return node.any;
};

const childOf = <Value>(node: Node<Value>, level: string): Node<Value> => {
  const known = childAt(node, level, 0, level.length);
  if (known !== undefined) return known;
  const child = emptyNode<Value>(level);
  node.children ??= [];
  node.children.push(child);
  if (node.byLevel !== undefined) node.byLevel.set(level, child);
  else if (node.children.length > fewChildren)
    node.byLevel = new Map(node.children.map((each) => [each.level, each]));
  return child;
};

const dropChild = <Value>(node: Node<Value>, child: Node<Value>): void => {
  const { children = [] } = node;
  children.splice(children.indexOf(child), 1);
  node.byLevel?.delete(child.level);
  if (children.length === 0) node.children = node.byLevel = undefined;
};

const isEmpty = ({ values, rest, any, children }: Node<unknown>): boolean =>
  values === undefined && rest === undefined && any === undefined && children === undefined;

/** The child whose level stands there in a topic. */
const childAt = <Value>(
  { children, byLevel }: Node<Value>,
  topic: string,
  from: number,
  end: number,
): Node<Value> | undefined => {
  if (children === undefined) return undefined;
  if (byLevel !== undefined) return byLevel.get(topic.slice(from, end));
  for (const child of children)
    if (child.level.length === end - from && topic.startsWith(child.level, from)) return child;
  return undefined;
};

const collect = <Value>(
  node: Node<Value>,
  topic: string,
  from: number,
  visit: (value: Value) => void,
): void => {
  node.rest?.forEach(visit);
  if (from > topic.length) {
    node.values?.forEach(visit);
    return;
  }
  const { children, any } = node;
  if (children === undefined && any === undefined) return;
  const slash = topic.indexOf("/", from);
  const end = slash < 0 ? topic.length : slash;
  const named = childAt(node, topic, from, end);
  if (named !== undefined) collect(named, topic, end + 1, visit);
  if (any !== undefined) collect(any, topic, end + 1, visit);
};
