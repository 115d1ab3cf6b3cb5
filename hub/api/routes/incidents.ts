import { findings, type Incident } from "../../domain/incident.ts";
import { isoText } from "../../domain/instant-text.ts";
import { resetInstructions } from "../../domain/reset-instructions.ts";
import { text } from "../answers.ts";
import { bearerText } from "../auth.ts";
import type { incidentRoutes } from "../contract/incidents.ts";
import type { RouteName, Shape } from "../contract.ts";
import { type Handlers, present } from "../handler.ts";
import { tokenJson } from "../home-json.ts";
import type { Services } from "../traits.ts";

type Asked = Extract<RouteName, keyof typeof incidentRoutes>;

export const incidentHandlers = ({ privacy }: Services): Handlers<Asked> => {
  const { incidents } = privacy;
  return {
    listIncidents: () => ({ data: incidents.list().map(incidentJson) }),
    addIncident: ({ body: { drill }, caller }) =>
      incidentJson(
        incidents.register({ detector: "report", isDrill: drill === true, by: present(caller).id }),
      ),
    readBanners: () => ({
      data: incidents.banners().map(({ title, notice, at }) => ({ title, notice, at: isoText(at) })),
    }),
    getIncident: ({ id }) => incidentJson(incidents.need(id)),
    draftReport: ({ id }) => {
      const { isDrill, due, ...report } = incidents.draft(id);
      return { ...report, drill: isDrill, due: isoText(due) };
    },
    sendIncidentNotice: ({ id, body, caller }) => incidents.notify(id, body, present(caller).id),
    markReported: ({ id, caller }) => incidentJson(incidents.reported(id, present(caller).id)),
    closeIncident: ({ id, caller }) => incidentJson(incidents.end(id, present(caller).id)),
    replaceLeakedToken: ({ id, caller }) => {
      const { token, secret } = privacy.leaked(id, present(caller));
      const password = secret.toString("latin1");
      return {
        ...tokenJson(token),
        token: bearerText(token.id, secret),
        mqtt: { username: token.id, password },
      };
    },
    checkUpSecurity: () => ({ data: privacy.checkUp() }),
    readResetInstructions: () => text(resetInstructions, "text/plain; charset=utf-8"),
  };
};

const incidentJson = (incident: Incident): Shape<"Incident"> => {
  const { id, detector, isDrill, since, due, count, people, notice, banner } = incident;
  return {
    id,
    detector,
    ...findingOf(incident),
    ...(incident.entrance !== undefined && { entrance: incident.entrance }),
    drill: isDrill,
    since: isoText(since),
    due: isoText(due),
    count,
    people: people.length,
    ...(incident.reported !== undefined && { reported: isoText(incident.reported) }),
    ...(incident.notified !== undefined && { notified: isoText(incident.notified) }),
    ...(notice !== undefined && { notice }),
    banner,
    ...(incident.closed !== undefined && { closed: isoText(incident.closed) }),
  };
};

const findingOf = ({ detector }: Incident) => {
  const { title, steps } = findings[detector];
  return { title, steps };
};
