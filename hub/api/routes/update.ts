import { CallerError } from "../../domain/errors.ts";
import { type ImageName, imageOf, type NotBefore } from "../../domain/firmware.ts";
import { isoText, parseInstant } from "../../domain/instant-text.ts";
import { modelDesignation } from "../../domain/model.ts";
import type { DeviceFirmware } from "../../lifecycle/device-updates.ts";
import type { UpdateStatus } from "../../lifecycle/update-service.ts";
import type { UpdateNotice, UpdateWatchView } from "../../lifecycle/update-watch.ts";
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
  | "readUpdateChoices"
  | "setUpdateChoices"
  | "lookForUpdate"
  | "listUpdateNotices"
  | "readDeviceFirmware"
  | "updateDevice";

/** Nobody would start the new version: this hub runs by itself. */
export class NotSupervised extends CallerError {
  override readonly code = "not_supervised";
  override readonly status = 409;
}

/** @param version of the running hub */
export const updateHandlers = (
  {
    update,
    updateWatch,
    stages,
    deviceUpdates,
  }: Pick<Services, "update" | "updateWatch" | "stages" | "deviceUpdates">,
  version: string,
): Handlers<UpdateRoutes> => {
  const there = <Part>(part: Part | undefined): Part => {
    if (part !== undefined) return part;
    throw new NotSupervised("this hub is not supervised: start it with lampkeeper supervise serve");
  };
  const updates = (): Updates => there(update);
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
    readUpdateChoices: () => choicesJson(updateWatch?.view()),
    setUpdateChoices: async ({ body: { automatic, notices } }) =>
      choicesJson(
        await there(updateWatch).choose({
          ...(automatic === undefined ? {} : { automatic }),
          ...(notices === undefined ? {} : { notices }),
        }),
      ),
    lookForUpdate: async () => choicesJson(await there(updateWatch).lookNow()),
    listUpdateNotices: () => ({ data: (updateWatch?.notices() ?? []).map(noticeJson) }),
    readDeviceFirmware: ({ id }) => firmwareJson(deviceUpdates.status(id)),
    updateDevice: ({ id, bytes }) => firmwareJson(deviceUpdates.update(id, bytes)),
    postponeUpdate: ({ body: { notBefore } }) => updateJson(updates().postpone(momentOf(notBefore))),
  };
};

const answers = new Map([
  [true, "on"],
  [false, "off"],
] as const);

const choicesJson = (view: UpdateWatchView | undefined): Shape<"UpdateChoices"> => ({
  supervised: view !== undefined,
  source: view?.hasSource ?? false,
  automatic: (view?.automatic === undefined ? undefined : answers.get(view.automatic)) ?? "unanswered",
  default: "off",
  notices: view?.notices ?? true,
  ...(view?.looked === undefined ? {} : { looked: isoText(view.looked) }),
  ...(view?.offer === undefined ? {} : { offer: view.offer }),
});

const noticeJson = (notice: UpdateNotice): Shape<"UpdateNotices">["data"][number] =>
  notice.kind === "available" ? notice : { ...notice, at: isoText(notice.at) };

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
