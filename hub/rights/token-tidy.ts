import type { AccessToken } from "../domain/access.ts";
import type { TokenId } from "../domain/ids.ts";
import type { Notices } from "../domain/notice.ts";
import { Days, Hours, type Instant } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { AuditedLog } from "../privacy/audited-log.ts";
import type { GuardedStore } from "../privacy/guarded-store.ts";

/** Nobody has needed it for so long that nobody may. */
export const unusedDays = 90;
/** From the question to the answer that nobody gave. */
export const answerDays = 14;

/** Tokens of programs, as far as they are tidied up. */
export interface TidyTokens {
  list(): readonly AccessToken[];
  /** Of people too; undefined: of nobody, or of this run alone. */
  get(id: TokenId): AccessToken | undefined;
  revoke(id: TokenId): void;
}

/** Asks whether a token that nobody uses is still needed, and takes it back when nobody says so by using it. */
export class TokenTidy {
  readonly #clock: Clock;
  readonly #store: GuardedStore;
  readonly #tokens: TidyTokens;
  readonly #notices: Notices;
  readonly #log: AuditedLog;
  readonly #isOnline: (id: TokenId) => boolean;
  readonly #used = new Map<TokenId, { readonly used: Instant; readonly asked?: Instant }>();
  #timer: Timer | undefined;

  /** @param isOnline whether something is open with it just now: a connection of months is signed in once */
  constructor(
    clock: Clock,
    log: AuditedLog,
    store: GuardedStore,
    tokens: TidyTokens,
    notices: Notices,
    isOnline: (id: TokenId) => boolean,
  ) {
    this.#log = log;
    this.#isOnline = isOnline;
    this.#clock = clock;
    this.#store = store;
    this.#tokens = tokens;
    this.#notices = notices;
  }

  start(): void {
    for (const [, { id, ...use }] of this.#store.collection("token-uses").entries()) this.#used.set(id, use);
    this.#timer = this.#clock.every(Hours(6), () =>
      this.#log.attempt("tokens.not-tidied", () => this.look()),
    );
  }

  close(): void {
    this.#timer?.cancel();
  }

  /** Kept to the day: what a program does by the hour is nobody's business. */
  used(id: TokenId): void {
    const today = (Math.floor(this.#clock.now() / Days(1)) * Days(1)) as Instant;
    if (this.#used.get(id)?.used === today) return;
    const token = this.#programs(id);
    // On its first day it says nothing that is not known.
    if (token === undefined || token.created >= today) return;
    this.#keep(id, { used: today });
  }

  unused(): readonly AccessToken[] {
    return this.#tokens.list().filter((token) => this.#clock.now() - this.#last(token) >= Days(unusedDays));
  }

  /** A clock that nobody vouches for takes nothing back. */
  look(): void {
    if (this.#clock.trust().level !== "trusted") return;
    const now = this.#clock.now();
    for (const { id } of this.#tokens.list()) if (this.#isOnline(id)) this.used(id);
    for (const token of this.unused()) {
      const asked = this.#used.get(token.id)?.asked;
      if (asked === undefined) this.#ask(token, now);
      else if (now - asked >= Days(answerDays)) this.#tokens.revoke(token.id);
    }
    const known = new Set(this.#tokens.list().map(({ id }) => id));
    for (const id of [...this.#used.keys()]) if (!known.has(id)) this.#forget(id);
  }

  #ask(token: AccessToken, now: Instant): void {
    this.#keep(token.id, { used: this.#last(token), asked: now });
    this.#notices.post({
      class: "security",
      title: "Is this token still needed?",
      steps: [
        `Nobody has used ${token.id} for ${unusedDays} days.`,
        `Use it within ${answerDays} days to keep it; else it is taken back.`,
      ],
    });
  }

  #last({ id, created }: AccessToken): Instant {
    return this.#used.get(id)?.used ?? created;
  }

  #programs(id: TokenId): AccessToken | undefined {
    const token = this.#tokens.get(id);
    return token === undefined || "person" in token ? undefined : token;
  }

  #keep(id: TokenId, use: { readonly used: Instant; readonly asked?: Instant }): void {
    this.#store.collection("token-uses").put(id, { id, ...use });
    this.#used.set(id, use);
  }

  #forget(id: TokenId): void {
    this.#store.collection("token-uses").remove(id);
    this.#used.delete(id);
  }
}
