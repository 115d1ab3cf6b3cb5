import type { Caller } from "../domain/access.ts";
import { InvariantBroken } from "../domain/errors.ts";
import type { DeviceId, Id, IdKind } from "../domain/ids.ts";
import type { HttpRequest } from "../ports/network.ts";
import type { Answer } from "../privacy/outlets.ts";
import type { Reply } from "./answers.ts";
import type { AnswerOf, BodyOf, BytesOf, QueryOf, RouteName, routes } from "./contract.ts";

type IdOf<Name extends RouteName> = (typeof routes)[Name] extends { readonly id: infer Kind }
  ? Kind extends IdKind
    ? Id<Kind>
    : DeviceId
  : undefined;

/** A request that has passed every check of the contract. */
export interface Call<Name extends RouteName> {
  readonly id: IdOf<Name>;
  readonly query: QueryOf<Name>;
  readonly body: BodyOf<Name>;
  readonly bytes: BytesOf<Name>;
  /** Undefined on open routes only. */
  readonly caller: Caller | undefined;
  /** The session's secret when a browser asks. */
  readonly session: string | undefined;
  readonly request: HttpRequest;
}

type AnswerName<Name extends RouteName> = (typeof routes)[Name] extends {
  readonly answer: infer Answer extends string;
}
  ? Answer
  : never;

/** With every field declared in the data map, or it does not compile. */
type Answered<Name extends RouteName> =
  AnswerOf<Name> extends undefined ? Reply | undefined : Answer<AnswerName<Name>, AnswerOf<Name>> | Reply;

/** Answers with the contract's shape, or with a whole response where a header or a stream is needed. */
export type Handler<Name extends RouteName> = (call: Call<Name>) => Answered<Name> | Promise<Answered<Name>>;

export type Handlers<Name extends RouteName = RouteName> = { readonly [Each in Name]: Handler<Each> };

/** The caller of a guarded route. */
export const present = (caller: Caller | undefined): Caller => {
  if (caller === undefined) throw new InvariantBroken("a guarded route without a caller");
  return caller;
};
