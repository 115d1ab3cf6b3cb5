import type { Caller } from "../domain/access.ts";
import type { DeviceScopes } from "../domain/device-scope.ts";
import type { DomainEvent } from "../domain/event.ts";
import type { DeviceId } from "../domain/ids.ts";
import type { Hearing } from "./events.ts";
import type { Services } from "./traits.ts";

type Scopes = Pick<DeviceScopes, "allows">;

/** Whether this caller may see a device at all: programs of developers only what is shared. */
export const maySee = (
  { privacy }: { readonly privacy: { readonly scopes: Scopes } },
  { role }: Pick<Caller, "role">,
  id: DeviceId,
): boolean => role !== "developer" || privacy.scopes.allows(id, "sharing");

/** Whether an event may be told now: somebody may have taken back their consent, or narrowed a scope, since it happened. */
export const mayTell =
  ({ privacy }: Pick<Services, "privacy">) =>
  (event: DomainEvent, to: Hearing): boolean => {
    if (event.kind === "presence.changed" || event.kind === "presence.approaching")
      return privacy.consents.allows("presence", event.person);
    const device = deviceIn(event);
    if (device === undefined) return true;
    if (to.role === "developer" && !privacy.scopes.allows(device, "sharing")) return false;
    return (
      !saysState(event) || (privacy.scopes.allows(device, "state") && privacy.scopes.allows(device, "events"))
    );
  };

/** What a device says of itself; what it was asked to do is the home's. */
const saysState = ({ kind }: DomainEvent): boolean =>
  kind === "light.reported" || kind === "device.metered" || kind === "device.availability-changed";

const deviceIn = (event: DomainEvent): DeviceId | undefined => {
  if ("lamp" in event) return event.lamp;
  if ("sensor" in event) return event.sensor;
  return "device" in event ? (event.device as DeviceId | undefined) : undefined;
};
