import * as z from "zod/mini";
import { revertReasons } from "../../domain/firmware.ts";
import { modelDesignation } from "../../domain/model.ts";
import { firmwarePhases } from "../../domain/profile.ts";
import { stageNames } from "../../lifecycle/boot-stages.ts";
import { described, lazy, list } from "./lazy.ts";
import { id, instant } from "./light.ts";

const imageName = lazy(() =>
  described(z.enum(["factory", "a", "b"]), "the image of the installed package, or of a slot"),
);
const version = lazy(() => described(z.string(), "semantic version"));
const notBefore = lazy(() =>
  described(
    z.union([z.literal("restart"), instant()]),
    "the hub restarts for the update then; restart: it waits for one",
  ),
);

export const system = lazy(() =>
  z.strictObject({
    model: described(z.literal(modelDesignation), "the designation that stands on the label as well"),
    version: version(),
    image: imageName(),
    stages: described(
      list(
        z.strictObject({
          stage: z.enum(stageNames),
          ok: z.boolean(),
          ms: described(z.number(), "milliseconds it took"),
          code: z.optional(described(z.string(), "of the error that ended it")),
        }),
      ),
      "of the start, each with its self-test",
    ),
  }),
);

export const update = lazy(() =>
  z.strictObject({
    supervised: described(z.boolean(), "false: nobody would start another version, so none is taken"),
    image: described(imageName(), "what runs"),
    version: version(),
    images: described(list(z.strictObject({ image: imageName(), version: version() })), "all there are"),
    confirmed: described(imageName(), "what is started when nothing is on trial"),
    previous: z.optional(described(imageName(), "what revert would go back to")),
    trial: z.optional(
      z.strictObject({
        image: imageName(),
        version: version(),
        phase: described(z.enum(["waiting", "running"]), "running: it has yet to be confirmed"),
        notBefore: z.optional(notBefore()),
      }),
    ),
    last: z.optional(
      described(
        z.strictObject({
          what: z.enum(["confirmed", "reverted"]),
          version: version(),
          reason: z.optional(z.enum(revertReasons)),
        }),
        "what became of the newest trial",
      ),
    ),
  }),
);

const offer = lazy(() => ({
  version: version(),
  risk: z.optional(described(z.string(), "which risk it ends, as whoever made it says")),
}));

export const updateChoices = lazy(() =>
  z.strictObject({
    supervised: described(z.boolean(), "false: nobody would start another version, so none is looked for"),
    source: described(z.boolean(), "whether there is a place to look (--update-from)"),
    automatic: described(
      z.enum(["on", "off", "unanswered"]),
      "unanswered: nobody was asked yet; until then nothing comes by itself",
    ),
    default: described(z.literal("off"), "what holds until somebody answers"),
    notices: z.boolean(),
    looked: z.optional(instant()),
    offer: z.optional(z.strictObject(offer())),
  }),
);
export const newUpdateChoices = lazy(() =>
  z.strictObject({ automatic: z.optional(z.boolean()), notices: z.optional(z.boolean()) }),
);
export const updateNotices = lazy(() =>
  z.strictObject({
    data: list(
      z.strictObject({
        kind: described(
          z.enum(["available", "restart"]),
          "restart: the hub restarts into it, and lamps stay as they are",
        ),
        ...offer(),
        at: z.optional(instant()),
      }),
    ),
  }),
);

export const deviceFirmware = lazy(() =>
  z.strictObject({
    device: id(),
    version: described(z.nullable(z.string()), "by its maker's count; null: it has not said"),
    update: described(
      z.enum(["unknown", "sent", ...firmwarePhases]),
      "sent: handed over; then the device says whether it tries it, has gone back or refuses it",
    ),
    reason: z.optional(z.string()),
  }),
);

export const updateQuery = lazy(() => z.strictObject({ notBefore: z.optional(notBefore()) }));
export const postponement = lazy(() => z.strictObject({ notBefore: notBefore() }));
