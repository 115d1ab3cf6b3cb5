import { hkdf } from "../../hub/crypto/kdf.ts";
import type { HomePackage } from "../../hub/privacy/home-package.ts";
import type { Staging } from "../../hub/rights/backup-service.ts";
import type { PackedKeys } from "../../hub/rights/packed-home.ts";

/** Keys without a vault: each is there once it is asked for. */
export const memoryKeys = (): PackedKeys => ({
  has: () => true,
  deriver: (name) => ({
    derive: (label) => hkdf(Buffer.from(name), Buffer.alloc(0), `memory ${label}`, 32),
  }),
  copyKey: (name) => hkdf(Buffer.from(name), Buffer.alloc(0), "memory key", 32),
});

/** A stage in memory: what waits is there to be looked at. */
export class MemoryStage implements Staging {
  waiting: HomePackage | undefined;
  /** Makes the next staging fail. */
  refuse: Error | undefined;

  isWaiting(): boolean {
    return this.waiting !== undefined;
  }

  stage(home: HomePackage): void {
    const error = this.refuse;
    this.refuse = undefined;
    if (error !== undefined) throw error;
    this.waiting = {
      ...home,
      secrets: new Map([...home.secrets].map(([name, bytes]) => [name, Buffer.from(bytes)])),
    };
  }
}
