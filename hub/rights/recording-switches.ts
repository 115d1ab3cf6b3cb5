import type { PurposeStore } from "../privacy/guarded-store.ts";
import { changesSwitch } from "./change-log.ts";

/** What a hub writes down of itself and its home beyond what it needs to work, each with a setting of its own. */
export const recordings = {
  /** Why a lamp changed. */
  history: "record-history",
  /** What the program logs. */
  log: "record-log",
  /** Who changed a setting, a name or a permission. The last: that it is switched off is the last that is written there. */
  changes: changesSwitch,
} as const;
export type Recording = keyof typeof recordings;

export type RecordingView = { readonly [Name in Recording]: boolean };

const names = Object.keys(recordings) as Recording[];

/** The owner's choice of what is recorded; all of it is until they say otherwise. */
export class RecordingSwitches {
  readonly #store: PurposeStore<"setup">;
  /** Asked with every line of the log. */
  readonly #off = new Set<Recording>();
  #isLoaded = false;

  constructor(store: PurposeStore<"setup">) {
    this.#store = store;
  }

  isOn(name: Recording): boolean {
    this.#load();
    return !this.#off.has(name);
  }

  view(): RecordingView {
    return Object.fromEntries(names.map((name) => [name, this.isOn(name)])) as RecordingView;
  }

  set(wanted: { readonly [Name in Recording]?: boolean | undefined }): RecordingView {
    for (const name of names) {
      const on = wanted[name];
      if (on !== undefined && on !== this.isOn(name)) this.#set(name, on);
    }
    return this.view();
  }

  #set(name: Recording, on: boolean): void {
    const setting = recordings[name];
    // Before it is off, so that the book of changes says who turned it off.
    this.#store.collection("settings").put(setting, { name: setting, value: on });
    if (on) this.#off.delete(name);
    else this.#off.add(name);
  }

  #load(): void {
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    const settings = this.#store.collection("settings");
    for (const name of names) if (settings.get(recordings[name])?.value === false) this.#off.add(name);
  }
}
