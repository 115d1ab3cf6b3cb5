import { WorldError } from "./errors.ts";

/** Where a pairing is. `finding`: it listens, and waits for somebody to choose. */
export const pairingSteps = ["finding", "identifying", "adding", "done"] as const;
export type PairingStep = (typeof pairingSteps)[number];

/** What is said of a failure. */
export interface PairingTrouble {
  /** What was found. */
  readonly found: string;
  /** The one next step. */
  readonly next: string;
}

/** What commonly goes wrong when a lamp is paired, by its stable code. */
export const pairingTroubles = {
  pairing_no_adapter: {
    found: "this hub has no Bluetooth adapter",
    next: "plug one in",
  },
  pairing_adapter_denied: {
    found: "the Bluetooth adapter cannot be used",
    next: "ask the hub what it needs: lampkeeper doctor",
  },
  pairing_nothing_found: {
    found: "no lamp is heard that this hub knows",
    next: "bring the lamp within two metres, and switch its mains off and on",
  },
  pairing_too_weak: {
    found: "the lamp is heard, and too far away to be reached",
    next: "bring lamp and hub nearer to each other",
  },
  pairing_wrong_dialect: {
    found: "the lamp was reached, and does not speak as this driver does",
    next: "choose another driver for it",
  },
  pairing_button: {
    found: "the lamp waits for its button",
    next: "press the button on the lamp, then identify it once more",
  },
  pairing_mode: {
    found: "the lamp does not let itself be paired with; it may belong to another hub",
    next: "let it be found: reset it, or choose in its maker's app for a Hue: Voice assistants, Make visible",
  },
  pairing_no_bonds: {
    found: "the lamp has to be paired with, and the adapter's software keeps no keys",
    next: "use an adapter that keeps keys",
  },
  pairing_refused: {
    found: "the lamp refuses what it is told",
    next: "switch its mains off and on, and identify it once more",
  },
  pairing_bond_forgotten: {
    found: "the lamp has forgotten that it was paired with this hub, which has now forgotten it too",
    next: "identify it once more: it is paired anew",
  },
  pairing_held_elsewhere: {
    found: "the lamp is connected to something else, a phone or another hub",
    next: "close the lamp's own app, or switch that hub's Bluetooth off",
  },
  pairing_too_many_links: {
    found: "the adapter holds as many connections as it can",
    next: "wait half a minute, and try once more",
  },
  pairing_lamp_gone: {
    found: "the lamp does not answer any more",
    next: "look that it has mains, and try once more",
  },
  pairing_garbage: {
    found: "the lamp answers nothing that this driver can read",
    next: "choose another driver for it, or switch its mains off and on",
  },
  pairing_known: {
    found: "this lamp belongs to the home already",
    next: "command it, or remove it first: lampkeeper device remove",
  },
  pairing_wifi_first: {
    found: "this lamp is reached over Wi-Fi, and knows no network yet",
    next: "tell it the network: lampkeeper wifi improv",
  },
} as const satisfies Readonly<Record<`pairing_${string}`, PairingTrouble>>;

export type PairingCode = keyof typeof pairingTroubles;
export const pairingCodes = Object.keys(pairingTroubles) as readonly PairingCode[];

/** Nothing of a lamp was added. The message ends with the one next step. */
export class PairingFailed extends WorldError {
  override readonly code: PairingCode;
  override readonly status = 409;

  constructor(code: PairingCode, options?: ErrorOptions) {
    const { found, next } = pairingTroubles[code];
    super(`${found}; ${next}`, {}, options);
    this.code = code;
  }
}
