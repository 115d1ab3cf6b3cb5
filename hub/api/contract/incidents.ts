import type { Route } from "./route.ts";

const ofOne = { id: "incident", scope: "privacy" } as const;

/** What went wrong: the register, the report, what people are told, and what is weak before anything goes wrong. */
export const incidentRoutes = {
  listIncidents: {
    method: "GET",
    path: "/incidents",
    scope: "privacy",
    summary: "What went wrong, newest first",
    status: 200,
    answer: "Incidents",
  },
  addIncident: {
    method: "POST",
    path: "/incidents",
    scope: "privacy",
    summary: "Register an incident that somebody found, or a drill: its clock runs as that of a real one",
    body: "NewIncident",
    status: 201,
    answer: "Incident",
  },
  readBanners: {
    method: "GET",
    path: "/incidents/banners",
    scope: "open",
    summary: "What concerns people who could not be reached; it names nobody, so everybody may read it",
    status: 200,
    answer: "IncidentBanners",
  },
  getIncident: {
    ...ofOne,
    method: "GET",
    path: "/incidents/{id}",
    summary: "An incident",
    status: 200,
    answer: "Incident",
  },
  draftReport: {
    ...ofOne,
    method: "GET",
    path: "/incidents/{id}/report",
    summary: "A draft of the report to the authority, with everything that GDPR Art. 33(3) asks for",
    status: 200,
    answer: "IncidentReport",
  },
  sendIncidentNotice: {
    ...ofOne,
    method: "POST",
    path: "/incidents/{id}/notice",
    summary: "Tell the people whom it concerns; nothing is sent while one of the five parts is empty",
    body: "IncidentNotice",
    status: 200,
    answer: "NoticeResult",
  },
  markReported: {
    ...ofOne,
    method: "POST",
    path: "/incidents/{id}/reported",
    summary: "The authority was told",
    status: 200,
    answer: "Incident",
  },
  closeIncident: {
    ...ofOne,
    method: "POST",
    path: "/incidents/{id}/close",
    summary: "Nothing more is to be done",
    status: 200,
    answer: "Incident",
  },
  replaceLeakedToken: {
    method: "POST",
    path: "/tokens/{id}/leaked",
    id: "token",
    scope: "admin",
    stepUp: true,
    summary:
      "A token was found in other hands: it and all it has opened end at once, an incident is registered, and the answer is its replacement",
    status: 201,
    answer: "IssuedToken",
  },
  checkUpSecurity: {
    method: "GET",
    path: "/privacy/check-up",
    scope: "privacy",
    summary:
      "What is weak in how this home is set up, worst first, each with what to do; empty: nothing known",
    status: 200,
    answer: "WeakPoints",
  },
  readResetInstructions: {
    method: "GET",
    path: "/reset/instructions",
    scope: "open",
    summary:
      "How to make this hub forget everything, in plain words; before signing in, and without a network",
    status: 200,
    media: "text/plain",
  },
} as const satisfies Record<string, Route>;
