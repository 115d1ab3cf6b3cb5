import { accessRoutes } from "./contract/access.ts";
import { accountRoutes } from "./contract/accounts.ts";
import { circadianRoutes } from "./contract/circadian.ts";
import { connectionRoutes } from "./contract/connections.ts";
import { consentRoutes } from "./contract/consents.ts";
import { developerRoutes } from "./contract/developers.ts";
import { disclosureRoutes } from "./contract/disclosures.ts";
import { homeRoutes } from "./contract/home.ts";
import { incidentRoutes } from "./contract/incidents.ts";
import { lightsRoutes } from "./contract/lights.ts";
import { memberRoutes } from "./contract/members.ts";
import { noticeRoutes } from "./contract/notices.ts";
import { pairingRoutes } from "./contract/pairing.ts";
import { peopleRoutes } from "./contract/people.ts";
import { placeRoutes } from "./contract/place.ts";
import { privacyRoutes } from "./contract/privacy.ts";
import { requestRoutes } from "./contract/requests.ts";
import { resetRoutes } from "./contract/reset.ts";
import { retentionRoutes } from "./contract/retention.ts";
import { rightsRoutes } from "./contract/rights.ts";
import type { Route } from "./contract/route.ts";
import { schedulesRoutes } from "./contract/schedules.ts";
import { scopeRoutes } from "./contract/scopes.ts";
import { simRoutes } from "./contract/sim.ts";
import { systemRoutes } from "./contract/system.ts";
import { updateRoutes } from "./contract/update.ts";
import { vaultRoutes } from "./contract/vault.ts";
import { wifiRoutes } from "./contract/wifi.ts";
import type { SchemaName, Shape } from "./schemas/schemas.ts";

/** The HTTP door as data: the server routes by it, the OpenAPI document is written from it, the client is typed by it. */
export const routes = {
  ...lightsRoutes,
  ...homeRoutes,
  ...pairingRoutes,
  ...circadianRoutes,
  ...schedulesRoutes,
  ...accessRoutes,
  ...peopleRoutes,
  ...accountRoutes,
  ...memberRoutes,
  ...developerRoutes,
  ...rightsRoutes,
  ...placeRoutes,
  ...wifiRoutes,
  ...resetRoutes,
  ...privacyRoutes,
  ...noticeRoutes,
  ...disclosureRoutes,
  ...requestRoutes,
  ...incidentRoutes,
  ...connectionRoutes,
  ...consentRoutes,
  ...scopeRoutes,
  ...retentionRoutes,
  ...systemRoutes,
  ...vaultRoutes,
  ...updateRoutes,
  ...simRoutes,
} as const;

export const apiBase = "/api/v1";

export type RouteName = keyof typeof routes;
type RouteOf<Name extends RouteName> = (typeof routes)[Name];

/** What a route takes as body, as bytes, as query, and answers; undefined where it has none. */
export type BytesOf<Name extends RouteName> =
  RouteOf<Name> extends { readonly streamed: true }
    ? AsyncIterable<Uint8Array>
    : RouteOf<Name> extends { readonly bytes: number }
      ? Uint8Array
      : undefined;
/** What is sent for it. */
export type SentOf<Name extends RouteName> =
  RouteOf<Name> extends { readonly streamed: true }
    ? ReadableStream<Uint8Array>
    : RouteOf<Name> extends { readonly bytes: number }
      ? Uint8Array
      : undefined;
export type BodyOf<Name extends RouteName> =
  RouteOf<Name> extends { readonly body: infer Body extends SchemaName } ? Shape<Body> : undefined;
export type QueryOf<Name extends RouteName> =
  RouteOf<Name> extends { readonly query: infer Query extends SchemaName } ? Shape<Query> : undefined;
export type AnswerOf<Name extends RouteName> =
  RouteOf<Name> extends { readonly media: string }
    ? undefined
    : RouteOf<Name> extends { readonly answer: infer Answer extends SchemaName }
      ? Shape<Answer>
      : undefined;

export type { Route } from "./contract/route.ts";
export type { SchemaName, Shape } from "./schemas/schemas.ts";

export const pathOf = (route: Route): string => (route.root ? route.path : `${apiBase}${route.path}`);
