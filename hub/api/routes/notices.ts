import type { Caller } from "../../domain/access.ts";
import { NoAccount } from "../../domain/account.ts";
import { InvalidInput } from "../../domain/errors.ts";
import type { PersonId } from "../../domain/ids.ts";
import { isoText } from "../../domain/instant-text.ts";
import type { Clock } from "../../ports/clock.ts";
import { authorities, authoritiesOf } from "../../privacy/authorities.ts";
import type { DocumentName } from "../../privacy/documents/library.ts";
import type { ReviewStatus } from "../../rights/map-review.ts";
import { jsonText, text } from "../answers.ts";
import type { Shape } from "../contract.ts";
import { type Handlers, present } from "../handler.ts";
import type { Services } from "../traits.ts";

type NoticeRoutes =
  | "readNotice"
  | "readHomeNotice"
  | "listNotices"
  | "compareNotices"
  | "getOwnNotice"
  | "acceptNotice"
  | "readPrivacyMap"
  | "readRecordOfProcessing"
  | "readCcpa"
  | "readImpactAssessment"
  | "readErasurePlan"
  | "readSupport"
  | "readUsageDescription"
  | "readDpv"
  | "listAuthorities"
  | "readGpcSupport"
  | "readSecurityContact"
  | "readMapReview"
  | "signMapReview";

export const noticeHandlers = (clock: Clock, { privacy, home }: Services): Handlers<NoticeRoutes> => {
  const document = (name: DocumentName) => async (): Promise<Shape<"PrivacyDocument">> => {
    const library = await privacy.library();
    return { name, mapHash: library.mapHash, content: library.document(name, clock.now()) };
  };
  const ownNotice = (person: PersonId): Shape<"OwnNotice"> => {
    const pending = privacy.notices.pending(person);
    return {
      current: privacy.notices.current(),
      inForce: privacy.notices.inForce(person),
      ...(pending === undefined ? {} : { pending: pending.version }),
    };
  };
  return {
    readNotice: async ({ query: { lang = "en", format = "json", version, summary } }) => {
      const library = await privacy.library();
      const { archive } = library;
      const chosen = version === undefined ? archive.current(clock.now()) : archive.get(version);
      const whole = library.notice(chosen, lang);
      const layers = summary === undefined ? whole.layers : whole.layers.filter(({ id }) => id === "summary");
      const notice = { ...whole, layers };
      return format === "json" ? notice : text(await noticeAsText(notice), "text/plain; charset=utf-8");
    },
    readHomeNotice: async ({ query: { lang = "en" } }) => {
      const library = await privacy.library();
      const products = new Set(home.devices().map(({ profile }) => profile));
      return library.notice(library.archive.current(clock.now()), lang, products);
    },
    listNotices: async () => {
      const { archive } = await privacy.library();
      const inEffect = archive.current(clock.now()).version;
      return {
        data: archive.versions.map(({ version, updated, effective, hash, mapHash }) => ({
          version,
          updated,
          effective,
          hash,
          mapHash,
          state: stateOf(version, inEffect),
        })),
      };
    },
    compareNotices: async ({ query: { from, to, lang = "en" } }) => {
      const { archive } = await privacy.library();
      const { isMaterial } = await import("../../privacy/documents/map-change.ts");
      const last = to ?? archive.current(clock.now()).version;
      if (from > last)
        throw new InvalidInput("from the earlier version to the later one, please", { path: "from" });
      return {
        data: archive.changes(from, last).map((change) => ({
          ...change,
          says: change.says[lang],
          material: isMaterial(change),
        })),
      };
    },
    getOwnNotice: ({ caller }) => ownNotice(personOf(caller)),
    acceptNotice: ({ caller, body }) => {
      const person = personOf(caller);
      privacy.notices.accept(person, body.version);
      return ownNotice(person);
    },
    readPrivacyMap: document("map"),
    readRecordOfProcessing: document("record-of-processing"),
    readCcpa: document("ccpa"),
    readImpactAssessment: document("impact-assessment"),
    readErasurePlan: document("erasure-plan"),
    readSupport: document("support"),
    readUsageDescription: document("mud"),
    readDpv: async () => jsonText((await privacy.library()).dpv(), "application/ld+json"),
    listAuthorities: ({ query: { country } }) => ({
      data: country === undefined ? authorities : authoritiesOf(country),
    }),
    readGpcSupport: async () => jsonText((await privacy.library()).gpc(clock.now()), "application/json"),
    readSecurityContact: async () =>
      text((await privacy.library()).securityText(), "text/plain; charset=utf-8"),
    readMapReview: () => reviewJson(privacy.review.status()),
    signMapReview: ({ caller }) => reviewJson(privacy.review.sign(present(caller).id)),
  };
};

const noticeAsText = async (notice: Shape<"Notice">): Promise<string> => {
  const { noticeText } = await import("../../privacy/documents/spoken-notice.ts");
  return noticeText(notice);
};

const stateOf = (version: number, inEffect: number): Shape<"NoticeVersions">["data"][number]["state"] => {
  if (version === inEffect) return "in-effect";
  return version < inEffect ? "past" : "announced";
};

const reviewJson = ({ reviewed, due, isOverdue, isOfThisMap }: ReviewStatus): Shape<"MapReview"> => ({
  ...(reviewed === undefined ? {} : { reviewed: isoText(reviewed) }),
  due: isoText(due),
  overdue: isOverdue,
  ofThisMap: isOfThisMap,
});

/** @throws NoAccount */
const personOf = (caller: Caller | undefined): PersonId => {
  const { person } = present(caller);
  if (person === undefined)
    throw new NoAccount("nobody has signed in with this credential; sign in as a person");
  return person;
};
