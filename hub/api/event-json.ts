import type { Scope } from "../domain/access.ts";
import type { DomainEvent, EventOf } from "../domain/event.ts";
import { isoText } from "../domain/instant-text.ts";
import { toSeconds } from "../domain/units.ts";
import type { Shape } from "./contract.ts";
import { causeJson, isoOrNull, stateJson } from "./home-json.ts";

/** A domain event as strangers see it. */
export const eventJson = (event: DomainEvent): Shape<"Event"> => {
  switch (event.kind) {
    case "light.desired-changed":
      return { ...event, desired: stateJson(event.desired), cause: causeJson(event.cause) };
    case "light.reported": {
      const { took: _, ...told } = event;
      return { ...told, reported: stateJson(event.reported), cause: causeJson(event.cause) };
    }
    case "light.not-run":
      return { ...event, cause: causeJson(event.cause) };
    case "light.taken-over":
      return {
        ...event,
        brightness: isoOrNull(event.brightness),
        color: isoOrNull(event.color),
        at: isoText(event.at),
      };
    case "presence.approaching":
      return { ...event, eta: toSeconds(event.eta), at: isoText(event.at) };
    default:
      return { ...event, at: isoText(event.at) };
  }
};

/** Of what changed in the home: when whose access comes and goes is the owner's business alone. */
const hearersOf: { readonly [What in EventOf<"home.changed">["what"]]?: Scope } = {
  person: "people:read",
  token: "admin",
};

/** What somebody must be allowed to, besides listening, to hear of it; undefined: nothing. */
export const scopeOf = (event: DomainEvent): Scope | undefined => {
  switch (event.kind) {
    case "presence.changed":
    case "presence.approaching":
      return "people:read";
    case "pairing.changed":
      return "devices:write";
    case "home.changed":
      return hearersOf[event.what];
    default:
      return undefined;
  }
};

/** The lamp or device an event is about; undefined: the whole home. */
export const subjectOf = (event: DomainEvent): string | undefined => {
  switch (event.kind) {
    case "light.desired-changed":
    case "light.reported":
    case "light.not-run":
    case "light.taken-over":
      return event.lamp;
    case "device.availability-changed":
    case "device.link-changed":
    case "device.metered":
    case "device.firmware":
      return event.device;
    case "sensor.reported":
      return event.sensor;
    case "home.changed":
      return event.what === "device" ? event.id : undefined;
    default:
      return undefined;
  }
};
