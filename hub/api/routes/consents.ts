import type { Caller } from "../../domain/access.ts";
import { NoAccount } from "../../domain/account.ts";
import { type BrowserSignal, signalIn } from "../../domain/browser-signal.ts";
import {
  ConsentBundled,
  type ConsentInterval,
  type Informed,
  isOptionalPurpose,
  UnknownPurpose,
} from "../../domain/consent.ts";
import { InvalidInput, NotFound } from "../../domain/errors.ts";
import type { PersonId } from "../../domain/ids.ts";
import { isoText } from "../../domain/instant-text.ts";
import type { OptionalPurpose } from "../../domain/purpose.ts";
import { Days, type Duration } from "../../domain/units.ts";
import { type ConsentReceipt, receiptOf } from "../../rights/consent-receipt.ts";
import type { ConsentView, Said } from "../../rights/consent-service.ts";
import { consentTexts } from "../../rights/consent-texts.ts";
import type { Shape } from "../contract.ts";
import { type Handlers, present } from "../handler.ts";
import { phoneJson } from "../people-json.ts";
import type { Services } from "../traits.ts";
import { assertNoGuest, shownPerson } from "./people.ts";

type ConsentRoutes =
  | "listOwnConsents"
  | "decideOwnConsent"
  | "listOwnConsentHistory"
  | "listOwnReceipts"
  | "limitOwnUse"
  | "declineInvitation"
  | "readBrowser"
  | "setTheme"
  | "listHomeConsents"
  | "decideHomeConsent"
  | "listHomeConsentHistory"
  | "listHomeReceipts"
  | "limitHomeUse"
  | "witnessPresence"
  | "invitePerson"
  | "readInvitation"
  | "answerInvitation"
  | "allowPhoneLocation";

/** @param cookie name of the session cookie */
export const consentHandlers = (services: Services, cookie: string): Handlers<ConsentRoutes> => {
  const { privacy, people, accounts, places, sessions } = services;
  const { consents, browsers, invitations } = privacy;
  const shown = (view: ConsentView) => consentJson(view, consents.informs(view.purpose));
  const decide = (
    who: PersonId | undefined,
    body: Shape<"ConsentDecision">,
    said: Said,
    signal: BrowserSignal | undefined,
  ) => {
    const purpose = purposeOf(body.purpose);
    if (!body.allowed) consents.withdraw(purpose, who, said);
    else {
      browsers.assertMayAgree(purpose, signal);
      consents.give(purpose, who, shownOf(body), said);
    }
    return shown(consents.view(purpose, who));
  };
  const receipts = (who: PersonId | undefined) => ({
    data: consents.entries(who).flatMap((entry): ConsentReceipt[] => {
      const receipt = receiptOf(cookie, entry, who);
      return receipt === undefined ? [] : [receipt];
    }),
  });
  const intervals = (who: PersonId | undefined) => ({ data: consents.intervals(who).map(intervalJson) });
  const limit = (isLimited: boolean, who: PersonId | undefined, said: Said) => {
    consents.limit(isLimited, who, said);
    return { limited: consents.isLimited(who) };
  };
  const page = (browser: Caller): Shape<"BrowserPage"> => ({
    browser: browsers.signalOf(browser) ?? null,
    account: browser.person ?? null,
    accountLimited: browser.person !== undefined && consents.isLimited(browser.person),
    homeLimited: consents.isLimited(),
    ...browsers.themeOf(browser),
    storage: {
      necessary: [sessionCookie(cookie, sessions.sessionLives)],
      performance: [],
      functionality: [],
      advertising: [],
    },
  });
  return {
    listOwnConsents: ({ caller }) => ({ data: consents.list(personOf(caller)).map(shown) }),
    decideOwnConsent: ({ body, caller, request }) => {
      const { id } = present(caller);
      return decide(
        personOf(caller),
        body,
        { way: "account", by: id },
        signalIn((name) => request.header(name)),
      );
    },
    listOwnConsentHistory: ({ caller }) => intervals(personOf(caller)),
    listOwnReceipts: ({ caller }) => receipts(personOf(caller)),
    limitOwnUse: ({ body, caller }) =>
      limit(body.limited, personOf(caller), { way: "account", by: present(caller).id }),
    declineInvitation: ({ caller }) => {
      accounts.removePerson(personOf(caller));
      return undefined;
    },
    readBrowser: ({ caller }) => page(present(caller)),
    setTheme: ({ body, caller }) => {
      const by = present(caller);
      browsers.setTheme(by, body.theme);
      return page(by);
    },
    listHomeConsents: () => ({ data: consents.list().map(shown) }),
    decideHomeConsent: ({ body, caller, request }) =>
      decide(
        undefined,
        body,
        { way: "owner", by: present(caller).id },
        signalIn((name) => request.header(name)),
      ),
    listHomeConsentHistory: () => intervals(undefined),
    listHomeReceipts: () => receipts(undefined),
    limitHomeUse: ({ body, caller }) =>
      limit(body.limited, undefined, { way: "owner", by: present(caller).id }),
    witnessPresence: ({ id, body, caller }) => {
      const person = people.get(id);
      if (person === undefined) throw new NotFound("no such person");
      const said = { way: "witness", by: present(caller).id } as const;
      if (!body.agreed) consents.withdraw("presence", id, said);
      else {
        assertNoGuest(person);
        consents.give("presence", id, consents.informs("presence"), said);
      }
      return shownPerson(services, person);
    },
    invitePerson: ({ id }) => {
      if (people.get(id) === undefined) throw new NotFound("no such person");
      const { code, expires } = invitations.invite(id);
      return { code, expires: isoText(expires) };
    },
    readInvitation: ({ bytes }) => shown(consents.view("presence", invitations.read(bytes))),
    answerInvitation: ({ bytes }) => {
      const { isAccepted, text, code } = answerIn(bytes);
      const person = invitations.read(code);
      if (isAccepted) {
        const { version } = consents.informs("presence");
        consents.give("presence", person, { version, text }, { way: "code" });
      } else accounts.removePerson(person);
      if (isAccepted) invitations.answer(code);
      return undefined;
    },
    allowPhoneLocation: ({ id, body }) => {
      const phone = people.allowLocation(id, body.allowed);
      if (!body.allowed && places.phone() === id) places.forget();
      return phoneJson(phone);
    },
  };
};

