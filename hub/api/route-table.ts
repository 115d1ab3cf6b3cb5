/** Where an id stands in a path of the contract. */
const place = "{id}";

/** Finds what stands at a path. Paths are exact, but that one segment may be an id. */
export class RouteTable<Entry> {
  readonly #paths = new Map<string, Map<string, Entry>>();
  /** Which segment of a path may be an id; so the length of what a stranger sends costs nothing. */
  readonly #places = new Set<number>();

  /** @param path with at most one `{id}` */
  add(method: string, path: string, entry: Entry): void {
    const entries = this.#paths.get(path) ?? new Map<string, Entry>();
    this.#paths.set(path, entries.set(method, entry));
    const at = path.split("/").indexOf(place);
    if (at >= 0) this.#places.add(at);
  }

  /** The entries of a path by method, and the id in it; undefined: no such path. @param path decoded */
  find(
    path: string,
  ): { readonly methods: ReadonlyMap<string, Entry>; readonly id: string | undefined } | undefined {
    // What has a name of its own comes before what an id could stand for; `{id}` itself is no name.
    const named = path.includes(place) ? undefined : this.#paths.get(path);
    if (named !== undefined) return { methods: named, id: undefined };
    for (const at of this.#places) {
      const start = startOf(path, at);
      if (start === undefined) continue;
      const slash = path.indexOf("/", start);
      const end = slash < 0 ? path.length : slash;
      const methods = this.#paths.get(path.slice(0, start) + place + path.slice(end));
      if (methods !== undefined) return { methods, id: path.slice(start, end) };
    }
    return undefined;
  }
}

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
