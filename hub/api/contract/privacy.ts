import type { Route } from "./route.ts";

/** What the home owes its people. */
export const privacyRoutes = {
  verifyBooks: {
    method: "GET",
    path: "/privacy/books",
    scope: "privacy",
    summary:
      "Whether the books that can only be added to are as they were written, and else which entry is not",
    status: 200,
    answer: "BookVerdicts",
  },
} as const satisfies Record<string, Route>;
