import type { Caller } from "../domain/access.ts";
import { StepUpNeeded } from "../domain/account.ts";
import type { TokenId } from "../domain/ids.ts";
import { Minutes, type Monotonic } from "../domain/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { AccountService } from "./account-service.ts";

/** How long somebody who has just shown who they are is believed in what cannot be undone. */
export const stepUpLives = Minutes(5);

type Shown = "password" | "code";

const asks: Readonly<Record<Shown, string>> = {
  password: "show once more who you are: your password is needed",
  code: "show once more who you are: a code of your authenticator is needed",
};

/**
 * Guards what cannot be undone from a browser that was left open and a token that was found. People show anew who they are.
 * A program cannot: it is believed until somebody who may do everything signs in with a code.
 */
export class StepUp {
  readonly #clock: Clock;
  readonly #accounts: Pick<AccountService, "of" | "hasGuardedOwner">;
  readonly #shown = new Map<TokenId, { readonly what: Shown; readonly until: Monotonic }>();
  readonly #exempt = new Set<TokenId>();

  /** @param clock of the world outside: people take their time, however fast the home lives */
  constructor(clock: Clock, accounts: Pick<AccountService, "of" | "hasGuardedOwner">) {
    this.#clock = clock;
    this.#accounts = accounts;
  }

  /** Whoever has this credential has just shown who they are. */
  show(id: TokenId, what: Shown): void {
    for (const [old, { until }] of this.#shown) if (this.#clock.monotonic() >= until) this.#shown.delete(old);
    this.#shown.set(id, { what, until: (this.#clock.monotonic() + stepUpLives) as Monotonic });
  }

  /** This credential is believed in everything, as long as it is good: that of a simulated home's run. */
  exempt(id: TokenId): void {
    this.#exempt.add(id);
  }

  /** @throws StepUpNeeded */
  assert(caller: Caller): void {
    const needed = this.#needed(caller);
    if (needed === undefined) return;
    const shown = this.#shownBy(caller);
    if (shown !== needed && shown !== "code") throw new StepUpNeeded(asks[needed], { kind: needed });
  }

  /** Whether a code was shown: it stands for the button of the hub. */
  hasCode(caller: Caller): boolean {
    return this.#shownBy(caller) === "code";
  }

  #needed({ id, person }: Caller): Shown | undefined {
    if (this.#exempt.has(id)) return undefined;
    if (person === undefined) return this.#accounts.hasGuardedOwner() ? "code" : undefined;
    return this.#accounts.of(person)?.totp ? "code" : "password";
  }

  #shownBy({ id }: Caller): Shown | undefined {
    const shown = this.#shown.get(id);
    return shown !== undefined && this.#clock.monotonic() < shown.until ? shown.what : undefined;
  }
}
