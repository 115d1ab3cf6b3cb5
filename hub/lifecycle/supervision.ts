import type { ImageName } from "../domain/firmware.ts";
import { type Duration, Minutes, Seconds } from "../domain/units.ts";

/** How patient the supervisor is. */
export interface Patience {
  /** A new version has to be confirmed within this. */
  readonly trial: Duration;
  /** An image that gives no sign of life for so long hangs. */
  readonly silence: Duration;
}

export const usualPatience: Patience = { trial: Seconds(90), silence: Seconds(30) };

/** A new version confirms itself when it has been well for this share of its time: a third of it, 30 s of 90. */
export const wellFor = ({ trial }: Patience): Duration => Seconds(trial / 3_000);

/** An image that has lived for so long is in no crash loop. */
export const longLife = Minutes(10);

/** The supervisor as the image sees it. */
export interface Supervision {
  /** Which image this is. */
  readonly image: ImageName;
  readonly patience: Patience;
  /** Says that every door is open. */
  ready(): void;
  /** Asks to be ended, and whatever is to be booted then to be started. */
  restart(): void;
}
