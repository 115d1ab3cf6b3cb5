import { publicKeyOf, signed, signingKey } from "../../hub/crypto/signature.ts";
import { SeededEntropy } from "../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import type { RecordStore } from "../../hub/ports/store.ts";
import { SealedChain } from "../../hub/privacy/sealed-chain.ts";
import type { Chains } from "../../hub/privacy-layer.ts";
import { SubkeySealer } from "../../hub/vault/sealer.ts";

/** Records in memory, for what needs no more of a store. */
const memoryRecords = (): RecordStore => {
  const held = new Map<string, Map<string, Uint8Array>>();
  const of = (collection: string) => held.get(collection) ?? new Map<string, Uint8Array>();
  return {
    get: (collection, key) => of(collection).get(key),
    entries: (collection) => [...of(collection)].sort(([a], [b]) => (a < b ? -1 : 1)),
    waiting: () => undefined,
    before: () => undefined,
    write: (batch) => {
      for (const { collection, key, value } of batch) {
        const records = of(collection);
        held.set(collection, records);
        if (value === undefined) records.delete(key);
        else records.set(key, value);
      }
    },
    flush: () => {},
    close: () => {},
  };
};

/** Chains in memory, for rooms tested without vault and disk. A key is there once it is asked for. */
export const memoryChains = (): Chains => {
  const entropy = new SeededEntropy(new SeededRandom(3));
  const records = memoryRecords();
  const sealers = new Map<string, SubkeySealer>();
  const sealer = (name: string): SubkeySealer => {
    const found = sealers.get(name) ?? new SubkeySealer(name, entropy.bytes(32), entropy.bytes(16));
    sealers.set(name, found);
    return found;
  };
  const keys = { has: () => true, sealer, create: sealer, destroy: (name: string) => sealers.delete(name) };
  const key = signingKey(Buffer.alloc(32, 1));
  const signer = () => ({ publicKey: publicKeyOf(key), sign: (bytes: Uint8Array) => signed(key, bytes) });
  return (name) => new SealedChain(records, keys, signer, name);
};
