import type { Route } from "./route.ts";

/** The clock, the stream of events, this description, health and metrics. */
export const systemRoutes = {
  readClock: {
    method: "GET",
    chosenLamps: true,
    path: "/clock",
    scope: "any",
    summary: "The hub's civil time, and how far it may be believed",
    status: 200,
    answer: "Clock",
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
