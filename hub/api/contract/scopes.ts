import type { Route } from "./route.ts";

/** What may be done with what each device says. */
export const scopeRoutes = {
  readDeviceTerms: {
    method: "GET",
    path: "/devices/terms",
    scope: "devices:write",
    summary:
      "What is to be known of a product before it joins the home: what it keeps, and how it is made to forget",
    query: "TermsQuery",
    status: 200,
    answer: "DeviceTerms",
  },
  readDeviceScope: {
    method: "GET",
    path: "/devices/{id}/scope",
    id: "device",
    scope: "privacy",
    summary: "What may be done with what a device says, and what was answered to its terms",
    status: 200,
    answer: "DeviceScope",
  },
  setDeviceScope: {
    method: "PUT",
    path: "/devices/{id}/scope",
    id: "device",
    scope: "privacy",
    summary:
      "Set switches, or answer the terms. What is off is dropped at the door from here on, and what was kept of it is gone",
    body: "ScopeChange",
    status: 200,
    answer: "DeviceScope",
  },
} as const satisfies Record<string, Route>;
