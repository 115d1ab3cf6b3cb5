/** Not as expected; a scenario ends here. */
export class ExpectationFailed extends Error {
  override readonly name = "ExpectationFailed";
  readonly expected: unknown;
  readonly actual: unknown;

  constructor(expected: unknown, actual: unknown) {
    super("not as expected");
    this.expected = expected;
    this.actual = actual;
  }
}

/** Brightness counts as equal within 1 percent point, colour within 0.01, kelvin within 1 %. */
const tolerances: Readonly<Record<string, (expected: number) => number>> = {
  brightness: () => 1,
  colorTemperature: (kelvin) => kelvin * 0.01,
  x: () => 0.01,
  y: () => 0.01,
};

/** Whether `actual` has at least what `expected` says. */
export const holds = (expected: unknown, actual: unknown, key = ""): boolean => {
  if (typeof expected === "number" && typeof actual === "number") {
    return Math.abs(expected - actual) <= (tolerances[key]?.(expected) ?? 0);
  }
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((each, at) => holds(each, actual[at]))
    );
  }
  if (typeof expected !== "object" || expected === null) return expected === actual;
  if (typeof actual !== "object" || actual === null) return false;
  return Object.entries(expected).every(([name, value]) =>
    holds(value, (actual as Record<string, unknown>)[name], name),
  );
};
