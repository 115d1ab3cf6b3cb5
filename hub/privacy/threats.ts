import type { KeyName } from "./declaration.ts";

/** Somebody who might want something, what keeps them from it, and what remains. */
export interface Threat {
  readonly id: string;
  readonly who: string;
  readonly wants: string;
  /** Keys whose data is at stake: the assessment puts the kinds of data beside it. */
  readonly atStake: readonly KeyName[];
  readonly severity: "low" | "medium" | "high";
  /** Before measures. */
  readonly likelihood: "low" | "medium" | "high";
  readonly measures: readonly string[];
  readonly remains: string;
}

/** Who this home is defended against. */
export const threats: readonly Threat[] = [
  {
    id: "listener-on-the-network",
    who: "somebody who only listens on the home's network",
    wants: "habits, names and the place of the home",
    atStake: ["household", "place", "person"],
    severity: "high",
    likelihood: "medium",
    measures: ["TLS off this machine", "no name in a topic, certificate or announcement", "padded records"],
    remains: "that packets flow, and lamps that know no TLS where their owner opens a listener for them",
  },
  {
    id: "intruder-on-the-network",
    who: "somebody who also sends on the home's network",
    wants: "to command lamps and to sign in",
    atStake: ["household", "device-link"],
    severity: "high",
    likelihood: "medium",
    measures: [
      "a login of its own for each device",
      "guessing slows down",
      "only its own topics for each client",
    ],
    remains: "noise that makes the radio or network slow",
  },
  {
    id: "radio-neighbour",
    who: "somebody with a radio next door",
    wants: "the network's password, and who is at home",
    atStake: ["wifi", "person"],
    severity: "high",
    likelihood: "low",
    measures: [
      "credentials sealed with the lamp's printed code",
      "a window that its owner opens",
      "a hub that does not advertise",
    ],
    remains: "that radio is used at all, and what lamps of other makers say in clear",
  },
  {
    id: "hostile-device",
    who: "a lamp or sensor that was taken over",
    wants: "other devices, names, the network",
    atStake: ["household", "wifi", "device-link"],
    severity: "high",
    likelihood: "medium",
    measures: [
      "its own topics only",
      "limits on size and pace",
      "no secret of the hub goes to it beyond its own",
    ],
    remains: "that it lies about itself",
  },
  {
    id: "guest",
    who: "a guest or a program with few rights",
    wants: "who is at home, and more rights",
    atStake: ["person", "household"],
    severity: "medium",
    likelihood: "medium",
    measures: ["roles checked at every route and topic", "chosen lamps only", "an end date"],
    remains: "what they see with their own eyes",
  },
  {
    id: "former-member",
    who: "a partner or resident who has left",
    wants: "to go on watching or commanding",
    atStake: ["person", "household"],
    severity: "high",
    likelihood: "medium",
    measures: [
      "withdrawing ends every session and connection at once",
      "changes of permissions stay on record",
      "a person can be erased alone",
    ],
    remains: "what they remember",
  },
  {
    id: "buyer",
    who: "whoever buys the hub second-hand and reads its memory",
    wants: "everything that was ever on it",
    atStake: ["household", "person", "place", "wifi", "veil", "device-link"],
    severity: "high",
    likelihood: "medium",
    measures: [
      "nothing is written unsealed",
      "a reset destroys keys first",
      "a signed certificate that a buyer can check",
    ],
    remains: "a hub that was sold without a reset and whose keys lie in a file",
  },
  {
    id: "thief",
    who: "a thief of the hub",
    wants: "everything on it",
    atStake: ["household", "person", "place"],
    severity: "high",
    likelihood: "low",
    measures: ["keys behind a passphrase or a security chip where their owner chose one"],
    remains: "an unaltered hub can be switched on; with keys in a file, a thief of both has all",
  },
  {
    id: "phone-thief",
    who: "a thief of a phone",
    wants: "control of the lamps",
    atStake: ["household"],
    severity: "medium",
    likelihood: "medium",
    measures: ["sessions can be ended from any other device", "what matters asks for the password again"],
    remains: "the time until somebody notices",
  },
  {
    id: "relay-operator",
    who: "whoever runs a relay or an assistant that was switched on",
    wants: "when people are at home",
    atStake: ["household", "person"],
    severity: "medium",
    likelihood: "medium",
    measures: ["off by default", "exactly the declared fields", "each disclosure is written down"],
    remains: "what the person agreed to tell them",
  },
  {
    id: "supply-chain",
    who: "whoever slips code into a dependency or an update",
    wants: "everything",
    atStake: ["household", "person", "place", "wifi"],
    severity: "high",
    likelihood: "low",
    measures: [
      "locked dependencies",
      "signed updates that cannot go back",
      "rooms that open only what their purpose needs",
    ],
    remains: "code that runs in the hub's own process",
  },
  {
    id: "clock-forger",
    who: "whoever sets the clock wrong",
    wants: "early deletion, late deadlines, wrong schedules",
    atStake: ["household"],
    severity: "medium",
    likelihood: "low",
    measures: ["a clock is believed only when somebody vouches for it", "a jump does nothing twice"],
    remains: "an owner who vouches for a wrong clock",
  },
  {
    id: "forger-of-records",
    who: "whoever edits the books",
    wants: "to hide what was done",
    atStake: ["household"],
    severity: "medium",
    likelihood: "low",
    measures: ["chained and signed entries", "a check that names the broken one"],
    remains: "taking the whole hub away",
  },
  {
    id: "watcher",
    who: "somebody in the street",
    wants: "whether anybody is at home",
    atStake: ["household"],
    severity: "medium",
    likelihood: "high",
    measures: ["evenings that look lived in", "times of the sun that are moved by a secret amount"],
    remains: "light can be seen through a window",
  },
];
