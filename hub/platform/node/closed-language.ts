import { InvariantBroken } from "../../domain/errors.ts";

/** Something wanted to make code out of text. It was not run. */
export class CodeRefused extends InvariantBroken {}

/** Prototypes that everything in this process shares. */
const shared = [Object, Array, Function, String, Number, Boolean, Map, Set, Promise, RegExp, Error].map(
  ({ prototype }) => prototype as object,
);

/** Of each kind of function, by a function of that kind: their constructors make code of text. */
const kindsOfFunction: readonly object[] = [
  () => {},
  async () => {},
  function* () {},
  async function* () {},
].map((each) => Object.getPrototypeOf(each) as object);

/** What the SQLite library makes for each statement: a function that puts values under their columns, and can do nothing else. */
const rowMaker = /^return \((?:v\d+(?:,v\d+)*)?\) => \(\{(?:"(?:[^"\\]|\\.)*":v\d+,?)*\}\)$/;

const refuse = (): never => {
  throw new CodeRefused("code is not made of text in this process");
};

let isClosed = false;

/**
 * Takes from JavaScript what a flaw somewhere is usually carried on with: text does not become code (`eval`, `Function` and its
 * kin), and nothing can be added to what all objects inherit (prototype pollution). It holds for the process, libraries included,
 * and cannot be taken back. Modules are still loaded from files, which are the package's own; `node:vm` stays, which Node needs itself, and
 * native code can go around it.
 */
export const closeLanguage = (): void => {
  // A home that is reset begins anew in the process in which it ended.
  if (isClosed) return;
  isClosed = true;
  const { Function: made } = globalThis;
  for (const kind of kindsOfFunction) {
    const refusing = (...text: readonly string[]) => {
      const [body = ""] = text;
      if (kind !== made.prototype || text.length !== 1 || !rowMaker.test(body)) refuse();
      return made(body);
    };
    // Whoever asks whether something is a function, and of which kind, still hears the truth.
    Object.defineProperty(refusing, "name", { value: (kind.constructor as { readonly name: string }).name });
    refusing.prototype = kind;
    Object.defineProperty(kind, "constructor", { value: refusing, writable: false, configurable: false });
  }
  const { constructor: refusingFunction } = Function.prototype;
  Object.assign(globalThis, { Function: refusingFunction, eval: refuse });
  Reflect.deleteProperty(Object.prototype, "__proto__");
  for (const prototype of shared) Object.preventExtensions(prototype);
};
