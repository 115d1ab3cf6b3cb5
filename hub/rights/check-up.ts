/** What the check-up looks at. Numbers and yes or no: it names nobody. */
export interface SecurityState {
  readonly accounts: number;
  readonly owners: number;
  readonly ownersWithoutCode: number;
  readonly othersWithoutCode: number;
  /** Accounts whose password is older than a year. */
  readonly oldPasswords: number;
  /** Tokens that nobody has used for 90 days. */
  readonly unusedTokens: number;
  readonly endlessAdminTokens: number;
  readonly legacyListener: boolean;
  /** Listens beyond this machine without TLS. */
  readonly plainBeyond: boolean;
  /** The certificate that listeners show has ended, or does within 30 days. */
  readonly certificateEnds: boolean;
  readonly protector: string;
  readonly swap: boolean;
  readonly booksSound: boolean;
  readonly openIncidents: number;
  readonly lateRequests: number;
  /** The list of what is kept was not looked through for a year. */
  readonly isReviewOverdue: boolean;
}

export const weakPoints = [
  "no-owner-account",
  "owner-without-second-factor",
  "person-without-second-factor",
  "old-password",
  "unused-token",
  "endless-admin-token",
  "legacy-listener",
  "plain-listener",
  "certificate-ends",
  "keys-in-clear",
  "swap",
  "broken-book",
  "open-incident",
  "late-request",
  "review-overdue",
] as const;
export type WeakPoint = (typeof weakPoints)[number];

/** One of them, with the one thing to do about it. */
export interface CheckUpFinding {
  readonly point: WeakPoint;
  readonly severity: "high" | "medium" | "low";
  readonly count: number;
  readonly found: string;
  readonly repair: string;
}

interface Rule extends Omit<CheckUpFinding, "count" | "point"> {
  /** How often; 0 or false: all is well. */
  readonly of: (state: SecurityState) => number | boolean;
}

const rules: Readonly<Record<WeakPoint, Rule>> = {
  "no-owner-account": {
    severity: "medium",
    of: ({ owners }) => owners === 0,
    found: "Nobody signs in as owner: whoever has a token may do everything, and no refusal can be appealed.",
    repair: "lampkeeper person role NAME owner, then lampkeeper account password set NAME",
  },
  "owner-without-second-factor": {
    severity: "high",
    of: ({ ownersWithoutCode }) => ownersWithoutCode,
    found: "An owner signs in with a password alone.",
    repair: "lampkeeper account totp on",
  },
  "person-without-second-factor": {
    severity: "low",
    of: ({ othersWithoutCode }) => othersWithoutCode,
    found: "Somebody signs in with a password alone.",
    repair: "lampkeeper account totp on",
  },
  "old-password": {
    severity: "low",
    of: ({ oldPasswords }) => oldPasswords,
    found: "A password is older than a year.",
    repair: "lampkeeper account password set",
  },
  "unused-token": {
    severity: "medium",
    of: ({ unusedTokens }) => unusedTokens,
    found: "A token was not used for 90 days; it is taken back two weeks after this was asked.",
    repair: "lampkeeper token revoke NAME",
  },
  "endless-admin-token": {
    severity: "medium",
    of: ({ endlessAdminTokens }) => endlessAdminTokens,
    found: "A token that may do everything never ends.",
    repair: "lampkeeper token create NAME --expires 90d, then lampkeeper token revoke OLD",
  },
  "legacy-listener": {
    severity: "medium",
    of: ({ legacyListener }) => legacyListener,
    found: "Lamps may come in without encryption.",
    repair: "start the hub without --legacy-host once the lamps that need it are gone",
  },
  "plain-listener": {
    severity: "high",
    of: ({ plainBeyond }) => plainBeyond,
    found: "The hub answers other machines without encryption.",
    repair: "start the hub with --tls-cert and --tls-key, or with --host 127.0.0.1",
  },
  "certificate-ends": {
    severity: "high",
    of: ({ certificateEnds }) => certificateEnds,
    found:
      "The certificate of this hub has ended or ends within 30 days: browsers, lamps and programs then refuse it.",
    repair: "put a new certificate into the files of --tls-cert and --tls-key, and start the hub again",
  },
  "keys-in-clear": {
    severity: "medium",
    of: ({ protector }) => protector === "key-file",
    found: "Who copies the folder has the key with it.",
    repair: "lampkeeper serve --protector passphrase, or --protector tpm where there is a chip",
  },
  swap: {
    severity: "medium",
    of: ({ swap }) => swap,
    found: "What is in memory may be written to the disk.",
    repair: "sudo swapoff -a",
  },
  "broken-book": {
    severity: "high",
    of: ({ booksSound }) => !booksSound,
    found: "A book that can only be added to is not as it was written.",
    repair: "lampkeeper privacy verify",
  },
  "open-incident": {
    severity: "high",
    of: ({ openIncidents }) => openIncidents,
    found: "An incident waits for an answer.",
    repair: "lampkeeper privacy incident list",
  },
  "late-request": {
    severity: "high",
    of: ({ lateRequests }) => lateRequests,
    found: "Somebody has not had an answer in time.",
    repair: "lampkeeper privacy requests",
  },
  "review-overdue": {
    severity: "low",
    of: ({ isReviewOverdue }) => isReviewOverdue,
    found: "What is kept in this home was not looked through for a year.",
    repair: "lampkeeper privacy checkup --reviewed",
  },
};

const order = ["high", "medium", "low"] as const;

/** Every weak point there is in a home, worst first. An empty list: none that is known here. */
export const checkUp = (state: SecurityState): readonly CheckUpFinding[] =>
  weakPoints
    .flatMap((point) => {
      const { of, ...rule } = rules[point];
      const count = Number(of(state));
      return count === 0 ? [] : [{ point, count, ...rule }];
    })
    .toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
