import type { EventBus } from "./domain/event.ts";
import type { AccountService } from "./people/account-service.ts";
import { AttemptLimiter, defaultAttemptLimits } from "./people/attempt-limiter.ts";
import { DeveloperLog } from "./people/developer-log.ts";
import { DeveloperService } from "./people/developer-service.ts";
import { Guardianship } from "./people/guardianship.ts";
import { GuestPasses } from "./people/guest-passes.ts";
import type { PersonService } from "./people/person-service.ts";
import { RoleAcknowledgements } from "./people/role-acknowledgements.ts";
import type { SessionService } from "./people/session-service.ts";
import { SignInNotices } from "./people/sign-in-notices.ts";
import type { TokenService } from "./people/token-service.ts";
import type { Clock } from "./ports/clock.ts";
import type { Entropy } from "./ports/entropy.ts";
import type { Network } from "./ports/network.ts";
import type { Panel } from "./ports/panel.ts";
import type { GuardedStore } from "./privacy/guarded-store.ts";
import type { Chain } from "./privacy/sealed-chain.ts";
import { type PersonalRules, Purge } from "./rights/purge.ts";

/** What the members of a home, its guests and its programs stand on. */
export interface MemberParts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly bus: EventBus;
  readonly network: Network;
  readonly panel: Panel;
  readonly store: GuardedStore;
  readonly people: PersonService;
  readonly accounts: AccountService;
  readonly sessions: SessionService;
  readonly tokens: TokenService;
  readonly schedules: PersonalRules;
}

/** Who may be in this home, as what, and who answers for them. */
export const membersOf = (parts: MemberParts, book: Chain<"access">) => {
  const { clock, entropy, bus, network, panel, store, people, accounts, sessions, tokens, schedules } = parts;
  const limiter = () => new AttemptLimiter(network.clock, defaultAttemptLimits);
  const signIns = new SignInNotices(clock, bus, store);
  const guardianship = new Guardianship(clock, network.clock, bus, panel, store, { people, accounts, book });
  const roles = new RoleAcknowledgements(clock, book, people);
  const passes = new GuestPasses(clock, entropy, bus, store, {
    people,
    sessions,
    signIns,
    limiter: limiter(),
  });
  const developerLog = new DeveloperLog(clock, entropy, store);
  const developers = new DeveloperService(clock, entropy, bus, store, {
    tokens,
    book,
    log: developerLog,
    limiter: limiter(),
  });
  return {
    signIns,
    guardianship,
    roles,
    passes,
    developers,
    developerLog,
    purge: new Purge(schedules, accounts),
    start: () => {
      accounts.guardWith((person) => guardianship.assertMayHaveAccount(person));
      for (const each of [guardianship, passes, developers]) each.start();
    },
    close: () => guardianship.close(),
  };
};
