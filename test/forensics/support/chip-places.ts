import { decodeProtector } from "../../../hub/vault/protector-file.ts";
import type { Swtpm } from "../../support/swtpm.ts";

/** NV indices that the files of a TPM's protector have ever named: state u8 | place u32 | ... */
export const placesEverIn = (written: readonly Buffer[]): ReadonlySet<string> =>
  new Set(
    written
      .flatMap((bytes) => [...(decodeProtector(bytes)?.entries.values() ?? [])])
      .map((entry) => `0x${(0x0180_0000 + entry.readUInt32BE(1)).toString(16)}`),
  );

/** What a TPM says of an index. */
export const saidOf = (chip: Swtpm, index: string): string => {
  try {
    return chip.tool("tpm2_nvread", index, "-C", index);
  } catch (error) {
    return `${(error as { readonly stderr?: unknown }).stderr}`;
  }
};

/** TPM_RC_HANDLE for the first handle: there is nothing (TPM 2.0 Library, part 2, 6.6). */
export const noSuchIndex = /0x18b\b/i;
