import { previewOf } from "../../connections/connectors/catalogue.ts";
import { signInScopes } from "../../connections/identity/discovery.ts";
import type { BegunSignIn } from "../../connections/identity/provider-sign-in.ts";
import { type Caller, callerRights } from "../../domain/access.ts";
import { NoAccount } from "../../domain/account.ts";
import type { Connection, ProviderLink, ServiceNotice, Viewer } from "../../domain/connection.ts";
import { type ConnectorDeclaration, connectorFields } from "../../domain/connector.ts";
import { InvariantBroken, NotAuthenticated } from "../../domain/errors.ts";
import { type PersonId, parseId } from "../../domain/ids.ts";
import { isoText } from "../../domain/instant-text.ts";
import { activeRightsOf } from "../../domain/person.ts";
import { Seconds } from "../../domain/units.ts";
import type { connectionRoutes } from "../contract/connections.ts";
import type { Shape } from "../contract.ts";
import { type Handlers, present } from "../handler.ts";
import { isoOrNull } from "../home-json.ts";
import type { ConnectionServices } from "../privacy-traits.ts";
import type { Services, SimServices } from "../traits.ts";
import { entered } from "./session-cookie.ts";

type ConnectionRoutes = keyof typeof connectionRoutes;
type OwnRoutes = Extract<
  ConnectionRoutes,
  | "listContacts"
  | "setContact"
  | "removeContact"
  | "askForNews"
  | "stopNews"
  | "optOut"
  | "listProviderLinks"
  | "beginProviderLink"
  | "finishProviderLink"
  | "removeProviderLinks"
>;
type SignInRoutes = "beginProviderSignIn" | "finishProviderSignIn";
type SimRoutes = "listSimServices" | "actSimService";

/** What the owner lets in and takes back. */
export const connectionHandlers = ({
  privacy: { connections: all },
}: Services): Handlers<Exclude<ConnectionRoutes, OwnRoutes | SignInRoutes | SimRoutes>> => {
  const { catalogue, connections, notices, services, view, announcements } = all;
  const noticesJson = () => ({ data: notices.list().map(noticeJson) });
  return {
    listConnectors: () => ({ data: catalogue.list().map(connectorJson), refused: catalogue.refused() }),
    listConnections: () => ({ data: connections.list().map((each) => connectionJson(all, each)) }),
    addConnection: ({ body: { lamps, expiresIn, mostPerMinute, ...shown }, caller }) => {
      const { person } = present(caller);
      const connection = connections.enable({
        ...shown,
        ...(lamps === undefined
          ? {}
          : { lamps: lamps.map(({ lamp, alias }) => ({ lamp: parseId("lamp", lamp), alias })) }),
        ...(expiresIn === undefined ? {} : { expiresIn: Seconds(expiresIn) }),
        ...(mostPerMinute === undefined ? {} : { mostPerMinute }),
        ...(person === undefined ? {} : { person }),
      });
      return connectionJson(all, connection);
    },
    acceptConnection: ({ id, body }) => connectionJson(all, connections.accept(id, body)),
    removeConnection: ({ id }) => {
      connections.revoke(id);
      return undefined;
    },
    linkConnection: ({ id }) => all.assistants.linkingCode(id),
    renameSharedLamp: ({ id, body: { handle, alias } }) =>
      connectionJson(all, services.rectify(id, handle, alias)),
    eraseEverywhere: async () => {
      services.eraseEverywhere();
      // Those that answer have answered then; who has not stands there as not confirmed.
      await notices.sent();
      return noticesJson();
    },
    listServiceNotices: noticesJson,
    retryServiceNotices: async () => {
      await notices.retry();
      return noticesJson();
    },
    listViewers: () => ({ data: view.list().map(viewerJson) }),
    addViewer: ({ body }) => {
      const { viewer, hubKey } = view.invite(body.publicKey);
      return { ...viewerJson(viewer), hubKey, mailbox: viewer.mailbox };
    },
    removeViewer: ({ id }) => {
      view.remove(id);
      return undefined;
    },
    listBanners: () => ({
      data: announcements.banners().map(({ kind, since }) => ({ kind, since: isoText(since) })),
    }),
    announce: async ({ body: { kind, ...letter } }) => counted(await announcements.announce(kind, letter)),
    dismissBanner: ({ body }) => {
      announcements.dismiss(body.kind);
      return undefined;
    },
    sendNews: async ({ body }) => counted(await announcements.news(body)),
  };
};

