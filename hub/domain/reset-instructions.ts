import { modelDesignation } from "./model.ts";

/** Printed (docs/reset-instructions.txt) and shown by the hub before anybody signs in: a test follows the numbered lines word by word, with the button and at the keyboard. */
export const resetInstructions = `How to make this hub forget everything (model ${modelDesignation})

You need no account, no password and no network for this.

With the button, standing at the hub
  1. Leave the hub plugged in.
  2. Hold its button for 12 seconds.
  3. Let go while its light flashes fast. Everything is erased now, and the hub starts as new.
  Less than 3 seconds: nothing is erased. 3 to 10 seconds: only the Wi-Fi is forgotten. More than 20: nothing happens.

With the command line, on the machine where the hub runs
  1. Type: lampkeeper reset factory --yes --certificate reset.json
     It shows the key of your device: write it down.
  2. If it asks for that, press the button of the hub once, within two minutes.
  3. Type: lampkeeper verify-certificate reset.json --device-key KEY
     with the key that you have written down. It says whether the certificate of the reset is genuine.

What goes: people, rooms, rules, histories, passwords, tokens, the Wi-Fi, and the keys of all of it, so that copies and
backups are noise. Lamps are told to forget as well; the certificate names those that could not be reached.
What stays: the software, the hub's own key, and the number of resets.
`;
