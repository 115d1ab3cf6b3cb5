import type { Case } from "./case.ts";
import { broker } from "./cases/broker.ts";
import { burst } from "./cases/burst.ts";
import { connections } from "./cases/connections.ts";
import { house } from "./cases/house.ts";
import { hub } from "./cases/hub.ts";
import { lamps } from "./cases/lamps.ts";
import { latency } from "./cases/latency.ts";
import { peers } from "./cases/peers.ts";
import { schedules } from "./cases/schedules.ts";
import { start } from "./cases/start.ts";
import { store } from "./cases/store.ts";
import { veil } from "./cases/veil.ts";
import { year } from "./cases/year.ts";

/** All cases, in the order they run. */
export const cases: readonly Case[] = [
  broker,
  latency,
  connections,
  house,
  burst,
  hub,
  lamps,
  store,
  year,
  schedules,
  start,
  peers,
  veil,
];
