import type { Route } from "./route.ts";

/**
 * Where the home is, and its sun. Whoever may say where it is could say a place they know, see what becomes of its sun, and
 * so learn the displacement that hides the true one: that takes the owner.
 */
export const placeRoutes = {
  readPlace: {
    method: "GET",
    path: "/place",
    scope: "lights:read",
    summary: "Whether a place is set, and its zone; where it is, to the owner and to tokens with admin alone",
    status: 200,
    answer: "Place",
  },
  setPlace: {
    method: "PUT",
    path: "/place",
    scope: "admin",
    summary: "Say where the home is; what is kept is rounded as coarsely as the tolerance allows",
    body: "NewPlace",
    status: 200,
    answer: "Place",
  },
  forgetPlace: {
    method: "DELETE",
    path: "/place",
    scope: "admin",
    summary: "Forget where the home is; rules that follow the sun rest",
    status: 204,
  },
  setVeil: {
    method: "PUT",
    path: "/place/veil",
    scope: "admin",
    summary: "How far what can be observed of the sun is moved away from the home",
    body: "VeilChoice",
    status: 200,
    answer: "Place",
  },
  findCities: {
    method: "GET",
    path: "/place/cities",
    scope: "lights:read",
    summary: "Towns of the list that ships whose name begins so",
    query: "CityQuery",
    status: 200,
    answer: "Cities",
  },
  listRoundings: {
    method: "GET",
    path: "/place/roundings",
    scope: "admin",
    summary: "What each rounding of the place would hide, and cost",
    status: 200,
    answer: "Roundings",
  },
  previewRoundings: {
    method: "POST",
    path: "/place/roundings",
    scope: "home:write",
    summary: "The same of a place that is not kept",
    body: "NewPlace",
    status: 200,
    answer: "Roundings",
  },
  readSun: {
    method: "GET",
    path: "/sun",
    scope: "lights:read",
    summary: "Events and height of the sun on one day; `moved`: as the veil shows it",
    query: "SunQuery",
    status: 200,
    answer: "SunDay",
  },
} as const satisfies Record<string, Route>;
