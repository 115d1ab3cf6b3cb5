/** Where the General Data Protection Regulation is in force: the Union and the EEA. */
const unionCountries = [
  ...["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS"],
  ...["IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"],
] as const;

/** Whose law a home's people live under: an ISO 3166 country, with the state where that has a law of its own. */
export const jurisdictions = [...unionCountries, "GB", "US", "US-CA", "US-NV", "VN", "BR", "other"] as const;
export type Jurisdiction = (typeof jurisdictions)[number];

/** Whose word a deadline is. `house`: what is promised to everybody; `developer`: to who builds on the hub. */
export const deadlineLaws = [
  "house",
  "developer",
  "gdpr",
  "uk-gdpr",
  "ccpa",
  "ccpa-opt-out",
  "nevada",
  "pdpd",
  "lgpd",
] as const;
export type DeadlineLaw = (typeof deadlineLaws)[number];
