import { attributeCommands } from "../ble/attribute-commands.ts";
import { captureCommand } from "../ble/capture.ts";
import { lampTestCommands } from "../ble/lamp-tests.ts";
import { scanCommand } from "../ble/scan.ts";
import type { CommandDefinition } from "../definition.ts";

/** The bench of whoever tests lamps: of a radio only, no hub has to run. */
export const bleCommands: readonly CommandDefinition[] = [
  scanCommand,
  ...attributeCommands,
  captureCommand,
  ...lampTestCommands,
];
