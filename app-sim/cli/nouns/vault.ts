import type { Shape } from "../../../hub/api/contract.ts";
import type { CommandDefinition } from "../definition.ts";

type Vault = Shape<"Vault">;

const kept: Readonly<Record<Vault["protector"], string>> = {
  "key-file": "in key files",
  passphrase: "closed with a passphrase",
  systemd: "closed with a systemd credential",
  tpm: "in the TPM",
};

/** What can be promised of something that is erased, and what not. */
const promiseOf = ({ protector, sanitization, moved }: Vault): string => {
  if (sanitization === "purge") {
    return "Purge: what is erased is gone even for whoever has every byte that was ever on this disk, and this hub.";
  }
  if (moved && protector === "tpm") {
    return "Clear: the keys were kept in another way before; whoever has old bytes of that can still open old data.";
  }
  return protector === "key-file"
    ? "Clear: who copied the key folder before something was erased can still open it in an old copy of the data."
    : "Clear: who has an old copy of the folder and the secret can still open what was erased since.";
};

const ends = {
  undefine: "the TPM forgets it",
  overwrite: "its file is written over",
  "new-epoch": "its wrapping goes, the others' is made anew",
} as const;

const waiting = "The data file is written anew under a new root key at the next start.";

const statusText = (vault: Vault): string =>
  [
    `The keys are ${kept[vault.protector]}, epoch ${vault.epoch}.`,
    promiseOf(vault),
    ...(vault.rootWaiting ? [waiting] : []),
  ].join("\n");

export const vaultCommands: readonly CommandDefinition[] = [
  {
    path: "vault status",
    summary: "How the hub's keys are kept, and what erasing comes to",
    details: "To keep them in another way: lampkeeper serve --protector KIND",
    examples: ["lampkeeper vault status", "lampkeeper vault status --json"],
    run: async (context) => {
      const vault = await context.hub().call("readVault");
      return { data: vault, text: statusText(vault) };
    },
  },
  {
    path: "vault keys",
    summary: "Every key there is, and how it is destroyed",
    examples: ["lampkeeper vault keys"],
    run: async (context) => {
      const { keys } = await context.hub().call("readVault");
      return {
        data: keys,
        text: {
          columns: ["KEY", "HELD BY", "DESTROYED"],
          rows: keys.map(({ name, heldBy, destroyedBy }) => [name, heldBy, ends[destroyedBy]]),
        },
      };
    },
  },
  {
    path: "vault rotate",
    summary: "Wrap every key anew, and give the data file a new root key at the next start",
    details: "The keys they were wrapped under are destroyed.",
    examples: ["lampkeeper vault rotate"],
    run: async (context) => {
      if (context.dryRun) return { data: {}, text: "the keys would be wrapped anew" };
      const vault = await context.hub().call("rotateVault");
      return { data: vault, text: `The keys are wrapped anew: epoch ${vault.epoch}.\n${waiting}` };
    },
  },
];
