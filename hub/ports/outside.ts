/** The wire to services of others. In a simulated home they are simulated, too; elsewhere there are none. */
export interface Outside {
  /** Who can be spoken to at all, as they declare themselves; nobody believes it unread. */
  readonly services: readonly unknown[];
  /** One question and its answer, in bytes that are sealed already. @throws NetworkFailed */
  call(host: string, bytes: Uint8Array): Promise<Uint8Array>;
}
