import { JournalRig, SqliteRig } from "../support/store-rigs.ts";
import { storeContract } from "./store.contract.ts";

storeContract("sqlite", () => new SqliteRig());
storeContract("simulated journal, unsynced bytes lost", () => new JournalRig());
storeContract("simulated journal, unsynced bytes torn", () => {
  const rig = new JournalRig(2);
  rig.disk.setFaults({ unsynced: "torn" });
  return rig;
});
