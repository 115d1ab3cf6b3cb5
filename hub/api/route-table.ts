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
    const segments = path.split("/");
    for (const at of this.#places) {
      const id = segments[at];
      const methods = id === undefined ? undefined : this.#paths.get(segments.with(at, place).join("/"));
      if (methods !== undefined) return { methods, id };
    }
    return undefined;
  }
}
