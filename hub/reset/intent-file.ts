import { idEntropyBytes, idFrom, isId } from "../domain/ids.ts";
import { type ResetIntent, resetSteps } from "../domain/reset.ts";
import { Instant } from "../domain/units.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { SmallFiles } from "../ports/store.ts";

export const intentFile = "reset-intent";
const schema = "lampkeeper.reset-intent/1";

/** A reset is under way: what else there is of a hub is not opened before it has ended. @throws StoreFailed */
export const isBegun = (files: SmallFiles): boolean => files.read(intentFile) !== undefined;

/** The one file that says a reset has begun. While it is there, nothing else opens. */
export class IntentFile {
  readonly #files: SmallFiles;
  readonly #entropy: Entropy;

  constructor(files: SmallFiles, entropy: Entropy) {
    this.#files = files;
    this.#entropy = entropy;
  }

  /** Undefined: no reset is under way. */
  read(): ResetIntent | undefined {
    const bytes = this.#files.read(intentFile);
    return bytes === undefined ? undefined : (parsed(bytes) ?? this.#damaged());
  }

  /** On the medium when it returns. @throws StoreFailed */
  write(intent: ResetIntent): void {
    const sealed = Buffer.from(intent.sealed).toString("base64");
    this.#files.replace(intentFile, Buffer.from(JSON.stringify({ schema, ...intent, sealed })));
  }

  /**
   * The reset is over. Not overwritten first: cut off in the middle of that it would be a damaged one, and be done again
   * with another certificate. What is sealed in it is noise by now, or the next owner's own.
   */
  remove(): void {
    this.#files.unlink(intentFile);
  }

  /** Somebody wanted everything gone, or half of it is gone already. Which devices there were nobody knows any more. */
  #damaged(): ResetIntent {
    return {
      id: idFrom("reset", this.#entropy.bytes(idEntropyBytes)),
      level: "factory",
      by: "owner",
      challenge: "",
      keepsNames: false,
      at: Instant(0),
      step: "keys",
      vault: { protector: "key-file", sanitization: "clear" },
      keys: {},
      items: {},
      sealed: Buffer.alloc(0),
      outcomes: {},
      devices: [],
      retained: "none",
    };
  }
}

/** Replaced whole or not at all, so what has the right shape on the outside has it inside. */
const parsed = (bytes: Buffer): ResetIntent | undefined => {
  try {
    const { schema: found, sealed, ...intent } = JSON.parse(bytes.toString());
    const steps: readonly string[] = resetSteps[intent.level as ResetIntent["level"]] ?? [];
    if (found !== schema || !isId("reset", intent.id) || !steps.includes(intent.step)) return undefined;
    return { ...intent, sealed: Buffer.from(sealed, "base64") };
  } catch {
    return undefined;
  }
};
