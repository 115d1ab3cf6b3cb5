import type { BleCentral, GattLink } from "../../../hub/ports/ble.ts";

/** What a stack does otherwise than a radio should. */
export interface Quirks {
  readonly connect?: BleCentral["connect"];
  readonly scan?: BleCentral["scan"];
  /** @returns the link as the stack hands it out */
  readonly link?: (link: GattLink) => Partial<GattLink>;
}

/** A link that is that of `raw` but for what `over` says. */
export const linkWith = (raw: GattLink, over: Partial<GattLink>): GattLink => ({
  peer: raw.peer,
  mtu: raw.mtu,
  closed: raw.closed,
  entries: () => raw.entries(),
  read: (id) => raw.read(id),
  write: (id, value, mode) => raw.write(id, value, mode),
  notify: (id, listener) => raw.notify(id, listener),
  rssi: () => raw.rssi(),
  close: () => raw.close(),
  ...over,
});

/** The radio `raw`, driven by a stack with quirks. */
export const quirky = (
  raw: BleCentral,
  { connect = raw.connect.bind(raw), scan = raw.scan.bind(raw), link = () => ({}) }: Quirks,
): BleCentral => ({
  capabilities: raw.capabilities,
  state: () => raw.state(),
  onState: (listener) => raw.onState(listener),
  scan,
  connect: async (peer, options) => {
    const made = await connect(peer, options);
    return linkWith(made, link(made));
  },
  forget: (peer) => raw.forget(peer),
  restart: async () => raw.restart?.(),
  close: () => raw.close(),
});
