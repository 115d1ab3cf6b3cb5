import { CallerError } from "./errors.ts";
import type { IncidentId, PersonId } from "./ids.ts";
import type { Instant } from "./units.ts";

/** What notices that something is wrong. The last two are people. */
export const detectors = [
  "guessing",
  "replay",
  "clone",
  "tampered-book",
  "leaked-token",
  "malformed-flood",
  "not-me",
  "report",
] as const;
export type Detector = (typeof detectors)[number];

/** Where somebody tried to come in. */
export type EntranceName = "sign-in" | "token" | "code" | "mqtt" | "presence";

/** Something that does not look right. Holds ids at most, and never an address. */
export interface Suspicion {
  readonly detector: Detector;
  readonly entrance?: EntranceName;
  /** Of the credential or device. */
  readonly subject?: string;
  /** How often, where it was counted before it was said. */
  readonly count?: number;
}

/** Whoever makes something of it. */
export interface Suspicions {
  note(suspicion: Suspicion): void;
}

/** What people are told of an incident. None of the five may be missing. */
export interface IncidentNotice {
  /** What happened, and what it may mean for them. */
  readonly situation: string;
  /** What was done about it. */
  readonly measures: string;
  /** What they can do themselves. */
  readonly suggestions: string;
  /** What is offered to put it right. */
  readonly remedies: string;
  /** Where they can ask. */
  readonly contact: string;
}

export const noticeParts = ["situation", "measures", "suggestions", "remedies", "contact"] as const;

/** From becoming aware to the report (GDPR Art. 33(1)), and when somebody is warned. */
export const reportHours = 72;
export const alarmHours = [24, 6, 0] as const;

/** What happened to an incident. */
export interface IncidentEntry {
  readonly incident: IncidentId;
  readonly step: "registered" | "alarm" | "reported" | "notified" | "closed";
  readonly detector?: Detector;
  readonly entrance?: EntranceName;
  readonly isDrill?: boolean;
  readonly count?: number;
  readonly people?: readonly PersonId[];
  readonly hoursLeft?: number;
  readonly notice?: IncidentNotice;
  /** Somebody could not be reached: it stands where everybody can read it. */
  readonly banner?: boolean;
  readonly by?: string;
  readonly subject?: string;
}

/** An incident as it stands. */
export interface Incident {
  readonly id: IncidentId;
  readonly detector: Detector;
  readonly entrance?: EntranceName;
  readonly subject?: string;
  readonly isDrill: boolean;
  /** Since when the hub knows. */
  readonly since: Instant;
  /** Until when it has to be reported, if it has to be. */
  readonly due: Instant;
  readonly count: number;
  /** Whose data it may concern. */
  readonly people: readonly PersonId[];
  readonly alarms: number;
  readonly reported?: Instant;
  readonly notified?: Instant;
  readonly notice?: IncidentNotice;
  readonly banner: boolean;
  readonly closed?: Instant;
}

/** A part of the notice is empty. `context.path`: which. Nothing was sent. */
export class NoticeIncomplete extends CallerError {
  override readonly code = "notice_incomplete";
}

/** @throws NoticeIncomplete */
export const assertComplete = (notice: IncidentNotice): void => {
  for (const path of noticeParts)
    if (notice[path].trim() === "")
      throw new NoticeIncomplete("an incident notice has all five parts; this one is empty", { path });
};

/** What each detector has found, in words for whoever keeps the home, and what they can do. */
export const findings: Readonly<
  Record<Detector, { readonly title: string; readonly steps: readonly string[]; readonly likely: string }>
> = {
  guessing: {
    title: "Somebody is guessing passwords or tokens",
    steps: [
      "Every further attempt has to wait: nothing needs to be done at once.",
      "Set up an authenticator for every account.",
      "See where people are signed in, and end what nobody knows.",
    ],
    likely: "None, as long as no guess was right: what is guessed at is locked.",
  },
  replay: {
    title: "A phone's word was repeated by somebody else",
    steps: [
      "It was not believed: nobody came home by it.",
      "Remove the phone and add it again; its old words are worth nothing then.",
    ],
    likely: "Somebody near the home listens to what its phones say.",
  },
  clone: {
    title: "A device is not the one it says it is",
    steps: [
      "It was not let in, or pushed another one out: look whether a lamp was replaced, copied or given a wrong password.",
      "Remove the device and add it again: what the other one knows is worth nothing then.",
    ],
    likely: "Somebody may know what one lamp is told, and nothing beyond it.",
  },
  "tampered-book": {
    title: "A book of this hub was changed",
    steps: [
      "See with 'lampkeeper privacy verify' which entry it is.",
      "Whoever did it had access to the disk: take the hub off the network and look who had.",
      "Change the keys with 'lampkeeper vault rotate'.",
    ],
    likely: "Somebody with access to the disk hides what was done. What is sealed stays sealed.",
  },
  "leaked-token": {
    title: "A token was in other hands",
    steps: [
      "It is worth nothing any more, and what it had opened is closed.",
      "Give the program that needs it a new one.",
      "Look where the old one lay: files, messages, pictures.",
    ],
    likely: "Whoever had it could see and do what it allowed.",
  },
  "malformed-flood": {
    title: "A client sends broken messages without end",
    steps: [
      "It is kept out for five minutes at a time: nothing else is affected.",
      "Look which program or device it is, and update or remove it.",
    ],
    likely: "None beyond a slower hub.",
  },
  "not-me": {
    title: "Somebody says that it was not them",
    steps: [
      "They are signed out everywhere and have a new password.",
      "Look together at what was changed, and undo it.",
      "Set up an authenticator for their account.",
    ],
    likely: "Whoever was signed in as them could see and do what they may.",
  },
  report: {
    title: "An incident was reported",
    steps: ["Find out whom it concerns.", "Tell them, and the authority where that is due."],
    likely: "To be found out.",
  },
};
