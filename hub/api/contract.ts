import type { Scope } from "../domain/access.ts";
import type { IdKind } from "../domain/ids.ts";
import type { SchemaName, Shape } from "./schemas/schemas.ts";

/**
 * The HTTP door as data: what the server routes by, the OpenAPI document is written from and the client is typed by.
 * Schemas stand here by name, so that a client can read this table without bringing the validator along.
 */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Under `apiBase`, except where `root`. At most one `{id}`. */
  readonly path: string;
  readonly root?: true;
  /** `open`: no credentials; `any`: any valid credential. */
  readonly scope: Scope | "open" | "any";
  readonly summary: string;
  /** What `{id}` names; anything else there is answered with `not_found`. */
  readonly id?: IdKind | "device";
  readonly query?: SchemaName;
  readonly body?: SchemaName;
  /** The body may be left out; it then counts as `{}`. */
  readonly bodyOptional?: true;
  readonly status: 200 | 201 | 204;
  /** Absent: an empty or non-JSON answer. */
  readonly answer?: SchemaName;
  /** Media type of an answer that is not JSON. */
  readonly media?: "text/event-stream" | "text/plain" | "application/openapi+json";
  /** Also for callers limited to chosen lamps, who then see and command only those. */
  readonly chosenLamps?: true;
  /** There only while the home is simulated. */
  readonly sim?: true;
}

export const apiBase = "/api/v1";

const lampTargets = { query: "Wait", body: "LightCommand", scope: "lights:write", status: 200 } as const;
const simulated = { scope: "sim", status: 200, sim: true } as const;