/** @throws NoAccount */
const personOf = (caller: Caller | undefined): PersonId => {
  const { person } = present(caller);
  if (person === undefined)
    throw new NoAccount("nobody has signed in with this credential; sign in as a person");
  return person;
};

/** @throws ConsentBundled, UnknownPurpose */
const purposeOf = (asked: string | readonly string[]): OptionalPurpose => {
  if (typeof asked !== "string")
    throw new ConsentBundled("each purpose is agreed to by itself: send one call for each");
  if (!isOptionalPurpose(asked)) throw new UnknownPurpose("there is no such purpose to agree to");
  return asked;
};

/** What is left out was not shown. */
const shownOf = ({ version = 0, text = "" }: Shape<"ConsentDecision">): Informed => ({ version, text });

const digestBytes = 32;

/** @throws InvalidInput */
const answerIn = (bytes: Uint8Array) => {
  const [answer] = bytes;
  if ((answer !== 0 && answer !== 1) || bytes.length <= 1 + digestBytes)
    throw new InvalidInput("one byte 1 or 0, 32 bytes of digest, then the code", { path: "" });
  return {
    isAccepted: answer === 1,
    text: Buffer.from(bytes.subarray(1, 1 + digestBytes)).toString("hex"),
    code: bytes.subarray(1 + digestBytes),
  };
};

const consentJson = ({ decided, ...view }: ConsentView, { version, text }: Informed): Shape<"Consent"> => ({
  ...view,
  ...(decided === undefined ? {} : { decided: { ...decided, at: isoText(decided.at) } }),
  version,
  text,
  ...consentTexts[view.purpose],
});

const intervalJson = ({ from, until, ...rest }: ConsentInterval): Shape<"ConsentInterval"> => ({
  ...rest,
  from: isoText(from),
  ...(until === undefined ? {} : { until: isoText(until) }),
});

const sessionCookie = (name: string, lives: Duration) =>
  ({
    name,
    kind: "cookie",
    whatFor: "says that this browser is signed in; no script can read it, and no other site gets it",
    until: `you sign out, or ${Math.round(lives / Days(1))} days`,
  }) as const;
