import type { Draft } from "../domain/draft.ts";
import type { CommandId } from "../domain/ids.ts";
import type { LightCommand, LightState } from "../domain/light.ts";
import type { Frame, LampProfile, LightTarget } from "../domain/profile.ts";
import type { Duration } from "../domain/units.ts";
import type { Lamp, Write } from "./lamp.ts";
import { isPartOf, type LightPart, partOf, suffices } from "./light-part.ts";

/** What is to leave for one lamp. It is written when it leaves, if it does. */
export interface Outgoing {
  /** Enough, where all of a group are told the same; undefined: only the whole is. */
  part?(): readonly Frame[] | undefined;
  whole(): readonly Frame[];
  /** It has left with those of its group. */
  isSent?: boolean;
}

/** What a command asks of lamps of a product, of which each keeps the rest. */
interface EncodedPart {
  readonly part: LightPart;
  readonly command: CommandId;
  readonly transition: Duration;
  readonly frames: readonly Frame[];
}

/** What lamps of a product are told that shall show the very same. */
interface EncodedWhole {
  readonly target: LightState;
  readonly command: CommandId;
  readonly transition: Duration;
  readonly frames: readonly Frame[];
}

/** Says in a lamp's own words what it shall show. What many of a product are told the same is written once. */
export class LampLanguage {
  readonly #lastParts = new Map<LampProfile, EncodedPart>();
  readonly #lastWholes = new Map<LampProfile, EncodedWhole>();

  whole({ profile, cause: { command } }: Lamp, { target, transition }: Write): readonly Frame[] {
    const last = this.#lastWholes.get(profile);
    if (last?.target === target && last.command === command && last.transition === transition)
      return last.frames;
    const frames = profile.encode(told(target, transition, command));
    this.#lastWholes.set(profile, { target, command, transition, frames });
    return frames;
  }

  /** What is enough for a lamp that is known to show the rest already; undefined: nothing less than the whole. */
  part(lamp: Lamp, { target, transition }: Write, asked: LightCommand): readonly Frame[] | undefined {
    const { profile, reported, cause } = lamp;
    const encode = profile.link.kind === "mqtt" ? profile.link.group?.part : undefined;
    if (encode === undefined || reported === null || !lamp.reachable) return undefined;
    const { command } = cause;
    let last = this.#lastParts.get(profile);
    const isLast = last?.command === command && last.transition === transition;
    if (last === undefined || !isLast || !isPartOf(last.part, target)) {
      const part = partOf(target, asked);
      const frames = encode(told(part, transition, command));
      last = { part, command, transition, frames };
      this.#lastParts.set(profile, last);
    }
    return suffices(last.part, reported, target, profile.capabilities) ? last.frames : undefined;
  }
}

/** Written one after the other: what follows `...` in a literal is slow, and every command comes by here. */
const told = <Shown extends LightPart>(
  shown: Shown,
  transition: Duration,
  command: CommandId,
): Shown & Omit<LightTarget, keyof LightState> => {
  const target: Shown & Draft<Omit<LightTarget, keyof LightState>> = { ...shown };
  target.command = command;
  if (transition > 0) target.transition = transition;
  return target;
};

/** What a command asks of a lamp. */
export class LampMessage implements Outgoing {
  readonly #language: LampLanguage;
  readonly #lamp: Lamp;
  readonly #write: Write;
  readonly #asked: LightCommand;
  isSent = false;

  constructor(language: LampLanguage, lamp: Lamp, write: Write, asked: LightCommand) {
    this.#language = language;
    this.#lamp = lamp;
    this.#write = write;
    this.#asked = asked;
  }

  part(): readonly Frame[] | undefined {
    return this.#language.part(this.#lamp, this.#write, this.#asked);
  }

  whole(): readonly Frame[] {
    return this.#language.whole(this.#lamp, this.#write);
  }
}
