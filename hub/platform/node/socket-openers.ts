/**
 * Whatever in this process may open a socket or start another process, and why. What is not here is refused by the
 * tripwire, in libraries too. Every one of them but `network` stays on this machine or in its own cable's reach.
 */
export const openers = {
  network: {
    opens: ["connect", "look-up", "listen"],
    says: "the Network port; the hub holds it through the egress guard, a simulated lamp and a reset hold it bare",
  },
  neighbours: {
    opens: ["datagram"],
    says: "one empty datagram to a phone that the kernel has found in the home's own network",
  },
  "parser-buffer": {
    opens: ["unix", "listen"],
    says: "zeros to itself over a socket without port or file, to overwrite what a request has left in memory",
  },
  "bluetooth-socket": { opens: ["unix"], says: "the Unix socket of a Bluetooth controller" },
  "system-bus": { opens: ["unix"], says: "the Unix socket of D-Bus, for BlueZ" },
  "bluetooth-stack": {
    opens: ["spawn"],
    says: "a process of its own for noble, without the hub's environment",
  },
  "network-manager": { opens: ["spawn"], says: "nmcli, which joins the Wi-Fi" },
  "key-chip": { opens: ["spawn"], says: "the programs of tpm2-tools" },
} as const satisfies Readonly<Record<string, { readonly opens: readonly Act[]; readonly says: string }>>;

/** `unix`: a socket that never leaves this machine. */
export type Act = "connect" | "unix" | "look-up" | "datagram" | "listen" | "spawn" | "thread" | "binding";
export type Opener = keyof typeof openers;

let now: Opener | undefined;

/** What `act` opens before it returns is opened by `opener`. */
export const opening = <Result>(opener: Opener, act: () => Result): Result => {
  const before = now;
  now = opener;
  try {
    return act();
  } finally {
    now = before;
  }
};

export const isOpening = (act: Act): boolean =>
  now !== undefined && (openers[now].opens as readonly Act[]).includes(act);
