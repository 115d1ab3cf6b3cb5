import type { Shape } from "../../../hub/api/contract.ts";
import type { PersonId } from "../../../hub/domain/ids.ts";
import { octets, signIn } from "../../support/signing-in.ts";
import { House, type SendInit } from "./house.ts";

export const password = "three keys on a ring";

/** An answer's status and the code of its problem. */
export const codeOf = async (answer: Response): Promise<readonly [number, string]> => [
  answer.status,
  ((await answer.json()) as Shape<"Problem">).code,
];

/** What a call with bytes takes, as `ask` has it. */
export const bytes = (text: string | Uint8Array<ArrayBuffer>, status = 200, init: SendInit = {}) => ({
  ...init,
  raw: typeof text === "string" ? Buffer.from(text) : text,
  headers: { ...octets, ...init.headers },
  status,
});

/** A house whose people sign in. */
export class AccountHouse extends House {
  added(name: string, body: object = {}): Promise<Shape<"Person">> {
    return this.ask("POST", "/people", { body: { name, ...body }, status: 201 });
  }

  /** A person who can sign in. */
  async settled(name: string, body: object = {}): Promise<Shape<"Person">> {
    const person = await this.added(name, body);
    await this.ask("PUT", `/people/${person.id}/password`, bytes(password, 204));
    if (["installer", "developer"].includes(person.role)) this.agree(person.id);
    return person;
  }

  /** They agree to the words of their role. */
  agree(id: string): void {
    const { roles } = this.privacy.members;
    roles.give(id as PersonId, roles.of(id as PersonId)?.version ?? 0);
  }

  entering(name: string, word = password, code = ""): Promise<Response> {
    return this.send("POST", "/session", bytes(signIn(name, word, code), 201, { token: null }));
  }

  /** What a browser sends from here on. */
  async browser(name: string): Promise<SendInit> {
    const answer = await this.entering(name);
    return { token: null, headers: { cookie: answer.headers.get("set-cookie")?.split(";")[0] ?? "" } };
  }

  /** What a program at somebody's hands sends from here on. */
  async terminal(name: string): Promise<SendInit> {
    const asked = bytes(signIn(name, password), 201, { token: null });
    const { token = "" } = await this.ask<Shape<"SignedIn">>("POST", "/session?as=token", asked);
    return { token };
  }
}
