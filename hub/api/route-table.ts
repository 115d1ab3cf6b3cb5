/** Where an id stands in a path of the contract. */
const place = "{id}";

/** Finds what stands at a path. Paths are exact, but that one segment may be an id. */
export class RouteTable<Entry> {
  readonly #named = new Map<string, Map<string, Entry>>();
  /** By what stands before the id, then by what stands behind it. */
  readonly #around = new Map<string, Map<string, Map<string, Entry>>>();
  /** Which segment of a path may be an id; so the length of what a stranger sends costs nothing. */
  readonly #places = new Set<number>();

  /** @param path with at most one `{id}` */
  add(method: string, path: string, entry: Entry): void {
    const at = path.indexOf(place);
    if (at < 0) {
      entriesIn(this.#named, path).set(method, entry);
      return;
    }
    const before = path.slice(0, at);
    entriesIn(entriesIn(this.#around, before), path.slice(at + place.length)).set(method, entry);
    this.#places.add(before.split("/").length - 1);
  }

  /** The entries of a path by method, and the id in it; undefined: no such path. @param path decoded */
  find(
    path: string,
  ): { readonly methods: ReadonlyMap<string, Entry>; readonly id: string | undefined } | undefined {
    // What has a name of its own comes before what an id could stand for.
    const named = this.#named.get(path);
    if (named !== undefined) return { methods: named, id: undefined };
    for (const at of this.#places) {
      const start = startOf(path, at);
      const behind = start === undefined ? undefined : this.#around.get(path.slice(0, start));
      if (start === undefined || behind === undefined) continue;
      const slash = path.indexOf("/", start);
      const end = slash < 0 ? path.length : slash;
      const methods = behind.get(path.slice(end));
      if (methods !== undefined) return { methods, id: path.slice(start, end) };
    }
    return undefined;
  }
}

/** The map at a key, a new one where there is none. */
const entriesIn = <Value>(maps: Map<string, Map<string, Value>>, key: string): Map<string, Value> => {
  const entries = maps.get(key) ?? new Map<string, Value>();
  maps.set(key, entries);
  return entries;
};

/** Where a segment of a path begins, counted as `split("/")` counts them; undefined when there are fewer. */
const startOf = (path: string, segment: number): number | undefined => {
  let start = 0;
  for (let at = 0; at < segment; at++) {
    const slash = path.indexOf("/", start);
    if (slash < 0) return undefined;
    start = slash + 1;
  }
  return start;
};