export const routes = {
  listLights: {
    method: "GET",
    chosenLamps: true,
    path: "/lights",
    scope: "lights:read",
    summary: "All lamps with what they should show and what they show",
    status: 200,
    answer: "Lights",
  },
  getLight: {
    method: "GET",
    chosenLamps: true,
    path: "/lights/{id}",
    id: "lamp",
    scope: "lights:read",
    summary: "One lamp",
    status: 200,
    answer: "Light",
  },
  changeLight: {
    method: "PATCH",
    path: "/lights/{id}",
    id: "lamp",
    scope: "home:write",
    summary: "Rename a lamp, move it to a room, choose how it wakes up",
    body: "DeviceChange",
    status: 200,
    answer: "Light",
  },
  setLight: {
    ...lampTargets,
    method: "PUT",
    chosenLamps: true,
    path: "/lights/{id}/state",
    id: "lamp",
    summary: "Command a lamp; what is absent stays as it is",
    answer: "CommandedLight",
  },
  explainLight: {
    method: "GET",
    chosenLamps: true,
    path: "/lights/{id}/why",
    id: "lamp",
    scope: "lights:read",
    summary: "Why the lamp is as it is, and what did not run",
    status: 200,
    answer: "Why",
  },
  listRooms: {
    method: "GET",
    path: "/rooms",
    scope: "lights:read",
    summary: "All rooms",
    status: 200,
    answer: "Rooms",
  },
  getRoom: {
    method: "GET",
    path: "/rooms/{id}",
    id: "room",
    scope: "lights:read",
    summary: "One room",
    status: 200,
    answer: "Room",
  },
  addRoom: {
    method: "POST",
    path: "/rooms",
    scope: "home:write",
    summary: "Add a room",
    body: "Named",
    status: 201,
    answer: "Room",
  },
  changeRoom: {
    method: "PATCH",
    path: "/rooms/{id}",
    id: "room",
    scope: "home:write",
    summary: "Rename a room",
    body: "Named",
    status: 200,
    answer: "Room",
  },
  removeRoom: {
    method: "DELETE",
    path: "/rooms/{id}",
    id: "room",
    scope: "home:write",
    summary: "Remove a room; its devices stay, without a room",
    status: 204,
  },
  setRoom: {
    ...lampTargets,
    method: "PUT",
    path: "/rooms/{id}/state",
    id: "room",
    summary: "Command every lamp of a room as one",
    answer: "CommandOutcome",
  },
  listZones: {
    method: "GET",
    path: "/zones",
    scope: "lights:read",
    summary: "All zones; zones overlap and cross rooms",
    status: 200,
    answer: "Zones",
  },
  getZone: {
    method: "GET",
    path: "/zones/{id}",
    id: "zone",
    scope: "lights:read",
    summary: "One zone",
    status: 200,
    answer: "Zone",
  },
  addZone: {
    method: "POST",
    path: "/zones",
    scope: "home:write",
    summary: "Add a zone",
    body: "NewZone",
    status: 201,
    answer: "Zone",
  },
  changeZone: {
    method: "PATCH",
    path: "/zones/{id}",
    id: "zone",
    scope: "home:write",
    summary: "Rename a zone or replace its members",
    body: "ZoneChange",
    status: 200,
    answer: "Zone",
  },
  removeZone: {
    method: "DELETE",
    path: "/zones/{id}",
    id: "zone",
    scope: "home:write",
    summary: "Remove a zone",
    status: 204,
  },
  setZone: {
    ...lampTargets,
    method: "PUT",
    path: "/zones/{id}/state",
    id: "zone",
    summary: "Command every lamp of a zone as one",
    answer: "CommandOutcome",
  },
  listGroups: {
    method: "GET",
    path: "/groups",
    scope: "lights:read",
    summary: "All groups: lamps that are always commanded together",
    status: 200,
    answer: "Zones",
  },
  getGroup: {
    method: "GET",
    path: "/groups/{id}",
    id: "group",
    scope: "lights:read",
    summary: "One group",
    status: 200,
    answer: "Zone",
  },
  addGroup: {
    method: "POST",
    path: "/groups",
    scope: "home:write",
    summary: "Add a group of lamps",
    body: "NewZone",
    status: 201,
    answer: "Zone",
  },
  changeGroup: {
    method: "PATCH",
    path: "/groups/{id}",
    id: "group",
    scope: "home:write",
    summary: "Rename a group or replace its lamps",
    body: "ZoneChange",
    status: 200,
    answer: "Zone",
  },
  removeGroup: {
    method: "DELETE",
    path: "/groups/{id}",
    id: "group",
    scope: "home:write",
    summary: "Remove a group",
    status: 204,
  },
  setGroup: {
    ...lampTargets,
    method: "PUT",
    path: "/groups/{id}/state",
    id: "group",
    summary: "Command every lamp of a group as one",
    answer: "CommandOutcome",
  },
  listScenes: {
    method: "GET",
    path: "/scenes",
    scope: "lights:read",
    summary: "All scenes",
    status: 200,
    answer: "Scenes",
  },
  getScene: {
    method: "GET",
    path: "/scenes/{id}",
    id: "scene",
    scope: "lights:read",
    summary: "One scene",
    status: 200,
    answer: "Scene",
  },
  addScene: {
    method: "POST",
    path: "/scenes",
    scope: "home:write",
    summary: "Add a scene: as given, or as the lamps of a room are now",
    body: "NewScene",
    status: 201,
    answer: "Scene",
  },
  changeScene: {
    method: "PATCH",
    path: "/scenes/{id}",
    id: "scene",
    scope: "home:write",
    summary: "Rename a scene, replace its states or its palette (null removes it)",
    body: "SceneChange",
    status: 200,
    answer: "Scene",
  },
  removeScene: {
    method: "DELETE",
    path: "/scenes/{id}",
    id: "scene",
    scope: "home:write",
    summary: "Remove a scene",
    status: 204,
  },
  recallScene: {
    method: "POST",
    path: "/scenes/{id}/recall",
    id: "scene",
    scope: "lights:write",
    summary: "Show a scene",
    body: "Recall",
    bodyOptional: true,
    status: 200,
    answer: "CommandOutcome",
  },
  listDevices: {
    method: "GET",
    path: "/devices",
    scope: "lights:read",
    summary: "All lamps and sensors; sensors with their latest reading",
    status: 200,
    answer: "Devices",
  },
  getDevice: {
    method: "GET",
    path: "/devices/{id}",
    id: "device",
    scope: "lights:read",
    summary: "One device",
    status: 200,
    answer: "Device",
  },
  addDevice: {
    method: "POST",
    path: "/devices",
    scope: "devices:write",
    summary: "Enrol a device; the answer holds its credentials, this once",
    body: "NewDevice",
    status: 201,
    answer: "EnrolledDevice",
  },
  changeDevice: {
    method: "PATCH",
    path: "/devices/{id}",
    id: "device",
    scope: "devices:write",
    summary: "Rename a device, move it to a room, choose how it wakes up",
    body: "DeviceChange",
    status: 200,
    answer: "Device",
  },
  removeDevice: {
    method: "DELETE",
    path: "/devices/{id}",
    id: "device",
    scope: "devices:write",
    summary: "Remove a device and its credentials",
    status: 204,
  },
  listTokens: {
    method: "GET",
    path: "/tokens",
    scope: "admin",
    summary: "All access tokens, without their secrets",
    status: 200,
    answer: "Tokens",
  },
  getToken: {
    method: "GET",
    path: "/tokens/{id}",
    id: "token",
    scope: "admin",
    summary: "One access token, without its secret",
    status: 200,
    answer: "Token",
  },
  addToken: {
    method: "POST",
    path: "/tokens",
    scope: "admin",
    summary: "Issue an access token; the answer holds its secret, this once",
    body: "NewToken",
    status: 201,
    answer: "IssuedToken",
  },
  changeToken: {
    method: "PATCH",
    path: "/tokens/{id}",
    id: "token",
    scope: "admin",
    summary: "Rename an access token",
    body: "Named",
    status: 200,
    answer: "Token",
  },
  removeToken: {
    method: "DELETE",
    path: "/tokens/{id}",
    id: "token",
    scope: "admin",
    summary: "Revoke an access token at once",
    status: 204,
  },
  getSession: {
    method: "GET",
    chosenLamps: true,
    path: "/session",
    scope: "any",
    summary: "Who this credential is and what it may do",
    status: 200,
    answer: "Caller",
  },
  signInWithCode: {
    method: "POST",
    path: "/session/code",
    scope: "open",
    summary: "Exchange a one-time code for a session cookie",
    body: "SignInCode",
    status: 201,
    answer: "Caller",
  },
  addSignInCode: {
    method: "POST",
    path: "/session/codes",
    scope: "admin",
    summary: "A one-time code to sign in another browser",
    status: 201,
    answer: "IssuedCode",
  },
  signOut: {
    method: "DELETE",
    chosenLamps: true,
    path: "/session",
    scope: "any",
    summary: "End this browser's session",
    status: 204,
  },
  streamEvents: {
    method: "GET",
    chosenLamps: true,
    path: "/events",
    scope: "lights:read",
    summary:
      "Everything that happens, as server-sent events; `Last-Event-ID` continues where a reader left off",
    status: 200,
    answer: "Event",
    media: "text/event-stream",
  },
  readSimClock: {
    ...simulated,
    method: "GET",
    path: "/sim/clock",
    summary: "The simulated clock",
    answer: "SimClock",
  },
  pauseSimClock: {
    ...simulated,
    method: "POST",
    path: "/sim/clock/pause",
    summary: "Stop the simulated clock",
    answer: "SimClock",
  },
  resumeSimClock: {
    ...simulated,
    method: "POST",
    path: "/sim/clock/resume",
    summary: "Let the simulated clock run on",
    answer: "SimClock",
  },
  advanceSimClock: {
    ...simulated,
    method: "POST",
    path: "/sim/clock/advance",
    summary: "Live through so many seconds, with everything that is due in them",
    body: "SimAdvance",
    answer: "SimClock",
  },
  jumpSimClock: {
    ...simulated,
    method: "POST",
    path: "/sim/clock/jump",
    summary: "Step civil time, as a corrected clock does; no time passes",
    body: "SimJump",
    answer: "SimClock",
  },
  listSimDevices: {
    ...simulated,
    method: "GET",
    path: "/sim/devices",
    summary: "The simulated hardware",
    answer: "SimDevices",
  },
  unplugSimDevice: {
    ...simulated,
    method: "POST",
    path: "/sim/devices/{id}/unplug",
    id: "device",
    summary: "Cut a device's mains",
    answer: "SimDevice",
  },
  plugSimDevice: {
    ...simulated,
    method: "POST",
    path: "/sim/devices/{id}/plug",
    id: "device",
    summary: "Give a device its mains back",
    answer: "SimDevice",
  },
  misbehaveSimDevice: {
    ...simulated,
    method: "POST",
    path: "/sim/devices/{id}/misbehave",
    id: "device",
    summary: "Tell a device to misbehave",
    body: "SimMisbehave",
    answer: "SimDevice",
  },
  touchSimDevice: {
    ...simulated,
    method: "POST",
    path: "/sim/devices/{id}/touch",
    id: "lamp",
    summary: "Use a lamp's own switch, behind the hub's back",
    body: "SimTouch",
    answer: "SimDevice",
  },
  pressSimDevice: {
    ...simulated,
    method: "POST",
    path: "/sim/devices/{id}/press",
    id: "sensor",
    summary: "Press a button of a switch",
    body: "SimPress",
    answer: "SimDevice",
  },
  readSimFaults: {
    ...simulated,
    method: "GET",
    path: "/sim/faults",
    summary: "Misbehaviours there are, and which devices have them",
    answer: "SimFaults",
  },
  clearSimFaults: {
    method: "DELETE",
    path: "/sim/faults",
    scope: "sim",
    sim: true,
    summary: "Every device behaves again",
    status: 204,
  },
  readContract: {
    method: "GET",
    path: "/openapi.json",
    scope: "open",
    summary: "This description",
    status: 200,
    media: "application/openapi+json",
  },
  checkHealth: {
    method: "GET",
    path: "/healthz",
    root: true,
    scope: "open",
    summary: "The process lives",
    status: 200,
    media: "text/plain",
  },
  checkReadiness: {
    method: "GET",
    path: "/readyz",
    root: true,
    scope: "open",
    summary: "Broker, lamps and schedules are live; 503 until then",
    status: 200,
    media: "text/plain",
  },
  readMetrics: {
    method: "GET",
    path: "/metrics",
    root: true,
    scope: "metrics",
    summary: "Prometheus metrics; lamps by id, people never",
    status: 200,
    media: "text/plain",
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
type RouteOf<Name extends RouteName> = (typeof routes)[Name];

/** What a route takes as body, as query, and answers; undefined where it has none. */
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

export type { SchemaName, Shape } from "./schemas/schemas.ts";

export const pathOf = (route: Route): string => (route.root ? route.path : `${apiBase}${route.path}`);
