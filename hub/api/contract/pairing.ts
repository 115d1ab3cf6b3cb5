import type { Route } from "./route.ts";

/** Lamps and sensors of the air are found, identified and added. One pairing for each caller, for ten minutes at the most. */
export const pairingRoutes = {
  beginPairing: {
    method: "POST",
    path: "/pairing",
    scope: "devices:write",
    summary: "Begin to look for lamps and sensors in range; the caller's pairing before this one ends",
    body: "NewPairing",
    bodyOptional: true,
    status: 201,
    answer: "Pairing",
  },
  readPairing: {
    method: "GET",
    path: "/pairing/{id}",
    id: "pairing",
    scope: "devices:write",
    summary: "Who is heard, what may fit, and how far it is; `pairing.changed` says when to look again",
    status: 200,
    answer: "Pairing",
  },
  identifyCandidate: {
    method: "POST",
    path: "/pairing/{id}/identify",
    id: "pairing",
    scope: "devices:write",
    summary:
      "Connect to a lamp and let it blink: it is as it was afterwards, or on where it never says what it shows. May take a minute",
    body: "ChosenCandidate",
    status: 200,
    answer: "Pairing",
  },
  addCandidate: {
    method: "POST",
    path: "/pairing/{id}/add",
    id: "pairing",
    scope: "devices:write",
    summary:
      "Pair with a lamp where it asks for that, speak to it, and add it to the home: whole, or not at all. May take a minute",
    body: "NamedCandidate",
    status: 201,
    answer: "Pairing",
  },
  endPairing: {
    method: "DELETE",
    path: "/pairing/{id}",
    id: "pairing",
    scope: "devices:write",
    summary: "End it: whatever was heard is dropped, and what was paired with and not added is forgotten",
    status: 204,
  },
} as const satisfies Record<string, Route>;
