import { WorldError } from "./errors.ts";

/** The passphrase is not the one this vault was closed with. Nothing was touched. */
export class PassphraseWrong extends WorldError {
  override readonly code = "passphrase_wrong";
}

/** The systemd credential is not the one this vault was closed with. Nothing was touched. */
export class CredentialWrong extends WorldError {
  override readonly code = "credential_wrong";
}

/** The file that says how the keys are protected cannot be read. `context.file`. */
export class ProtectorDamaged extends WorldError {
  override readonly code = "protector_damaged";
}

/** That file asks for a weaker algorithm than this hub accepts, or for one that it does not know. `context.reason`. */
export class ProtectorDowngraded extends WorldError {
  override readonly code = "protector_downgraded";
}

/** There is no TPM, nobody may speak to it, or its tools are not installed. `context.reason`. */
export class TpmMissing extends WorldError {
  override readonly code = "tpm_missing";
}

/** The TPM does not hold what it was given: it was cleared, or is another one. `context.keyName`. */
export class TpmChanged extends WorldError {
  override readonly code = "tpm_changed";
}

/** The TPM answered with an error. `context.system` is its response code (TPM 2.0 Library, part 2, 6.6). */
export class TpmFailed extends WorldError {
  override readonly code = "tpm_failed";
}
