/** A long-term key as ble-host keeps it, with what names it. */
interface Keys {
  readonly mitm: boolean;
  readonly sc: boolean;
  readonly localLtk: LongTermKey | null;
  readonly peerLtk: LongTermKey | null;
}

interface LongTermKey {
  readonly rand: Buffer;
  readonly ediv: number;
  readonly ltk: Buffer;
}

const keyOf = (ltk: Buffer | null, rand: Buffer, ediv: number): LongTermKey | null =>
  ltk === null ? null : { ltk, rand, ediv };

/**
 * What paired devices remember, in place of the folder in which ble-host would keep it: the same functions, in memory.
 * Addresses as ble-host writes them: `01:A4:C1:38:02:83:F4`, with the type in front.
 */
export class Bonds {
  readonly #keys = new Map<string, Keys>();
  readonly #subscriptions = new Map<string, number>();
  readonly #attributes = new Map<string, unknown>();

  /** Whom this device has paired with is forgotten. */
  forget(own: string): void {
    for (const kept of [this.#keys, this.#subscriptions, this.#attributes]) {
      for (const key of kept.keys()) if (key.startsWith(`${own} `)) kept.delete(key);
    }
  }

  has(own: string): boolean {
    return [...this.#keys.keys()].some((key) => key.startsWith(`${own} `));
  }

  /** The module of ble-host that this stands in for. */
  get storage(): Readonly<Record<string, (...values: never[]) => unknown>> {
    return {
      constructAddress: (type: string, address: string) => `${type === "public" ? "00" : "01"}:${address}`,
      storeKeys: (own: string, peer: string, mitm: boolean, sc: boolean, _irk: unknown, ...keys: never[]) => {
        const [localLtk, localRand, localEdiv, peerLtk, peerRand, peerEdiv] = keys;
        this.#keys.set(`${own} ${peer}`, {
          mitm,
          sc,
          localLtk: keyOf(localLtk ?? null, localRand as never, localEdiv as never),
          peerLtk: keyOf(peerLtk ?? null, peerRand as never, peerEdiv as never),
        });
      },
      getKeys: (own: string, peer: string) => this.#keys.get(`${own} ${peer}`),
      // No simulated peer hides behind a resolvable address.
      resolveAddress: () => null,
      storeCccd: (own: string, peer: string, handle: number, value: number) => {
        this.#subscriptions.set(`${own} ${peer} ${handle}`, value);
      },
      getCccd: (own: string, peer: string, handle: number) =>
        this.#subscriptions.get(`${own} ${peer} ${handle}`) ?? 0,
      storeGattCache: (own: string, peer: string, _isBonded: boolean, attributes: unknown) => {
        this.#attributes.set(`${own} ${peer}`, attributes);
      },
      getGattCache: (own: string, peer: string) => this.#attributes.get(`${own} ${peer}`) ?? null,
      removeBond: (own: string, peer: string) => {
        this.#keys.delete(`${own} ${peer}`);
      },
    };
  }
}
