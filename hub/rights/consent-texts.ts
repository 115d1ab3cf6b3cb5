import { canonicalJson } from "../codec/canonical-json.ts";
import { sha256 } from "../crypto/digest.ts";
import { type OptionalPurpose, purposes } from "../domain/purpose.ts";

/** What somebody is shown before they agree: all of it, each purpose by itself, in words anybody understands. */
export interface ConsentText {
  readonly title: string;
  readonly whatFor: string;
  readonly whoGetsIt: string;
  readonly until: string;
  /** What no longer works without it; everything else goes on. */
  readonly stops: string;
}

const untilWithdrawn = "Until you take it back, which you can do at any time, as easily as you gave it.";
const nobody = "Nobody outside this hub.";

/** Of what an app or device on the hub's machine gets; what each gets exactly is shown before it is switched on. */
export const consentTexts: Readonly<Record<OptionalPurpose, ConsentText>> = {
  presence: {
    title: "Whether you are home",
    whatFor:
      "The hub keeps whether you are home or away, and since when, so that lamps can follow. It keeps the newest only, no history, and never where you are.",
    whoGetsIt: "Those in this home who may see who is home. Nobody outside this hub.",
    until: `${untilWithdrawn} What the hub knew of it is deleted at that moment.`,
    stops: "Rules about your coming and going rest.",
  },
  location: {
    title: "Where the home is",
    whatFor:
      "The hub keeps the place of the home, rounded, to compute sunrise and sunset. What anybody can observe is computed for another place, moved on purpose.",
    whoGetsIt: "The owner. Nobody outside this hub.",
    until: `${untilWithdrawn} The place is deleted at that moment.`,
    stops: "Rules that follow the sun rest. Those by the clock go on.",
  },
  insights: {
    title: "Figures about how lamps are used",
    whatFor: "The hub adds up how lamps are used, over groups that are never smaller than stated.",
    whoGetsIt: nobody,
    until: untilWithdrawn,
    stops: "No figures are shown.",
  },
  "learned-scenes": {
    title: "Scenes learned from what you like",
    whatFor: "The hub learns which light you choose at which hour and offers it as a scene.",
    whoGetsIt: nobody,
    until: `${untilWithdrawn} What was learned is deleted at that moment; scenes made by hand stay.`,
    stops: "No scenes are offered. Those made by hand go on.",
  },
  assistant: {
    title: "Commands by a voice assistant",
    whatFor: "An assistant you link may command lamps and read what they show.",
    whoGetsIt: "The assistant's provider gets the names and the state of the lamps that you choose.",
    until: untilWithdrawn,
    stops: "The assistant cannot command lamps.",
  },
  "identity-provider": {
    title: "Signing in with another account",
    whatFor: "You sign in with an account you have elsewhere.",
    whoGetsIt: "The provider of that account learns that, and when, you sign in.",
    until: untilWithdrawn,
    stops: "You sign in with a password of this hub.",
  },
  "owner-broker": {
    title: "The home on a broker of your own",
    whatFor: "Lamps and sensors are shown to, and commanded from, a message broker that you run.",
    whoGetsIt: "Your broker, and whoever you let read there.",
    until: untilWithdrawn,
    stops: "Programs on that broker see nothing of this home.",
  },
  "remote-view": {
    title: "The home seen from outside",
    whatFor: "The app can be used while you are away from home.",
    whoGetsIt: "The relay that you choose carries it, without being able to read it.",
    until: untilWithdrawn,
    stops: "The app works at home only.",
  },
  "developer-access": {
    title: "Access for programs of others",
    whatFor: "A developer whom you approve may use what you grant.",
    whoGetsIt: "That developer gets what the grant lists.",
    until: untilWithdrawn,
    stops: "Their programs are refused.",
  },
  newsletter: {
    title: "News by mail",
    whatFor: "You get a mail when something in the product is new.",
    whoGetsIt: "The mail server that you name.",
    until: untilWithdrawn,
    stops: "No mail is sent.",
  },
};

/** SHA-256 of what is shown of a purpose, hex: with its version, so that one text is of one purpose. */
export const textDigest = (purpose: OptionalPurpose): string =>
  sha256(
    Buffer.from(
      canonicalJson({ purpose, version: purposes[purpose].version, text: { ...consentTexts[purpose] } }),
    ),
  ).toString("hex");
