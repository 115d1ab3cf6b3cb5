import type { HttpRequest } from "../ports/network.ts";
import { assertNoFields } from "./body.ts";
import type { Route } from "./contract.ts";
import type { Shape } from "./schemas/schemas.ts";
import { inShape } from "./validation.ts";

/** Reads what stands behind the path of a request. */
export class Queries {
  /**
   * How somebody waits for their commands is the same for one after the other, and says nothing of anybody: the last one
   * is known by its text. No other query is.
   */
  #lastWait: { readonly text: string; readonly wait: Shape<"Wait"> } = { text: "", wait: {} };

  /** @throws InvalidRequest, CardNumberRefused; also where a route knows no query at all */
  in(route: Route, { target }: HttpRequest): unknown {
    const at = target.indexOf("?");
    const text = at < 0 ? "" : target.slice(at);
    if (route.query === "Wait") return this.#waitIn(text);
    const query = queryOf(text);
    if (route.query !== undefined) return inShape(route.query, query);
    assertNoFields(Object.keys(query));
    return undefined;
  }

  #waitIn(text: string): Shape<"Wait"> {
    if (text !== this.#lastWait.text) this.#lastWait = { text, wait: inShape("Wait", queryOf(text)) };
    return this.#lastWait.wait;
  }
}

const numeral = /^-?\d{1,15}(\.\d{1,15})?$/;

/** Query values are text; what looks like a number is one, and the schema decides whether it may be. */
const queryOf = (text: string): Readonly<Record<string, string | number>> => {
  if (text === "") return {};
  return Object.fromEntries(
    [...new URLSearchParams(text)].map(([key, value]) => [key, numeral.test(value) ? Number(value) : value]),
  );
};
