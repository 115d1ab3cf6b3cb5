import { hasWildcard } from "./topic.ts";

interface Node<Value> {
  children: Map<string, Node<Value>> | undefined;
  /** The child that any level leads to: `+`. */
  any: Node<Value> | undefined;
  /** Under the filter that ends here, and under the one that ends here with `/#`. */
  values: Set<Value> | undefined;
  rest: Set<Value> | undefined;
}

const emptyNode = <Value>(): Node<Value> => ({
  children: undefined,
  any: undefined,
  values: undefined,
  rest: undefined,
});

/**
 * Who subscribed to what. Filters without a wildcard lie in one map, so ten thousand lamps with a command topic each
 * cost one entry each and one look-up per message; filters with wildcards lie in a tree by level.
 */
export class SubscriptionTree<Value> {
  /** A lone subscriber stands by itself: a set would weigh more than all the rest of its entry. */
  readonly #exact = new Map<string, Value | Set<Value>>();
  readonly #root = emptyNode<Value>();
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
    const exact = this.#exact.get(topic);
    if (exact instanceof Set) exact.forEach(visit);
    else if (exact !== undefined) visit(exact);
    if (this.#wildcards === 0) return;
    // [MQTT-4.7.2-1] a wildcard does not match the first level of a `$` topic; nobody subscribes below one.
    if (topic.startsWith("$")) return;
    collect(this.#root, topic, 0, visit);
  }

  #addExact(filter: string, value: Value): void {
    const present = this.#exact.get(filter);
    if (present instanceof Set) present.add(value);
    else this.#exact.set(filter, present === undefined ? value : new Set([present, value]));
  }

  #removeExact(filter: string, value: Value): void {
    const present = this.#exact.get(filter);
    if (present === value) this.#exact.delete(filter);
    else if (present instanceof Set && present.delete(value) && present.size === 0)
      this.#exact.delete(filter);
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
      const child = node.children?.get(level);
      if (child !== undefined && this.#removeWildcard(child, levels, at + 1, value)) {
        node.children?.delete(level);
        if (node.children?.size === 0) node.children = undefined;
      }
    }
    return isEmpty(node);
  }
}

const anyOf = <Value>(node: Node<Value>): Node<Value> => {
  node.any ??= emptyNode();
  return node.any;
};

const childOf = <Value>(node: Node<Value>, level: string): Node<Value> => {
  node.children ??= new Map();
  const known = node.children.get(level);
  if (known !== undefined) return known;
  const child = emptyNode<Value>();
  node.children.set(level, child);
  return child;
};

const isEmpty = ({ values, rest, any, children }: Node<unknown>): boolean =>
  values === undefined && rest === undefined && any === undefined && children === undefined;

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
  const named = children?.get(topic.slice(from, end));
  if (named !== undefined) collect(named, topic, end + 1, visit);
  if (any !== undefined) collect(any, topic, end + 1, visit);
};
