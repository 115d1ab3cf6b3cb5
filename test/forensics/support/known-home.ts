import type { Hub } from "../../../hub/compose.ts";

/** What a hub knows that had to be on the disk before anybody was told of it. */
export interface KnownHome {
  readonly rooms: readonly string[];
  readonly people: readonly string[];
  readonly devices: readonly string[];
}

const told = (things: readonly { readonly id: string; readonly name: string }[]): readonly string[] =>
  things.map(({ id, name }) => `${id} ${name}`).sort();

export const homeOf = ({ inventory, people }: Hub): KnownHome => ({
  rooms: told(inventory.rooms()),
  people: told(people.list()),
  devices: told(inventory.devices()),
});
