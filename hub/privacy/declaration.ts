import type { LegalBasis, Purpose } from "../domain/purpose.ts";
import type { ResetLevel } from "../domain/reset.ts";
import type { Category } from "./categories.ts";

/**
 * How close a thing is to a person. `none`: says nothing about anybody. `household`: names, habits and light of the
 * home. `person`: of one person. `secret`: opens something. Only `none` may ever lie anywhere in clear.
 */
export type DataClass = "none" | "household" | "person" | "secret";

/** Keys of the register that data is sealed under. `person`: of each person their own. */
export type KeyName = "household" | "device-link" | "place" | "veil" | "wifi" | "person";

/** Ways out of the hub. Nothing else exists, so nothing else is asked. */
export type Egress = "api" | "events" | "mqtt" | "export" | "backup";

export type Retention = RetentionTerms &
  (
    | { readonly kind: "until-removed" }
    /** Only the newest value of each record; history is not kept. */
    | { readonly kind: "newest" }
    /** Counted from the record's `at`. */
    | { readonly kind: "days"; readonly days: number }
  );

/** What else ends the time for which something is kept, and what comes then. */
export interface RetentionTerms {
  /** The use of data that needs it: once nobody wants that any more, it goes with the next sweep. */
  readonly while?: Purpose;
  /** What becomes of it at the end. Absent: it is deleted. */
  readonly end?: "anonymise";
  /** Its owner may choose `anonymise` for its end. */
  readonly endsAsChosen?: true;
  /**
   * When a relationship ends with its removal: it is kept, where no feature reads it, until claims from that have lapsed.
   * `developer`: of credentials that were given to developers.
   */
  readonly afterwards?: "developer";
}

/** Where it comes from: somebody said it, a device did, an assistant did, or the hub worked it out. */
export type Source = "you" | "device" | "assistant" | "derived";

/** What makes a transfer out of the country lawful (GDPR Art. 45, 46, 49). */
export type Safeguard = "adequacy-decision" | "standard-contractual-clauses" | "explicit-consent";

/** Out of the country: nowhere, or where to and under what. */
export type Transfer = "none" | { readonly country: string; readonly safeguard: Safeguard };

/** Everything a notice, a record of processing (GDPR Art. 30), an export and an erasure need to know. */
export interface Declaration {
  readonly class: Exclude<DataClass, "none">;
  /** In the words of fideslang: what kind of data this is. Labels, examples, CCPA row and DPV terms go by it. */
  readonly category: Category;
  /** What it may be used for: a room that is there for none of these cannot open it. */
  readonly purposes: readonly [Purpose, ...Purpose[]];
  /** What for, in a sentence. */
  readonly purpose: string;
  /** That of one of its purposes. */
  readonly legalBasis: LegalBasis;
  readonly source: Source;
  /** `optional`: whoever refuses it loses what `stopsIfRefused` says, and nothing else. */
  readonly need: "essential" | "optional";
  readonly subject: "household" | "token-holder" | "person";
  readonly retention: Retention;
  /** What becomes of it when its time is over. */
  readonly atEnd: "delete" | "anonymise";
  readonly transfer: Transfer;
  /** Who may see it, beyond the hub itself. */
  readonly recipients: readonly string[];
  readonly egress: readonly Egress[];
  readonly key: KeyName;
  /** Reset levels after which it is still there. */
  readonly survives: readonly ResetLevel[];
  readonly stopsIfRefused: string;
}

export type Field = { readonly class: "none" } | Declaration;

/** Every key of every member of a union. */
type KeyOf<Value> = Value extends unknown ? keyof Value : never;

/** A class for each field that a value can have: leaving one out does not compile, and neither does naming another. */
export type FieldsOf<Value> = { readonly [Key in KeyOf<Value> & string]-?: Field };

export interface CollectionDeclaration<Value> {
  /** Whether a crash may cost the last 5 s. */
  readonly durability: "immediate" | "coalesced";
  readonly fields: FieldsOf<Value>;
}

/** A secret that is kept as bytes: no field of a record, and in no collection that a room can ask for. */
export interface SecretDeclaration {
  readonly declaration: Declaration & { readonly class: "secret"; readonly egress: readonly [] };
  /** It is padded to a multiple of this before it is sealed, so that its length does not tell. */
  readonly sizeClassBytes: number;
}

/** A chain of entries: how each is kept, and a class for each field that its content can have. */
export interface ChainDeclaration<Content> {
  /** Of entries that are about nobody alone. Those about a person are under that person's own key. */
  readonly key: KeyName;
  /** Entries are padded to no less than this; absent: to the smallest class. */
  readonly leastBytes?: number;
  readonly fields: FieldsOf<Content>;
}
