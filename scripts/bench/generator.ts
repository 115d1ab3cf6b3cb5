/** A load generator: a process of its own that takes jobs from the benchmark and answers with figures. */
import { burst } from "./loads/burst.ts";
import { connects, idle } from "./loads/connections.ts";
import { commandLamps, fleet, house } from "./loads/house.ts";
import { commandBurst, commands, httpCommands, wholeHouse } from "./loads/hub.ts";
import type { Job, Outcome } from "./loads/job.ts";
import { roundTrip } from "./loads/round-trip.ts";
import { throughput } from "./loads/throughput.ts";

const perform = (job: Job): Promise<Outcome> => {
  switch (job.load) {
    case "throughput":
      return throughput(job);
    case "round-trip":
      return roundTrip(job);
    case "connects":
      return connects(job);
    case "idle":
      return idle(job);
    case "house":
      return house(job);
    case "fleet":
      return fleet(job);
    case "command":
      return commandLamps(job);
    case "burst":
      return burst(job);
    case "commands":
      return commands(job);
    case "whole-house":
      return wholeHouse(job);
    case "command-burst":
      return commandBurst(job);
    case "http-commands":
      return httpCommands(job);
  }
};

process.on("message", (job: Job) => {
  perform(job).then(
    (outcome) => process.send?.({ outcome }),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
process.on("disconnect", () => process.exit());
