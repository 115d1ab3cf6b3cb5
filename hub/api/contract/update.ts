import { mostImageBytes } from "../../domain/profile.ts";
import { mostBundleBytes } from "../../domain/update-bundle.ts";
import type { Route } from "./route.ts";

const changesUpdate = { scope: "admin", status: 200, answer: "Update" } as const;

/** The hub's own software. */
export const updateRoutes = {
  readSystem: {
    method: "GET",
    path: "/system",
    scope: "any",
    summary: "Which model this is, the running version, and how its start went",
    status: 200,
    answer: "System",
  },
  readUpdate: {
    ...changesUpdate,
    method: "GET",
    path: "/update",
    summary: "The versions there are, which one runs, and what waits or is on trial",
  },
  installUpdate: {
    ...changesUpdate,
    method: "PUT",
    path: "/update",
    query: "UpdateQuery",
    bytes: mostBundleBytes,
    streamed: true,
    summary: "Take a signed update; without `notBefore` the hub restarts into it at once, on trial",
  },
  confirmUpdate: {
    ...changesUpdate,
    method: "POST",
    path: "/update/confirm",
    summary: "Keep the version that is on trial; it does so itself when it has been well for half a minute",
  },
  revertUpdate: {
    ...changesUpdate,
    method: "POST",
    path: "/update/revert",
    summary: "Go back to the version before, or drop an update that waits",
  },
  postponeUpdate: {
    ...changesUpdate,
    method: "POST",
    path: "/update/postpone",
    body: "Postponement",
    summary: "Let an update that waits wait on",
  },
  readDeviceFirmware: {
    method: "GET",
    path: "/devices/{id}/firmware",
    id: "device",
    scope: "devices:write",
    summary: "Which firmware a device says it runs, and what became of its newest update",
    status: 200,
    answer: "DeviceFirmware",
  },
  updateDevice: {
    method: "POST",
    path: "/devices/{id}/update",
    id: "device",
    scope: "admin",
    bytes: mostImageBytes,
    summary: "Hand a device a firmware of its maker; the device tries it, and goes back when it is no good",
    status: 200,
    answer: "DeviceFirmware",
  },
} as const satisfies Record<string, Route>;
