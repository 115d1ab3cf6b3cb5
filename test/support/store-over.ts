import type { StorePort } from "../../hub/ports/store.ts";

/** A store that does as another one does, but for what is given. */
export const storeOver = (store: StorePort, change: Partial<StorePort>): StorePort => ({
  files: store.files,
  keyFiles: store.keyFiles,
  claim: () => store.claim(),
  rekey: (from, to) => store.rekey(from, to),
  open: (key, isExpected) => store.open(key, isExpected),
  removeRecords: () => store.removeRecords(),
  ...change,
});
