import { mapHash, type PrivacyMap } from "./privacy-map.ts";

/** What was built: of the release, which only the roof knows. */
export interface Product {
  readonly model: string;
  readonly version: string;
}

/** Security updates come at least until then. */
export const supportedUntil = "2032-12-31";

/**
 * Whom to tell of a weakness. A reserved name (RFC 2606), as nobody sells this hub: whoever ships it puts their own address here,
 * and takes over the times below with it.
 */
export const securityContact = "mailto:security@lampkeeper.example";

/** How reports of weaknesses are dealt with (PSTI Schedule 1 paragraph 2; ETSI EN 303 645, 5.2-1). */
export const disclosurePolicy = {
  contact: securityContact,
  languages: ["en", "vi"],
  /** A report needs no account and no fee, and nobody is asked who they are. */
  asksFor: [] as readonly string[],
  isFree: true,
  acknowledgedWithinDays: 5,
  statusEveryDays: 14,
  fixedWithinDays: 90,
  safeHarbour: "nobody who looks for weaknesses in good faith and tells us first is pursued for it",
} as const;

/** The statement of the UK's PSTI regulations, as data. */
export const supportStatement = (map: PrivacyMap, { model, version }: Product) => ({
  mapHash: mapHash(map),
  product: { type: "smart-lighting hub", model, version },
  supportPeriod: { until: supportedUntil },
  passwords: {
    factoryDefault: "none",
    chosenBy: "the person who signs in",
    printedCodes: "drawn at random for each device, from nothing that it shows",
  },
  vulnerabilityDisclosure: disclosurePolicy,
  provisions: ["PSTI:1", "PSTI:2", "PSTI:3", "EN303645:5.2-1", "EN303645:5.3-13"],
});

/** `/.well-known/security.txt` [RFC 9116]. */
export const securityText = (): string =>
  [
    `Contact: ${securityContact}`,
    `Expires: ${supportedUntil}T00:00:00Z`,
    "Preferred-Languages: en, vi",
    "Canonical: /.well-known/security.txt",
    "Policy: /api/v1/privacy/support",
    "",
  ].join("\n");

/**
 * What the network may expect of this device [RFC 8520]: it talks to the home's own network, and to nobody outside it.
 * @param updated ISO date
 */
export const usageDescription = (map: PrivacyMap, { model }: Product, updated: string) => ({
  "ietf-mud:mud": {
    "mud-version": 1,
    "mud-url": "https://lampkeeper.example/mud.json",
    "last-update": `${updated}T00:00:00Z`,
    "cache-validity": 48,
    "is-supported": true,
    systeminfo: `${model}; map ${mapHash(map).slice(0, 16)}`,
    "from-device-policy": { "access-lists": { "access-list": [{ name: "from-hub" }] } },
    "to-device-policy": { "access-lists": { "access-list": [{ name: "to-hub" }] } },
  },
  "ietf-access-control-list:acls": {
    acl: ["from-hub", "to-hub"].map((name) => ({
      name,
      type: "ipv4-acl-type",
      aces: {
        ace: [
          {
            name: `${name}-local`,
            matches: { "ietf-mud:mud": { "local-networks": [null] } },
            actions: { forwarding: "accept" },
          },
        ],
      },
    })),
  },
});

/** `.well-known/gpc.json`, as the Global Privacy Control asks for. @param updated ISO date */
export const gpcSupport = (updated: string) => ({ gpc: true, lastUpdate: updated });
