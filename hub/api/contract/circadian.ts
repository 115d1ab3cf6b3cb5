import type { Route } from "./route.ts";

/** Light that follows the sun, and evenings of an empty home. */
export const circadianRoutes = {
  listCircadian: {
    method: "GET",
    path: "/circadian",
    scope: "lights:read",
    summary: "What follows the sun, what it shows now, and which lamps somebody took over until when",
    status: 200,
    answer: "Circadians",
  },
  setCircadian: {
    method: "PUT",
    path: "/rooms/{id}/circadian",
    id: "room",
    scope: "home:write",
    summary: "Let the lamps of a room follow the sun, also those that were taken over",
    body: "CircadianCurve",
    bodyOptional: true,
    status: 200,
    answer: "Circadian",
  },
  endCircadian: {
    method: "DELETE",
    path: "/rooms/{id}/circadian",
    id: "room",
    scope: "home:write",
    summary: "The lamps of a room stay as they are and follow the sun no more",
    status: 204,
  },
  resumeCircadian: {
    method: "POST",
    path: "/lights/{id}/circadian",
    id: "lamp",
    scope: "lights:write",
    summary: "Give a lamp that was taken over back to the sun",
    status: 200,
    answer: "Light",
    chosenLamps: true,
  },
  readVacation: {
    method: "GET",
    path: "/vacation",
    scope: "schedules:write",
    summary: "What this evening looks like, or would, while the home is on vacation",
    status: 200,
    answer: "Vacation",
  },
} as const satisfies Record<string, Route>;
