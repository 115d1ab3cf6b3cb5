import { grantOf } from "./broker/device-link.ts";
import type { AccessGrant } from "./broker/mqtt-bus.ts";
import type { EventBus } from "./domain/event.ts";
import type { Device } from "./domain/home.ts";
import type { Profile } from "./domain/profile.ts";
import type { DeviceIdentities } from "./inventory/device-identity.ts";
import type { LampGroups } from "./lights/lamp-groups.ts";
import { AccountService } from "./people/account-service.ts";
import { AttemptLimiter, defaultAttemptLimits } from "./people/attempt-limiter.ts";
import { topicRights } from "./people/mqtt-access.ts";
import type { PersonService } from "./people/person-service.ts";
import { SecondFactors } from "./people/second-factors.ts";
import { SessionService } from "./people/session-service.ts";
import { StepUp } from "./people/step-up.ts";
import { TokenService } from "./people/token-service.ts";
import type { Clock } from "./ports/clock.ts";
import type { Platform } from "./ports/platform.ts";
import type { RoofPurposeStore } from "./privacy/guarded-store.ts";

/** Who may come in: people by accounts and sign-ins, programs by tokens. */
export const entrancesOf = (
  { entropy, network }: Platform,
  clock: Clock,
  bus: EventBus,
  store: RoofPurposeStore<"access">,
  people: PersonService,
) => {
  const tokens = new TokenService(clock, entropy, bus, store);
  const sessions = new SessionService(clock, entropy, bus);
  const accounts = new AccountService(clock, entropy, bus, store, {
    people,
    limiter: new AttemptLimiter(network.clock, defaultAttemptLimits),
    factors: new SecondFactors(clock, entropy, store.shelf("totp")),
    credentials: [sessions, tokens],
  });
  return { tokens, sessions, accounts, stepUp: new StepUp(network.clock, accounts) };
};

interface Known {
  readonly tokens: TokenService;
  readonly identities: DeviceIdentities;
  readonly groups: LampGroups;
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly inventory: { devices(): readonly Pick<Device, "id">[] };
}

/** What whoever comes to the broker may touch there. @param base first level of the topics for programs */
export const grantsOf = ({ tokens, identities, groups, profiles, inventory }: Known, base: string) => {
  const devices = () => inventory.devices().map(({ id }) => id);
  const topicsOf = (address: string) => groups.topicsOf(address);
  /** Its own topics, and those of the groups it is in at that moment. */
  const ofDevice = ({ profile, address }: Pick<Device, "profile" | "address">): AccessGrant | undefined => {
    const link = profiles.get(profile)?.link;
    return link?.kind === "mqtt" ? grantOf(link, address, topicsOf) : undefined;
  };
  /** Programs sign in with a token, devices with their own identity; each gets its own few topics. */
  const ofLogin = (username: string, password: Uint8Array): AccessGrant | undefined => {
    const caller = tokens.authenticate(username, password);
    if (caller !== undefined) return { id: caller.id, kind: "client", ...topicRights(caller, base, devices) };
    const device = identities.authenticate(username, password);
    return device === undefined ? undefined : ofDevice(device);
  };
  return { ofDevice, ofLogin };
};
