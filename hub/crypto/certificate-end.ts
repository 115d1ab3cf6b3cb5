import { X509Certificate } from "node:crypto";
import type { Instant } from "../domain/units.ts";

const block = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/**
 * Until when a chain of certificates is believed: until the first of them ends. Undefined: there is none in it.
 * @param chain PEM
 */
export const certificateEnd = (chain: string): Instant | undefined => {
  const ends = chain.match(block)?.map((pem) => new X509Certificate(pem).validToDate.getTime());
  return ends === undefined ? undefined : (Math.min(...ends) as Instant);
};
