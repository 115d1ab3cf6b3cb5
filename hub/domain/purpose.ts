/** GDPR Art. 6(1); `contract` is what the owner asked this hub to do. */
export type LegalBasis = "contract" | "consent" | "legitimate-interest" | "legal-obligation";

/** What a use of data comes to for the person it is about. */
interface PurposeFacts {
  readonly basis: LegalBasis;
  /** `service`: what the hub is for. The rest is off until somebody wants it. */
  readonly kind: "service" | "sharing" | "analytics" | "personalisation" | "marketing";
  /** Whose consent it takes where that is the basis: each person's own, or the owner's for the home. */
  readonly asks?: "person" | "home";
  /** Counts up when what is done under this name becomes another thing: who agreed before is asked again. */
  readonly version: number;
}

const service = { basis: "contract", kind: "service", version: 1 } as const;
const asked = { basis: "consent", asks: "person", version: 1 } as const;

/** Everything that data is used for in this house. What is not here, nothing is used for. */
export const purposes = {
  lighting: service,
  automation: service,
  history: service,
  setup: service,
  /** The home's network: joining it, and handing it to a lamp. */
  provisioning: service,
  access: service,
  backup: service,
  updates: service,
  simulation: service,
  /** Requests, consents and notices: the hub owes them to people (GDPR Art. 5(2), 7(1), 12). */
  rights: { ...service, basis: "legal-obligation" },
  security: { ...service, basis: "legitimate-interest" },
  presence: { ...asked, kind: "service" },
  location: { ...asked, kind: "service", asks: "home" },
  insights: { ...asked, kind: "analytics" },
  "learned-scenes": { ...asked, kind: "personalisation" },
  assistant: { ...asked, kind: "sharing" },
  "identity-provider": { ...asked, kind: "sharing" },
  "owner-broker": { ...asked, kind: "sharing", asks: "home" },
  "remote-view": { ...asked, kind: "sharing", asks: "home" },
  "developer-access": { ...asked, kind: "sharing", asks: "home" },
  newsletter: { ...asked, kind: "marketing" },
} as const satisfies Readonly<Record<string, PurposeFacts>>;

export type Purpose = keyof typeof purposes;

/** Purposes that nothing is done for before somebody has agreed. */
export type OptionalPurpose = {
  [Name in Purpose]: (typeof purposes)[Name] extends { readonly asks: string } ? Name : never;
}[Purpose];

export const isPurpose = (name: string): name is Purpose => Object.hasOwn(purposes, name);
