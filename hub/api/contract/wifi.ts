import type { Route } from "./route.ts";

/** Room for any two lengths that a byte can say, so that a name that is too long is called that. */
export const mostWifiBytes = 2 * (1 + 255);

/** The home's network. Name and password go in and never out. */
export const wifiRoutes = {
  readWifi: {
    method: "GET",
    path: "/wifi",
    scope: "admin",
    summary: "Whether a network is set, and how the hub's link to it is; neither name nor password",
    status: 200,
    answer: "Wifi",
  },
  setWifi: {
    method: "PUT",
    path: "/wifi",
    scope: "admin",
    summary:
      "Set the network and begin to join it: one byte length and the name, one byte length and the password",
    bytes: mostWifiBytes,
    status: 200,
    answer: "Wifi",
  },
  forgetWifi: {
    method: "DELETE",
    path: "/wifi",
    scope: "admin",
    summary: "Destroy the key of name and password, and leave the network",
    status: 204,
  },
  testWifi: {
    method: "POST",
    path: "/wifi/test",
    scope: "admin",
    summary: "Join anew, and say what came of it; takes up to a minute",
    status: 200,
    answer: "JoinOutcome",
  },
  openProvisioning: {
    method: "POST",
    path: "/wifi/window",
    scope: "admin",
    summary: "For so long lamps may be told the network; it closes by itself",
    body: "ProvisioningWindow",
    bodyOptional: true,
    status: 200,
    answer: "Wifi",
  },
  closeProvisioning: {
    method: "DELETE",
    path: "/wifi/window",
    scope: "admin",
    summary: "Lamps are told nothing from now on",
    status: 204,
  },
  shareWifi: {
    method: "POST",
    path: "/devices/{id}/wifi",
    id: "lamp",
    scope: "devices:write",
    summary:
      "Tell a lamp the network while the window is open; the bytes are the code printed on it. It tries before it keeps",
    bytes: 64,
    status: 200,
    answer: "JoinOutcome",
  },
  shareWifiSealed: {
    method: "POST",
    path: "/wifi/improv/sealed",
    scope: "devices:write",
    summary:
      "Tell a lamp the network over Bluetooth, sealed, while the window is open; the bytes are its address (6) and the code printed on it. It tries before it keeps",
    bytes: 70,
    status: 200,
    answer: "JoinOutcome",
  },
  shareWifiInClear: {
    method: "POST",
    path: "/wifi/improv",
    scope: "admin",
    summary:
      "Tell a lamp that knows no better the network over Bluetooth so that whoever is near can read the password, while the window is open",
    body: "InClear",
    status: 200,
    answer: "JoinOutcome",
  },
} as const satisfies Record<string, Route>;
