/** A process that makes a key, uses it and destroys it, and stops at each step until it is told to go on. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { Instant } from "../../hub/domain/units.ts";
import { collectEverything } from "../../hub/platform/node/spare-memory.ts";
import { JournalStore } from "../../hub/platform/sim/journal-store.ts";
import { MemoryLog } from "../../hub/platform/sim/memory-log.ts";
import { SeededRandom } from "../../hub/platform/sim/seeded-random.ts";
import { SimDisk } from "../../hub/platform/sim/sim-disk.ts";
import { VirtualClock } from "../../hub/platform/sim/virtual-clock.ts";
import { KeyFileProtector } from "../../hub/vault/key-file.ts";
import { Vault } from "../../hub/vault/vault.ts";

let drawn = 0;
/** The n-th draw is the digest of n, so that whoever looks from outside knows every key. */
const entropy = {
  bytes: (count: number) => createHash("sha256").update(`${drawn++}`).digest().subarray(0, count),
};
const step = async (said: string): Promise<void> => {
  process.stdout.write(`${said}\n`);
  await once(process.stdin, "data");
};

const disk = new JournalStore(
  new VirtualClock(Instant(0)),
  new MemoryLog(),
  new SimDisk(new SeededRandom(1)),
);
const vault = new Vault(entropy, disk.files, new KeyFileProtector(disk.keyFiles), collectEverything);
vault.start();
const draw = drawn;
vault.create("household");
const place = Buffer.from("rooms");
const sealed = vault.sealer("household").seal(Buffer.from("hall"), place);
if (vault.sealer("household").open(sealed, place)?.toString() !== "hall") process.exit(1);
vault.deriver("household").derive("something").fill(0);
await step(`alive ${draw}`);
vault.destroy("household");
await step("destroyed");
process.exit(0);
