import { modelDesignation } from "./model.ts";

/** How to set up a hub securely (docs/set-up-instructions.txt): a test types the lines that begin with $ as they stand, in their order. */
export const setUpInstructions = `How to set up this hub so that it is secure (model ${modelDesignation})

Type the lines that begin with $ as they stand, on the machine where the hub runs. You need no network for this.

The keys: without the passphrase nobody can read what the hub keeps, not even with its disk
  $ (umask 077 && head -c 24 /dev/urandom | base64 > passphrase.txt)
     Keep a copy of this file away from this machine: without it the home cannot be opened any more, by you neither.
  $ lampkeeper serve --protector passphrase --passphrase-file passphrase.txt --ready-file ready.json
     Let it run, and go on at a second terminal. Where there is a TPM, --protector tpm is better, and needs no file.
     The hub can be reached from this machine alone. Others need --host with --tls-cert and --tls-key.

The owner: a password of your own, and a code that only your phone shows. The hub comes with neither
  $ lampkeeper person add Owner --role owner --ready-file ready.json
  $ (umask 077 && head -c 15 /dev/urandom | base64 > password.txt)
  $ lampkeeper account password set Owner --password-file password.txt --ready-file ready.json
  $ lampkeeper session start Owner --password-file password.txt --out me.token --hub URL
     URL is the address that the hub printed when it started.
  $ lampkeeper account totp on --hub URL --token-file me.token
     Show what it prints to the authenticator on your phone.
  $ lampkeeper account totp confirm --code-file - --hub URL --token-file me.token
     Type the code that your phone shows, Enter, then Ctrl-D. Write the recovery codes down.

The look at it: whatever is weak is named, with the one thing to do about it
  $ lampkeeper privacy checkup --hub URL --token-file me.token
     It is well when it says: no weak point that is known here
  $ rm password.txt ready.json
     You know the password, or your password manager does. From here on everybody signs in, you too.
`;
