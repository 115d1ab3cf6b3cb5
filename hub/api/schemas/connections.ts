import * as z from "zod/mini";
import { bannerKinds, mailChannels } from "../../domain/connection.ts";
import { connectorKinds } from "../../domain/connector.ts";
import { collection, described, lazy, list, quantity } from "./lazy.ts";
import { id, instant, name } from "./light.ts";

const word = (most: number) => z.string().check(z.minLength(1), z.maxLength(most));
const connectorName = lazy(() => z.string().check(z.regex(/^[a-z][a-z0-9-]{0,31}$/)));

/** As in hub/domain/connector.ts. */
const connector = lazy(() =>
  z.strictObject({
    name: z.string(),
    kind: z.enum(connectorKinds),
    title: z.string(),
    purposes: list(z.string()),
    fields: described(
      list(z.strictObject({ field: z.string(), says: z.string() })),
      "all that it gets, and nothing else",
    ),
    hosts: list(z.string()),
    country: z.string(),
    safeguard: z.string(),
    retention: z.string(),
    subRecipients: list(z.strictObject({ name: z.string(), country: z.string(), purpose: z.string() })),
    terms: z.strictObject({ version: z.number(), text: z.string() }),
    warning: z.string(),
    preview: described(z.string(), "names what is shown here; letting the service in takes it"),
  }),
);

export const connectorList = lazy(() =>
  z.strictObject({
    data: list(connector()),
    refused: described(
      list(z.strictObject({ name: z.string(), reason: z.string(), what: z.string() })),
      "those that do not load, with the line of their declaration that is not good",
    ),
  }),
);

export const connection = lazy(() =>
  z.strictObject({
    id: id(),
    connector: z.string(),
    since: instant(),
    expires: z.nullable(instant()),
    terms: z.number(),
    hosts: list(z.string()),
    subRecipients: list(z.string()),
    lamps: list(z.strictObject({ lamp: id(), handle: z.string(), alias: z.string() })),
    mostPerMinute: z.number(),
    linked: z.boolean(),
    state: z.enum(["on", "paused", "over"]),
    reason: z.optional(described(z.string(), "why it rests")),
    what: z.optional(z.string()),
  }),
);
export const connections = lazy(() => collection(connection()));

export const shownConnector = lazy(() => z.strictObject({ preview: word(64), terms: z.int() }));

export const newConnection = lazy(() =>
  z.strictObject({
    connector: connectorName(),
    preview: word(64),
    terms: z.int(),
    lamps: z.optional(
      z.readonly(z.array(z.strictObject({ lamp: id(), alias: name() })).check(z.maxLength(200))),
    ),
    expiresIn: z.optional(quantity("seconds; absent: until it is taken back", 60, 315_360_000)),
    mostPerMinute: z.optional(quantity("commands in a minute", 1, 600)),
  }),
);

export const linkingCode = lazy(() =>
  z.strictObject({ code: z.string(), key: described(z.string(), "of this hub; the app asks for it, too") }),
);
export const sharedLampChange = lazy(() => z.strictObject({ handle: word(64), alias: name() }));

export const serviceNotice = lazy(() =>
  z.strictObject({
    connection: id(),
    connector: z.string(),
    what: z.enum(["erase", "rectify"]),
    asked: instant(),
    tries: z.number(),
    confirmed: described(z.nullable(instant()), "null: the service has not said so"),
  }),
);
export const serviceNotices = lazy(() => collection(serviceNotice()));

const viewerFields = lazy(() => ({ id: id(), since: instant() }));
export const viewer = lazy(() => z.strictObject(viewerFields()));
export const viewers = lazy(() => collection(viewer()));
export const newViewer = lazy(() =>
  z.strictObject({ publicKey: described(word(64), "X25519, base64, made by the phone") }),
);
export const viewerInvitation = lazy(() =>
  z.strictObject({ ...viewerFields(), hubKey: z.string(), mailbox: z.string() }),
);

export const banner = lazy(() => z.strictObject({ kind: z.enum(bannerKinds), since: instant() }));
export const banners = lazy(() => collection(banner()));
export const bannerChoice = lazy(() => z.strictObject({ kind: z.enum(bannerKinds) }));
const letter = lazy(() => ({ subject: word(120), text: word(4_000) }));
export const announcement = lazy(() => z.strictObject({ kind: z.enum(bannerKinds), ...letter() }));
export const news = lazy(() => z.strictObject(letter()));
export const announced = lazy(() => z.strictObject({ sent: z.number(), unreached: z.number() }));

const channel = lazy(() => z.enum(mailChannels));
export const contact = lazy(() =>
  z.strictObject({
    channel: channel(),
    address: z.string(),
    news: described(z.enum(["none", "asked", "confirmed"]), "confirmed: you have said yes twice"),
  }),
);
export const contacts = lazy(() => collection(contact()));
export const newContact = lazy(() => z.strictObject({ channel: channel(), address: word(254) }));
export const contactChoice = lazy(() => z.strictObject({ channel: channel() }));
export const newsCode = lazy(() =>
  z.strictObject({ subject: described(z.string(), "of the letter that is the second yes") }),
);
export const optOut = lazy(() => z.strictObject({ law: z.enum(["california", "nevada"]) }));

export const providerChoice = lazy(() => z.strictObject({ connector: connectorName() }));
export const newProviderLink = lazy(() =>
  z.strictObject({ connector: connectorName(), email: z.optional(z.boolean()) }),
);
export const providerStep = lazy(() =>
  z.strictObject({
    url: described(z.string(), "where your browser goes"),
    state: z.string(),
    scopes: list(z.strictObject({ scope: z.string(), says: z.string() })),
    declined: described(list(z.string()), "offered by the provider and not asked for"),
  }),
);
export const providerReturn = lazy(() => z.strictObject({ state: word(64), code: word(512) }));
export const providerLink = lazy(() =>
  z.strictObject({
    connector: z.string(),
    account: z.string(),
    email: z.nullable(z.string()),
    since: instant(),
    notKept: z.optional(described(list(z.string()), "came from the provider and was dropped unread")),
  }),
);
export const providerLinks = lazy(() => collection(providerLink()));

export const simService = lazy(() =>
  z.strictObject({
    name: z.string(),
    kind: z.enum(connectorKinds),
    host: z.string(),
    received: z.number(),
    newest: described(z.nullable(z.string()), "what it was told last, as it read it"),
    offline: z.boolean(),
    acts: list(z.string()),
  }),
);
export const simServices = lazy(() => collection(simService()));
export const simServiceAct = lazy(() =>
  z.strictObject({
    service: connectorName(),
    act: word(32),
    with: z.optional(z.record(z.string(), z.string().check(z.maxLength(4_000)))),
  }),
);
export const simServiceOutcome = lazy(() =>
  z.strictObject({
    done: described(z.boolean(), "false: the hub has refused it, and said nothing"),
    said: z.string(),
  }),
);
