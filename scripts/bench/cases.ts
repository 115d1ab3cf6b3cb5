import type { Case } from "./case.ts";
import { broker } from "./cases/broker.ts";

/** All cases, in the order they run. */
export const cases: readonly Case[] = [broker];
