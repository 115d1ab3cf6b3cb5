import type { Caller } from "../../domain/access.ts";
import { NoAccount } from "../../domain/account.ts";
import type { PersonId } from "../../domain/ids.ts";
import { isoText } from "../../domain/instant-text.ts";
import type { Notice } from "../../domain/notice.ts";
import {
  appealText,
  declineTexts,
  neededIdentity,
  type RequestForm,
  type StoredRequest,
} from "../../domain/request.ts";
import type { requestRoutes } from "../contract/requests.ts";
import type { RouteName, Shape } from "../contract.ts";
import { type Handlers, present } from "../handler.ts";
import type { PrivacyServices } from "../privacy-traits.ts";
import type { Services } from "../traits.ts";

type Asked = Extract<RouteName, keyof typeof requestRoutes>;

export const requestHandlers = ({ privacy, stepUp }: Services): Handlers<Asked> => {
  const { requests, board } = privacy;
  const shown = (request: StoredRequest) => requestJson(privacy, request);
  const whole = (request: StoredRequest) => ({ ...shown(request), history: historyJson(privacy, request) });
  return {
    addRequest: ({ body: { kind, purpose, subject, evidence, ...form }, caller }) =>
      shown(
        requests.receive(
          { kind, form: formOf(form), purpose, subject: subject as PersonId | undefined, evidence },
          personOf(caller),
        ),
      ),
    listOwnRequests: ({ caller }) => ({ data: requests.of(personOf(caller)).map(shown) }),
    getOwnRequest: ({ id, caller }) => whole(requests.own(id, personOf(caller))),
    identifyForRequest: ({ id, caller }) => {
      const level = stepUp.hasCode(present(caller)) ? "second-factor" : "session";
      return shown(requests.identify(id, personOf(caller), level));
    },
    appealRequest: ({ id, body, caller }) => shown(requests.appeal(id, formOf(body), personOf(caller))),
    fetchRequestCopy: async ({ id, caller }) => ({
      copy: JSON.parse(Buffer.from(await requests.copy(id, personOf(caller))).toString()) as unknown,
    }),
    closeOwnRequest: ({ id, caller }) => {
      const person = personOf(caller);
      return shown(requests.close(requests.own(id, person).id, person));
    },
    removeOwnRequest: ({ id, caller }) => {
      requests.remove(id, personOf(caller));
      return undefined;
    },
    listRequests: () => ({ data: requests.list().map(shown) }),
    getRequest: ({ id }) => whole(privacy.requestBook.need(id)),
    investigateRequest: ({ id, caller }) => shown(requests.investigate(id, present(caller))),
    extendRequest: ({ id, body, caller }) => shown(requests.extend(id, body.reason, present(caller))),
    decideRequest: async ({ id, body, caller }) => shown(await requests.decide(id, body, present(caller))),
    readJurisdiction: () => ({ jurisdiction: privacy.jurisdiction() }),
    setJurisdiction: ({ body: { jurisdiction } }) => {
      privacy.setJurisdiction(jurisdiction);
      return { jurisdiction };
    },
    listMessages: ({ caller }) => {
      const { person } = present(caller);
      const own = person === undefined ? [] : board.list(person);
      const all = isKeeper(caller) ? [...own, ...board.list(undefined)] : own;
      return { data: all.toSorted((a, b) => b.at - a.at).map(noticeJson) };
    },
    readMessage: ({ id, caller }) => noticeJson(board.read(id, present(caller).person, isKeeper(caller))),
    wasNotMe: ({ bytes, caller }) => {
      const by = present(caller);
      return { id: privacy.notMe(by, personOf(by), bytes).id };
    },
  };
};

/** What concerns the home is for who keeps it. */
const isKeeper = (caller: Caller | undefined): boolean => present(caller).scopes.has("privacy");

/** @throws NoAccount */
const personOf = (caller: Caller | undefined): PersonId => {
  const { person } = present(caller);
  if (person === undefined)
    throw new NoAccount("nobody has signed in with this credential; sign in as a person");
  return person;
};

const formOf = ({ name, contact, relationship, request }: Shape<"RequestForm">): RequestForm => ({
  name,
  ...(contact !== undefined && { contact }),
  relationship,
  request,
});

const requestJson = (
  { requestBook }: Pick<PrivacyServices, "requestBook">,
  request: StoredRequest,
): Omit<Shape<"Request">, "history"> => {
  const { declined, decided, isConfirmed } = request;
  const form = requestBook.formOf(request);
  return {
    id: request.id,
    kind: request.kind,
    state: request.state,
    received: isoText(request.received),
    due: isoText(request.due),
    lastDay: request.lastDay,
    law: request.law,
    neededIdentity: neededIdentity[request.kind],
    ...(request.person !== undefined && { person: request.person }),
    ...(request.agent !== undefined && { agent: request.agent }),
    ...(isConfirmed !== undefined && { confirmed: isConfirmed }),
    ...(request.purpose !== undefined && { purpose: request.purpose }),
    ...(request.identity !== undefined && { identity: request.identity }),
    ...(request.extended !== undefined && { extended: request.extended }),
    ...(request.outcome !== undefined && { outcome: request.outcome }),
    ...(declined !== undefined && {
      declined: { code: declined, text: declineTexts[declined], appeal: appealText },
    }),
    ...(decided !== undefined && { decided: isoText(decided) }),
    ...(request.against !== undefined && { against: request.against }),
    ...(form !== undefined && { form }),
  };
};

const historyJson = ({ requestBook }: Pick<PrivacyServices, "requestBook">, { id }: StoredRequest) =>
  requestBook.historyOf(id).map(({ at, content }) => ({
    at: isoText(at),
    step: content?.step ?? "erased",
    ...(content?.identity !== undefined && { identity: content.identity }),
    ...(content?.reason !== undefined && { reason: content.reason }),
    ...(content?.daysLeft !== undefined && { daysLeft: content.daysLeft }),
    ...(content?.by !== undefined && { by: content.by }),
  }));

const noticeJson = ({ id, class: kind, at, title, steps, more, isRead }: Notice): Shape<"Message"> => ({
  id,
  class: kind,
  at: isoText(at),
  title,
  steps,
  more,
  read: isRead,
});
