import type { CommandDefinition } from "../definition.ts";

export const scenarioCommands: readonly CommandDefinition[] = [];
