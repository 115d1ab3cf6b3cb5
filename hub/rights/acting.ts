import { AsyncLocalStorage } from "node:async_hooks";
import type { PersonId } from "../domain/ids.ts";

/** Who asked for what is being done. */
export interface Actor {
  /** Of the credential. */
  readonly id: string;
  /** Who signed in with it; absent: a program, or whoever had a one-time code. */
  readonly person?: PersonId;
}

/** Carries who asked from the door through every room, also over what is awaited on the way. */
export class Acting {
  readonly #present = new AsyncLocalStorage<Actor | undefined>();

  /** Does something for somebody. */
  by<Result>(actor: Actor | undefined, act: () => Result): Result {
    return this.#present.run(actor, act);
  }

  /** Undefined: the hub itself does it. */
  current(): Actor | undefined {
    return this.#present.getStore();
  }
}
