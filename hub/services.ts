import type { Services, SimControl } from "./api/traits.ts";
import type { DeviceIdentities } from "./inventory/device-identity.ts";
import type { Inventory } from "./inventory/inventory.ts";
import type { UpdateService } from "./lifecycle/update-service.ts";
import type { UpdateWatch } from "./lifecycle/update-watch.ts";

/** What the API finds behind it. */
export const servicesOf = (
  rooms: Pick<
    Services,
    | "lights"
    | "scenes"
    | "sensors"
    | "gate"
    | "schedules"
    | "watch"
    | "places"
    | "circadian"
    | "vacation"
    | "tokens"
    | "sessions"
    | "people"
    | "accounts"
    | "stepUp"
    | "doorWatch"
    | "presence"
    | "beacons"
    | "vault"
    | "checks"
    | "wifi"
    | "provisioning"
    | "improv"
    | "pairing"
    | "deviceUpdates"
    | "resets"
    | "privacy"
  > & {
    readonly inventory: Inventory;
    readonly identities: DeviceIdentities;
  },
  {
    stages,
    certificate,
    update,
    updateWatch,
  }: Pick<Services, "stages" | "certificate"> & {
    readonly update: UpdateService | undefined;
    readonly updateWatch: UpdateWatch | undefined;
  },
  metrics: NonNullable<Services["metrics"]>,
  isReady: () => boolean,
  sim: SimControl | undefined,
): Services => ({
  ...rooms,
  stages,
  certificate,
  ...(update === undefined ? {} : { update }),
  ...(updateWatch === undefined ? {} : { updateWatch }),
  home: rooms.inventory,
  enrolment: {
    enrol: (wanted) => {
      const device = rooms.inventory.addDevice(wanted);
      return { device, credentials: rooms.identities.credentialsOf(device) };
    },
    replace: (id, wanted) => {
      const device = rooms.inventory.replaceDevice(id, wanted);
      rooms.deviceUpdates.forget(id);
      return { device, credentials: rooms.identities.credentialsOf(device) };
    },
  },
  isReady,
  metrics,
  ...(sim === undefined ? {} : { sim }),
});
