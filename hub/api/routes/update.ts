import { CallerError } from "../../domain/errors.ts";
import { type ImageName, imageOf, type NotBefore } from "../../domain/firmware.ts";
import { isoText, parseInstant } from "../../domain/instant-text.ts";
import { modelDesignation } from "../../domain/model.ts";
import type { DeviceFirmware } from "../../lifecycle/device-updates.ts";
import type { UpdateStatus } from "../../lifecycle/update-service.ts";
import type { Shape } from "../contract.ts";
import type { Handlers } from "../handler.ts";
import type { Services, Updates } from "../traits.ts";

type UpdateRoutes =
  | "readSystem"
  | "readUpdate"
  | "installUpdate"
  | "confirmUpdate"
  | "revertUpdate"
  | "postponeUpdate"
  | "readDeviceFirmware"
  | "updateDevice";

/** Nobody would start the new version: this hub runs by itself. */
export class NotSupervised extends CallerError {
  override readonly code = "not_supervised";
  override readonly status = 409;
}

/** @param version of the running hub */
export const updateHandlers = (
  { update, stages, deviceUpdates }: Pick<Services, "update" | "stages" | "deviceUpdates">,
  version: string,
): Handlers<UpdateRoutes> => {
  const updates = (): Updates => {
    if (update !== undefined) return update;
    throw new NotSupervised("this hub is not supervised: start it with lampkeeper supervise serve");
  };
  return {
    readSystem: () => ({
      model: modelDesignation,
      version,
      image: update?.status().image ?? "factory",
      stages: stages(),
    }),
    readUpdate: () => (update === undefined ? unsupervised(version) : updateJson(update.status())),
    installUpdate: async ({ bytes, query: { notBefore } }) =>
      updateJson(await updates().install(bytes, notBefore === undefined ? undefined : momentOf(notBefore))),
    confirmUpdate: () => updateJson(updates().confirm()),
    revertUpdate: () => updateJson(updates().revert()),
    readDeviceFirmware: ({ id }) => firmwareJson(deviceUpdates.status(id)),
    updateDevice: ({ id, bytes }) => firmwareJson(deviceUpdates.update(id, bytes)),
    postponeUpdate: ({ body: { notBefore } }) => updateJson(updates().postpone(momentOf(notBefore))),
  };
};

const firmwareJson = ({ version, ...rest }: DeviceFirmware): Shape<"DeviceFirmware"> => ({
  ...rest,
  version: version ?? null,
});

const momentOf = (text: string): NotBefore => (text === "restart" ? text : parseInstant(text));

const unsupervised = (version: string): Shape<"Update"> => ({
  supervised: false,
  image: "factory",
  version,
  images: [{ image: "factory", version }],
  confirmed: "factory",
});

const updateJson = ({ image, running, state }: UpdateStatus): Shape<"Update"> => ({
  supervised: true,
  image,
  version: running.version,
  images: (["factory", "a", "b"] as const).flatMap((name: ImageName) => {
    const there = imageOf(state, name);
    return there === undefined ? [] : [{ image: name, version: there.version }];
  }),
  confirmed: state.confirmed,
  ...(state.previous === undefined ? {} : { previous: state.previous }),
  ...trialJson(state),
  ...(state.last === undefined ? {} : { last: state.last }),
});

const trialJson = ({ trial, slots }: UpdateStatus["state"]): Pick<Shape<"Update">, "trial"> => {
  const image = trial === undefined ? undefined : slots[trial.slot];
  if (trial === undefined || image === undefined) return {};
  const { slot, phase, notBefore } = trial;
  const waits = { notBefore: notBefore === "restart" ? notBefore : isoText(notBefore) };
  return {
    trial: {
      image: slot,
      version: image.version,
      ...(phase === "started" ? { phase: "running" } : { phase: "waiting", ...waits }),
    },
  };
};
