import type { HubConfig } from "./config.ts";
import { deployerOf } from "./domain/deployer.ts";
import { parseInstant } from "./domain/instant-text.ts";
import type { Profile } from "./domain/profile.ts";
import type { Clock } from "./ports/clock.ts";
import type { PrivacyLibrary } from "./privacy/documents/library.ts";
import type { PersonalPurposeStore } from "./privacy/guarded-store.ts";
import steps from "./privacy/notices/steps.json" with { type: "json" };
import { release } from "./release.ts";
import { MapReview } from "./rights/map-review.ts";
import { type NoticedPeople, NoticeService } from "./rights/notice-service.ts";

/** What the documents are written from, and who they are for. */
export interface DocumentParts {
  readonly clock: Clock;
  readonly people: NoticedPeople;
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly version: string;
  readonly config: Pick<HubConfig, "deployer">;
  /** Recipients beyond this home who were told something in the last twelve months. */
  readonly told: () => readonly string[];
}

/** The privacy documents, and who has accepted which version of the notice. */
export const documentsOf = (
  { clock, people, profiles, version, config, told }: DocumentParts,
  store: PersonalPurposeStore<"rights">,
) => {
  const deployer = config.deployer === undefined ? undefined : deployerOf(config.deployer);
  let opened: Promise<PrivacyLibrary> | undefined;
  /** They are large, and nobody who only switches lamps needs them: they are read when somebody asks. */
  const open = async (): Promise<PrivacyLibrary> => {
    const [{ PrivacyLibrary }, { noticeArchive }] = await Promise.all([
      import("./privacy/documents/library.ts"),
      import("./privacy/notices/versions.ts"),
    ]);
    const product = { model: release.model, version };
    return new PrivacyLibrary({
      profiles: profiles.values(),
      product,
      archive: noticeArchive,
      deployer,
      told,
    });
  };
  const library = (): Promise<PrivacyLibrary> => {
    opened ??= open();
    return opened;
  };
  const newest = steps[steps.length - 1];
  const published = parseInstant(`${newest?.effective ?? "1970-01-01"}T00:00:00Z`);
  return {
    library,
    notices: new NoticeService(clock, store, people, steps),
    review: new MapReview(clock, store, () => ({ hash: newest?.mapHash ?? "", published })),
  };
};
