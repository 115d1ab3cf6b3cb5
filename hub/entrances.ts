import { grantOf } from "./broker/device-link.ts";
import type { AccessGrant } from "./broker/mqtt-bus.ts";
import { SuspicionLine } from "./bus/suspicion-line.ts";
import type { EventBus } from "./domain/event.ts";
import type { Device } from "./domain/home.ts";
import { isId } from "./domain/ids.ts";
import type { Profile } from "./domain/profile.ts";
import type { DeviceIdentities } from "./inventory/device-identity.ts";
import type { LampGroups } from "./lights/lamp-groups.ts";
import { AccountService } from "./people/account-service.ts";
import { defaultAttemptLimits } from "./people/attempt-limiter.ts";
import { CredentialWatch } from "./people/credential-watch.ts";
import { GuessGate } from "./people/guess-gate.ts";
import { topicRights } from "./people/mqtt-access.ts";
import type { PersonService } from "./people/person-service.ts";
import { SecondFactors } from "./people/second-factors.ts";
import { SessionService } from "./people/session-service.ts";
import { StepUp } from "./people/step-up.ts";
import { TokenService } from "./people/token-service.ts";
import { WatchedLimiter } from "./people/watched-limiter.ts";
import type { Clock } from "./ports/clock.ts";
import type { Platform } from "./ports/platform.ts";
import type { RoofPurposeStore } from "./privacy/guarded-store.ts";

export type DoorWatch = ReturnType<typeof doorWatchOf>;

/** What looks at who comes in and how, at every door. @param clock of the world outside: it is where guesses come from */
export const doorWatchOf = (clock: Clock) => {
  const suspicions = new SuspicionLine();
  return {
    suspicions,
    guesses: new GuessGate(clock, suspicions),
    uses: new CredentialWatch(clock, suspicions),
  };
};

/** Who may come in: people by accounts and sign-ins, programs by tokens. */
export const entrancesOf = (
  { entropy, network }: Platform,
  clock: Clock,
  bus: EventBus,
  store: RoofPurposeStore<"access">,
  people: PersonService,
) => {
  const doorWatch = doorWatchOf(network.clock);
  const tokens = new TokenService(clock, entropy, bus, store);
  const sessions = new SessionService(clock, entropy, bus);
  const accounts = new AccountService(clock, entropy, bus, store, {
    people,
    limiter: new WatchedLimiter(network.clock, defaultAttemptLimits, doorWatch.suspicions),
    factors: new SecondFactors(clock, entropy, store.shelf("totp")),
    credentials: [sessions, tokens],
  });
  return { tokens, sessions, accounts, doorWatch, stepUp: new StepUp(network.clock, accounts) };
};

interface Known {
  readonly tokens: TokenService;
  readonly identities: DeviceIdentities;
  readonly groups: LampGroups;
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly doorWatch: DoorWatch;
  readonly inventory: { devices(): readonly Pick<Device, "id">[] };
}

/** What whoever comes to the broker may touch there. @param base first level of the topics for programs */
export const grantsOf = (
  { tokens, identities, groups, profiles, inventory, doorWatch }: Known,
  base: string,
) => {
  const devices = () => inventory.devices().map(({ id }) => id);
  /** Its own topics, and those of the groups it is in at that moment. */
  const ofDevice = ({
    profile,
    address,
    isolated,
  }: Pick<Device, "profile" | "address" | "isolated">): AccessGrant | undefined => {
    if (isolated === true) return undefined;
    const link = profiles.get(profile)?.link;
    return link?.kind === "mqtt" ? grantOf(link, address, groups) : undefined;
  };
  /** Programs sign in with a token, devices with their own identity; each gets its own few topics. */
  const ofLogin = (username: string, password: Uint8Array, remote: string): AccessGrant | undefined => {
    const { guesses, uses, suspicions } = doorWatch;
    if (!guesses.isOpen("mqtt", remote, username)) return undefined;
    const caller = tokens.authenticate(username, password);
    if (caller !== undefined) {
      uses.used(caller.id, remote);
      return { id: caller.id, kind: "client", ...topicRights(caller, base, devices) };
    }
    const device = identities.authenticate(username, password);
    if (device !== undefined) return ofDevice(device);
    guesses.wrong(remote, username);
    // What calls itself a device and is none, or not that one.
    if (!isId("token", username)) suspicions.note({ detector: "clone", entrance: "mqtt" });
    return undefined;
  };
  return { ofDevice, ofLogin };
};
