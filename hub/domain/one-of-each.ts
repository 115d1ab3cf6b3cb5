/** Of equal values the first: what is read from a store is ten thousand objects, and ten thousand lamps stand in a few states. */
export class OneOfEach<Value extends object> {
  readonly #known = new Map<string, Value>();

  of(value: Value): Value {
    const text = JSON.stringify(value);
    const known = this.#known.get(text) ?? value;
    this.#known.set(text, known);
    return known;
  }
}
