import type { ClockTrust } from "../../domain/clock-trust.ts";
import { isoText, parseInstant } from "../../domain/instant-text.ts";
import type { Instant } from "../../domain/units.ts";
import type { Clock } from "../../ports/clock.ts";
import type { HttpRequest } from "../../ports/network.ts";
import { stream, text } from "../answers.ts";
import type { Shape } from "../contract.ts";
import { maySee } from "../device-sight.ts";
import type { EventStream } from "../events.ts";
import { type Handlers, present } from "../handler.ts";
import { lampMetrics, prometheusText, prometheusType } from "../metrics.ts";
import type { Metric, Services } from "../traits.ts";

type SystemRoutes =
  | "readClock"
  | "vouchForClock"
  | "streamEvents"
  | "readContract"
  | "checkHealth"
  | "checkReadiness"
  | "readMetrics";

const plain = "text/plain; charset=utf-8";

const clockJson = (now: Instant, trust: ClockTrust): Shape<"Clock"> => ({
  now: isoText(now),
  trust: trust.level,
  ...(trust.level === "trusted" ? { source: trust.source } : {}),
  ...(trust.level === "unknown" ? {} : { since: isoText(trust.since) }),
});

/**
 * @param ownMetrics what the door counts about itself
 * @param mayListen whether the credential of a request is still good
 */
export const systemHandlers = (
  clock: Clock,
  services: Services,
  events: EventStream,
  ownMetrics: () => readonly Metric[],
  mayListen: (request: HttpRequest) => boolean,
): Handlers<SystemRoutes> => ({
  readClock: () => clockJson(clock.now(), services.watch.trust()),
  vouchForClock: ({ body: { source = "person", now } }) => {
    services.watch.vouch(source, now === undefined ? undefined : parseInstant(now));
    return clockJson(clock.now(), services.watch.trust());
  },
  streamEvents: ({ caller, request }) => {
    const last = request.header("last-event-id");
    const body = events.open(caller, () => mayListen(request), last);
    return stream(body, "text/event-stream");
  },
  readContract: async () => {
    // Only documentation needs it, so a start does not pay for it.
    const { openApiDocument } = await import("../openapi.ts");
    return text(JSON.stringify(openApiDocument()), "application/openapi+json;version=3.1");
  },
  checkHealth: () => text("ok\n", plain),
  checkReadiness: () => (services.isReady() ? text("ready\n", plain) : text("starting\n", plain, 503)),
  readMetrics: ({ caller }) => {
    const shown = services.lights
      .list()
      .filter(
        ({ id }) => services.privacy.scopes.allows(id, "state") && maySee(services, present(caller), id),
      );
    const lamps = lampMetrics(shown);
    return text(prometheusText([...ownMetrics(), ...lamps, ...(services.metrics?.() ?? [])]), prometheusType);
  },
});
