import type { RouteName } from "../../../../hub/api/contract.ts";

/** One thing that somebody can do about what is held of them, on the card of the privacy screen. */
export interface RightOfPeople {
  readonly right: "know" | "copy" | "correct" | "restrict" | "object" | "move" | "erase";
  /** What the hub is asked. */
  readonly route: RouteName;
  readonly label: string;
  readonly says: string;
}

/** All of them, in the order of the card. */
export const rightsOfPeople: readonly RightOfPeople[] = [
  {
    right: "know",
    route: "readRightToKnow",
    label: "What was collected",
    says: "In the last twelve months: what, from where, what for, and who got it",
  },
  {
    right: "copy",
    route: "readOwnData",
    label: "See my data",
    says: "Everything the hub holds of you",
  },
  {
    right: "correct",
    route: "correctOwnData",
    label: "Correct",
    says: "Put right what is not right any more",
  },
  {
    right: "restrict",
    route: "restrictOwnData",
    label: "Only keep it",
    says: "Nothing is done with your data until you say otherwise; rules about you rest",
  },
  {
    right: "object",
    route: "setOwnObjection",
    label: "Object",
    says: "Say no to a use that nobody asked you about",
  },
  {
    right: "move",
    route: "readOwnData",
    label: "Take it with me",
    says: "The same data as a file for other programs",
  },
  { right: "erase", route: "eraseOwnAccount", label: "Erase me", says: "Here and in every backup, for good" },
];
