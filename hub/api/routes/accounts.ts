import { readProof } from "../../codec/sign-in.ts";
import type { Caller, PersonToken } from "../../domain/access.ts";
import { NoAccount } from "../../domain/account.ts";
import type { PersonId } from "../../domain/ids.ts";
import { isoText } from "../../domain/instant-text.ts";
import { roleOf } from "../../domain/person.ts";
import { Seconds } from "../../domain/units.ts";
import type { SessionView } from "../../people/session-service.ts";
import type { Shape } from "../contract.ts";
import { type Handlers, present } from "../handler.ts";
import { isoOrNull } from "../home-json.ts";
import type { Services } from "../traits.ts";
import { lampsOf } from "./home.ts";
import { shownPerson } from "./people.ts";

type AccountRoutes =
  | "stepUp"
  | "listSessions"
  | "endSessions"
  | "setRole"
  | "setPassword"
  | "removePassword"
  | "getAccount"
  | "changeOwnPassword"
  | "endOwnSessions"
  | "beginTotp"
  | "confirmTotp"
  | "endTotp";

export const accountHandlers = (services: Services): Handlers<AccountRoutes> => {
  const { accounts, people, sessions, tokens, stepUp } = services;
  return {
    stepUp: ({ bytes, caller }) => {
      stepUp.show(present(caller).id, accounts.prove(personOf(caller), readProof(bytes)));
      return undefined;
    },
    listSessions: () => ({
      data: [...sessions.list().map(sessionJson), ...tokens.ofPeople().map(tokenSessionJson)],
    }),
    endSessions: ({ id }) => {
      people.need(id);
      accounts.endOf(id);
      return undefined;
    },
    setRole: ({ id, body: { role, lamps, scopes, expiresIn }, caller }) => {
      const change = {
        role,
        ...(lamps === undefined ? {} : { lamps: lampsOf(lamps) }),
        ...(scopes === undefined ? {} : { scopes }),
        ...(expiresIn === undefined ? {} : { expiresIn: expiresIn === null ? null : Seconds(expiresIn) }),
      };
      return shownPerson(services, accounts.changePerson(id, change, present(caller)));
    },
    setPassword: ({ id, bytes, caller }) => {
      accounts.setPassword(id, bytes, present(caller));
      return undefined;
    },
    removePassword: ({ id }) => {
      accounts.remove(id);
      return undefined;
    },
    getAccount: ({ caller }) => {
      const person = people.need(personOf(caller));
      const { since, totp, recovery } = accounts.need(person.id);
      return {
        person: person.id,
        name: person.name,
        role: roleOf(person),
        since: isoText(since),
        totp,
        recoveryCodes: recovery,
        expires: isoOrNull(person.expires),
      };
    },
    changeOwnPassword: ({ bytes, caller }) => {
      const by = present(caller);
      accounts.setPassword(personOf(by), bytes, by);
      return undefined;
    },
    endOwnSessions: ({ caller }) => {
      accounts.endOf(personOf(caller));
      return undefined;
    },
    beginTotp: ({ caller }) => ({ uri: accounts.beginTotp(personOf(caller)) }),
    confirmTotp: ({ bytes, caller }) => {
      const codes = accounts.confirmTotp(personOf(caller), bytes);
      stepUp.show(present(caller).id, "code");
      return { codes };
    },
    endTotp: ({ caller }) => {
      accounts.endTotp(personOf(caller));
      return undefined;
    },
  };
};

/** @throws NoAccount */
export const personOf = (caller: Caller | undefined): PersonId => {
  const { person } = present(caller);
  if (person === undefined)
    throw new NoAccount("nobody has signed in with this credential; sign in as a person");
  return person;
};

const sessionJson = ({
  caller,
  created,
  expires,
  isShared,
}: SessionView): Shape<"Sessions">["data"][number] => ({
  id: caller.id,
  ...(caller.person === undefined ? {} : { person: caller.person }),
  kind: isShared ? "shared-browser" : "browser",
  role: caller.role,
  created: isoText(created),
  expires: isoText(expires),
});

const tokenSessionJson = ({
  id,
  person,
  role,
  created,
  expires,
}: PersonToken): Shape<"Sessions">["data"][number] => ({
  id,
  person,
  kind: "token",
  role,
  created: isoText(created),
  expires: isoOrNull(expires),
});
