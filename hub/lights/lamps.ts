import { NotFound } from "../domain/errors.ts";
import type { LightTargetId } from "../domain/home.ts";
import type { LampId } from "../domain/ids.ts";
import { Trail } from "../domain/trail.ts";
import type { Lamp } from "./lamp.ts";

/** What belongs together in the home; filled by the roof. */
export interface TargetDirectory {
  members(target: LightTargetId): readonly LampId[] | undefined;
}

/** The lamps of the home, and the ways to find them: by id, by address, by what they belong to. */
export class Lamps {
  /** Second links have addresses of their own. */
  readonly byAddress = new Map<string, Lamp>();
  readonly #directory: TargetDirectory;
  readonly #byId = new Map<LampId, Lamp>();
  readonly #trail = new Trail((address) => this.byAddress.get(address));
  /** The newest of whom something was heard: mostly it is asked for next. */
  #heard: Lamp | undefined;
  /** The newest that was asked for as a list: whoever dims the lamps of a zone does so many times. */
  #listed: { readonly ids: readonly LampId[]; readonly lamps: readonly Lamp[] } | undefined;

  constructor(directory: TargetDirectory) {
    this.#directory = directory;
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: LampId): Lamp | undefined {
    return this.#heard?.id === id ? this.#heard : this.#byId.get(id);
  }

  /** Of whom something is heard. */
  at(address: string): Lamp | undefined {
    this.#heard = this.#trail.at(address);
    return this.#heard;
  }

  all(): Iterable<Lamp> {
    return this.#byId.values();
  }

  /** Those who are not there are left out. @param ids a list that nobody changes */
  in(ids: readonly LampId[]): readonly Lamp[] {
    if (this.#listed?.ids === ids) return this.#listed.lamps;
    const lamps = ids.flatMap((id) => this.#byId.get(id) ?? []);
    this.#listed = { ids, lamps };
    return lamps;
  }

  /** @throws NotFound */
  of(target: LightTargetId): readonly Lamp[] {
    const one = this.#byId.get(target as LampId);
    if (one !== undefined) return [one];
    const ids = this.#directory.members(target);
    if (ids === undefined) throw new NotFound("no such lamp, room, zone or group");
    return this.in(ids);
  }

  add(lamp: Lamp): void {
    this.#byId.set(lamp.id, lamp);
    this.byAddress.set(lamp.address, lamp);
    this.#listed = undefined;
  }

  remove(lamp: Lamp): void {
    this.#byId.delete(lamp.id);
    this.byAddress.delete(lamp.address);
    // No trail leads to it any more.
    lamp.address = "";
    this.#heard = undefined;
    this.#listed = undefined;
  }
}
