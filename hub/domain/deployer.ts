import { CallerError } from "./errors.ts";

/** Whoever runs a hub for others than their own household, and how they are reached. */
export interface Deployer {
  /** Who decides what data is used for (GDPR Art. 4(7)): name and a way to reach them. */
  readonly controller: string;
  /** Their data protection officer (Art. 37). */
  readonly officer: string;
  /** Their representative in the Union (Art. 27); in it themselves: their own address. */
  readonly representative: string;
}

/** A notice for others has to say whom to turn to. `context.missing` names the contacts that are not set. */
export class NoticeContactMissing extends CallerError {
  override readonly code = "notice_contact_missing";
}

/**
 * The deployer as configured: nobody, or all of their contacts. Nobody: the hub is a household's own, and its owner answers for it.
 * @throws NoticeContactMissing some are set, and not all
 */
export const deployerOf = (contacts: Partial<Deployer>): Deployer | undefined => {
  const said = (name: keyof Deployer) => (contacts[name] ?? "").trim();
  const [controller, officer, representative] = [said("controller"), said("officer"), said("representative")];
  const all = { controller, officer, representative };
  const missing = Object.entries(all).flatMap(([name, value]) => (value === "" ? [name] : []));
  if (missing.length === Object.keys(all).length) return undefined;
  if (missing.length === 0) return all;
  throw new NoticeContactMissing(
    `a notice names all contacts or none; not set: ${missing.join(", ")}; use --controller, --privacy-officer and --eu-representative together`,
    { missing },
  );
};
