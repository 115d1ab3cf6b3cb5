import { spawnSync } from "node:child_process";
import { InvariantBroken } from "../../domain/errors.ts";
import { TpmFailed, TpmMissing } from "../../domain/protector-errors.ts";
import type { KeyChip } from "../../ports/key-chip.ts";
import { opening } from "./socket-openers.ts";

/** NV indices of the owner (TCG Registry of Reserved TPM 2.0 Handles, 2.2.2). */
const firstIndex = 0x0180_0000;
const lastIndex = 0x01bf_ffff;
const counterBytes = 8;
const timeoutMs = 20_000;

/** Response codes without the number of the handle or session (TPM 2.0 Library, part 2, 6.6). */
const noSuchHandle = 0x08b;
const notWritten = 0x14a;
const wrongWord = 0x0a2;
const wrongWordCounted = 0x08e;

interface Answer {
  /** 0: done. */
  readonly code: number;
  readonly output: Buffer;
}

/** Format-one codes carry in bits 6 and 8..11 what they are about (part 2, 6.6.3). */
const plainCode = (code: number): number => ((code & 0x80) === 0 ? code : code & 0x0bf);

/**
 * A TPM 2.0 through the programs of tpm2-tools. Which one: as those programs choose, by TPM2TOOLS_TCTI or the first
 * device that is there. Secrets and words go by pipe, never as arguments, in the environment or in files.
 *
 * An index is read with its own word (AUTHREAD) and written by the owner, whose password has to be empty, as Linux
 * leaves it.
 */
export class Tpm implements KeyChip {
  readonly #environment: Readonly<Record<string, string | undefined>>;

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#environment = environment;
  }

  places(): readonly number[] {
    const { output } = this.#done("tpm2_getcap", ["handles-nv-index"]);
    return [...output.toString().matchAll(/0x([0-9a-f]+)/gi)]
      .map(([, digits = ""]) => Number.parseInt(digits, 16))
      .filter((index) => index >= firstIndex && index <= lastIndex)
      .map((index) => index - firstIndex);
  }

  keep(place: number, word: Uint8Array, secret: Uint8Array): void {
    const attributes = "authread|ownerwrite|no_da";
    const size = `${secret.length}`;
    this.#done(
      "tpm2_nvdefine",
      [indexOf(place), "-C", "o", "-s", size, "-a", attributes, "-p", "file:-"],
      word,
    );
    try {
      this.#done("tpm2_nvwrite", [indexOf(place), "-C", "o", "-i", "-"], secret);
    } catch (error) {
      this.destroy(place);
      throw error;
    }
  }

  read(place: number, word: Uint8Array): Buffer | undefined {
    const index = indexOf(place);
    const { code, output } = this.#call("tpm2_nvread", [index, "-C", index, "-P", "file:-"], word);
    if (code === 0) return output;
    if ([noSuchHandle, notWritten, wrongWord, wrongWordCounted].includes(plainCode(code))) return undefined;
    throw failed(code);
  }

  destroy(place: number): void {
    const { code } = this.#call("tpm2_nvundefine", [indexOf(place), "-C", "o"]);
    if (code !== 0 && plainCode(code) !== noSuchHandle) throw failed(code);
  }

  addCounter(place: number): void {
    const attributes = "nt=counter|ownerread|ownerwrite|no_da";
    this.#done("tpm2_nvdefine", [indexOf(place), "-C", "o", "-a", attributes]);
    // It has no value before it has counted once.
    this.count(place);
  }

  counter(place: number): number | undefined {
    const { code, output } = this.#call("tpm2_nvread", [indexOf(place), "-C", "o", "-s", `${counterBytes}`]);
    if (code !== 0) {
      if ([noSuchHandle, notWritten].includes(plainCode(code))) return undefined;
      throw failed(code);
    }
    return Number(output.readBigUInt64BE());
  }

  count(place: number): number {
    this.#done("tpm2_nvincrement", [indexOf(place), "-C", "o"]);
    const value = this.counter(place);
    if (value === undefined) throw new InvariantBroken("a counter that has just counted has no value");
    return value;
  }

  #done(program: string, args: readonly string[], input?: Uint8Array): Answer {
    const answer = this.#call(program, args, input);
    if (answer.code !== 0) throw failed(answer.code);
    return answer;
  }

  #call(program: string, args: readonly string[], input?: Uint8Array): Answer {
    const { PATH, TPM2TOOLS_TCTI } = this.#environment;
    const { error, status, stdout, stderr } = opening("key-chip", () =>
      spawnSync(program, args, {
        input: input ?? Buffer.alloc(0),
        // Without it the libraries repeat in their own words what the program says.
        env: { PATH, TSS2_LOG: "all+none", ...(TPM2TOOLS_TCTI === undefined ? {} : { TPM2TOOLS_TCTI }) },
        timeout: timeoutMs,
      }),
    );
    if (error !== undefined) {
      throw "code" in error && error.code === "ENOENT"
        ? new TpmMissing("the tools to speak to a TPM are missing; install tpm2-tools", { reason: "tools" })
        : new TpmMissing("the TPM does not answer", { reason: "device" }, { cause: error });
    }
    if (status === 0) return { code: 0, output: stdout };
    const code = /\(0x([0-9a-f]+)\)/i.exec(stderr.toString())?.[1];
    if (code !== undefined) return { code: Number.parseInt(code, 16), output: stdout };
    throw new TpmMissing(
      "there is no TPM 2.0 here that this user may use; see /dev/tpmrm0 and the group tss",
      {
        reason: "device",
      },
    );
  }
}

const indexOf = (place: number): string => {
  const index = firstIndex + place;
  if (!(index >= firstIndex && index <= lastIndex)) throw new InvariantBroken("no place of a TPM", { place });
  return `0x${index.toString(16)}`;
};

const failed = (code: number): TpmFailed => {
  const system = code.toString(16);
  if (plainCode(code) === 0x14b)
    return new TpmFailed("the TPM is full; remove what other programs keep in it", { system });
  return new TpmFailed("the TPM refused; look its response code up with tpm2_rc_decode", { system });
};
