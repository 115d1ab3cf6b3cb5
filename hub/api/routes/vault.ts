import type { VaultStatus } from "../../domain/vault.ts";
import type { Shape } from "../contract.ts";
import type { Handlers } from "../handler.ts";
import type { Services } from "../traits.ts";

type VaultRoutes = "readVault" | "rotateVault" | "listChecks";

const vaultJson = ({ isMoved, isRootWaiting, ...status }: VaultStatus): Shape<"Vault"> => ({
  ...status,
  moved: isMoved,
  rootWaiting: isRootWaiting,
});

export const vaultHandlers = ({ vault, checks }: Services): Handlers<VaultRoutes> => ({
  readVault: () => vaultJson(vault.status()),
  rotateVault: () => {
    vault.rotate();
    return vaultJson(vault.status());
  },
  listChecks: () => ({ data: checks() }),
});
