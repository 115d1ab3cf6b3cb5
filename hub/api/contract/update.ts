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
  readUpdateChoices: {
    ...changesUpdate,
    answer: "UpdateChoices",
    method: "GET",
    path: "/update/choices",
    summary: "Whether updates come by themselves and are told of, and what was found when it was last looked",
  },
  setUpdateChoices: {
    ...changesUpdate,
    answer: "UpdateChoices",
    method: "PUT",
    path: "/update/choices",
    body: "NewUpdateChoices",
    summary: "Let updates come by themselves, at night, or not; be told of them, or not",
  },
  lookForUpdate: {
    ...changesUpdate,
    answer: "UpdateChoices",
    method: "POST",
    path: "/update/look",
    summary: "Look for a new version now; it is looked for after each start and every day anyhow",
  },
  listUpdateNotices: {
    method: "GET",
    path: "/update/notices",
    scope: "any",
    summary:
      "What everybody at home is told of updates: that there is one and which risk it ends, and when the hub restarts",
    status: 200,
    answer: "UpdateNotices",
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
