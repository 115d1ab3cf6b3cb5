import type { Shape } from "../../../hub/api/contract.ts";
import { ledPatterns, type PanelSignal } from "../../../hub/domain/led-pattern.ts";
import { CliError, usageError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import { numberOf } from "../quantities.ts";

type Panel = Shape<"SimPanel">;

/** How often it is looked whether the button has been let go, in milliseconds. */
const lookEveryMs = 100;

const shown = (panel: Panel): Result => ({
  data: panel,
  text: `${panel.signal}: ${ledPatterns[panel.signal as PanelSignal].meaning}`,
});

/** A real case has a button that only a hand can press. @throws CliError */
const simulated = async <Answer>(call: Promise<Answer>): Promise<Answer> =>
  await call.catch((error: unknown) => {
    if (!(error instanceof CliError) || error.exit !== "notFound") throw error;
    throw new CliError(
      "refused",
      "panel_is_real",
      "this hub is not simulated: its button and its light are on its case",
      "hold the button: 3 s forget the Wi-Fi, 10 s erase everything",
    );
  });

/** Until it is let go, or whatever that set off has taken the hub away. */
const released = async (context: Context): Promise<Panel | undefined> => {
  for (;;) {
    const panel = await context
      .hub()
      .call("readSimPanel")
      .catch((error: unknown) => {
        if (error instanceof CliError && ["unreachable", "notAuthorised"].includes(error.exit))
          return undefined;
        throw error;
      });
    if (panel?.pressed !== true || context.signal.aborted) return panel;
    await new Promise((done) => setTimeout(done, lookEveryMs));
  }
};

/** The button and the light on the case of a simulated hub. */
export const panelCommands: readonly CommandDefinition[] = [
  {
    path: "panel show",
    summary: "What the light on a simulated case says",
    examples: ["lampkeeper panel show"],
    run: async (context) => shown(await simulated(context.hub().call("readSimPanel"))),
  },
  {
    path: "panel press",
    summary: "Hold the button of a simulated case, and let it go",
    details:
      "less than 3 seconds: for a minute a phone may tell the hub its network; 3: the Wi-Fi is forgotten; 10: everything is erased; more than 20: nothing",
    options: [{ name: "seconds", value: "N", help: "how long, by the hub's own clock" }],
    examples: ["lampkeeper panel press --seconds 3"],
    run: async (context, _, options) => {
      if (typeof options["seconds"] !== "string") throw usageError("panel press needs --seconds N");
      const seconds = numberOf(options["seconds"], "--seconds");
      if (!(seconds > 0 && seconds <= 60)) throw usageError("--seconds takes a number above 0, up to 60");
      if (context.dryRun) return { data: { seconds }, text: `the button would be held for ${seconds} s` };
      const { paused } = await simulated(context.hub().call("readSimClock"));
      const pressed = await simulated(context.hub().call("pressSimPanel", { body: { seconds } }));
      if (paused)
        return { ...shown(pressed), next: "the clock stands still: the button is held until it runs" };
      const panel = await released(context);
      return panel === undefined
        ? { data: { pressed: false }, text: "let go; the hub restarts" }
        : shown(panel);
    },
  },
];