/** What is each person's own. */
export const ownConnectionHandlers = ({
  privacy: {
    connections: { mail, provider },
  },
}: Services): Handlers<OwnRoutes> => ({
  listContacts: ({ caller }) => ({ data: mail.of(personOf(caller)).map(contactJson) }),
  setContact: ({ caller, body }) =>
    contactJson(mail.setAddress(personOf(caller), body.channel, body.address)),
  removeContact: ({ caller, body }) => {
    mail.removeAddress(personOf(caller), body.channel);
    return undefined;
  },
  askForNews: ({ caller, body }) => ({
    subject: `Confirm ${mail.subscribe(personOf(caller), body.channel).code}`,
  }),
  stopNews: ({ caller }) => {
    mail.unsubscribe(personOf(caller));
    return undefined;
  },
  optOut: ({ caller, body }) => {
    mail.optOut(personOf(caller), body.law);
    return undefined;
  },
  listProviderLinks: ({ caller }) => ({ data: provider.of(personOf(caller)).map((link) => linkJson(link)) }),
  beginProviderLink: async ({ caller, body: { connector, email } }) =>
    stepJson(
      await provider.begin(connector, { person: personOf(caller), wanted: email === true ? ["email"] : [] }),
    ),
  finishProviderLink: async ({ caller, body: { state, code } }) => {
    const { link, notKept } = await provider.link(personOf(caller), state, code);
    return linkJson(link, notKept);
  },
  removeProviderLinks: ({ caller }) => {
    provider.unlink(personOf(caller));
    return undefined;
  },
});

/** @param cookie name of the session cookie */
export const providerSignInHandlers = (services: Services, cookie: string): Handlers<SignInRoutes> => {
  const { accounts, people, sessions, privacy } = services;
  const { provider } = privacy.connections;
  return {
    beginProviderSignIn: async ({ body }) => stepJson(await provider.begin(body.connector, {})),
    finishProviderSignIn: async ({ body, request }) => {
      const id = await provider.signIn(body.state, body.code);
      const account = accounts.of(id);
      // A provider must not be the way around somebody's second factor.
      if (account === undefined || account.totp)
        throw new NotAuthenticated("this person signs in with the password of this home");
      const person = people.need(id);
      const signedIn = sessions.open(
        { ...callerRights(activeRightsOf(person)), person: id },
        { until: person.expires },
      );
      return entered({ sessions, cookie }, signedIn, request);
    },
  };
};

export const simServiceHandlers = ({ sim }: Services): Handlers<SimRoutes> => {
  const world = (): SimServices => {
    if (sim?.services === undefined)
      throw new InvariantBroken("no simulated services behind a simulator route");
    return sim.services;
  };
  return {
    listSimServices: () => ({ data: world().list() }),
    actSimService: ({ body }) => world().act(body.service, body.act, body.with ?? {}),
  };
};

const connectorJson = (declaration: ConnectorDeclaration): Shape<"ConnectorList">["data"][number] => {
  const { key: _key, endpoint: _endpoint, fields, ...shown } = declaration;
  return {
    ...shown,
    fields: fields.map((field) => ({ field, says: connectorFields[field].says })),
    preview: previewOf(declaration),
  };
};

const connectionJson = (
  { connections }: Pick<ConnectionServices, "connections">,
  connection: Connection,
): Shape<"Connection"> => {
  const { since, expires, person: _person, fields: _fields, key: _key, heard: _heard, ...rest } = connection;
  return { ...rest, since: isoText(since), expires: isoOrNull(expires), ...connections.stateOf(connection) };
};

const noticeJson = ({
  about: _about,
  asked,
  confirmed,
  ...notice
}: ServiceNotice): Shape<"ServiceNotice"> => ({
  ...notice,
  asked: isoText(asked),
  confirmed: isoOrNull(confirmed),
});

const viewerJson = ({ id, since }: Viewer): Shape<"Viewer"> => ({ id, since: isoText(since) });

const counted = ({
  sent,
  unreached,
}: {
  readonly sent: readonly unknown[];
  readonly unreached: readonly unknown[];
}) => ({
  sent: sent.length,
  unreached: unreached.length,
});

const contactJson = ({
  channel,
  address,
  marketing,
}: ReturnType<ConnectionServices["mail"]["of"]>[number]): Shape<"Contact"> => ({
  channel,
  address,
  news: marketing,
});

const linkJson = (
  { connector, account, email, since }: ProviderLink,
  notKept?: readonly string[],
): Shape<"ProviderLink"> => ({
  connector,
  account,
  email: email ?? null,
  since: isoText(since),
  ...(notKept === undefined ? {} : { notKept }),
});

const stepJson = ({ url, state, scopes, declined }: BegunSignIn): Shape<"ProviderStep"> => ({
  url,
  state,
  scopes: scopes.map((scope) => ({ scope, says: signInScopes[scope].says })),
  declined,
});

/** @throws NoAccount */
const personOf = (caller: Caller | undefined): PersonId => {
  const { person } = present(caller);
  if (person === undefined)
    throw new NoAccount("nobody has signed in with this credential; sign in as a person");
  return person;
};
