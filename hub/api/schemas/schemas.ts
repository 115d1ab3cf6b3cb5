import * as z from "zod/mini";
import * as access from "./access.ts";
import * as circadian from "./circadian.ts";
import { clock } from "./clock.ts";
import { event } from "./event.ts";
import * as home from "./home.ts";
import { described, lazy, list } from "./lazy.ts";
import * as light from "./light.ts";
import * as people from "./people.ts";
import * as place from "./place.ts";
import * as reset from "./reset.ts";
import * as schedule from "./schedule.ts";
import * as sim from "./sim.ts";
import * as update from "./update.ts";
import * as vault from "./vault.ts";
import * as wifi from "./wifi.ts";

/** `application/problem+json` [RFC 9457]. `code` is stable; `detail` says what to do about it. */
const problem = lazy(() =>
  z.strictObject({
    type: z.literal("about:blank"),
    title: z.string(),
    status: z.number(),
    code: z.string(),
    detail: z.string(),
    rules: z.optional(
      described(list(z.string()), "of `rule_loops`: the rules that set each other off, in order"),
    ),
    errors: z.optional(
      z.readonly(z.array(z.strictObject({ pointer: z.string(), code: z.string(), detail: z.string() }))),
    ),
  }),
);

/** Every shape that crosses the HTTP door, by the name the contract and the OpenAPI document use. */
export const schemas = {
  Problem: problem,
  LightState: light.lightState,
  LightCommand: light.lightCommand,
  Capabilities: light.capabilities,
  Cause: light.cause,
  Light: light.light,
  Lights: light.lights,
  CommandedLight: light.commandedLight,
  CommandOutcome: light.commandOutcome,
  Why: light.why,
  Wait: light.wait,
  DeviceChange: light.deviceChange,
  Named: home.named,
  Room: home.room,
  Rooms: home.rooms,
  Zone: home.zone,
  Zones: home.zones,
  NewZone: home.newZone,
  ZoneChange: home.zoneChange,
  Palette: home.palette,
  Scene: home.scene,
  Scenes: home.scenes,
  NewScene: home.newScene,
  SceneChange: home.sceneChange,
  Recall: home.recall,
  Reading: home.reading,
  Device: home.device,
  Devices: home.devices,
  NewDevice: home.newDevice,
  EnrolledDevice: home.enrolledDevice,
  Moment: schedule.moment,
  Trigger: schedule.trigger,
  Condition: schedule.condition,
  Action: schedule.action,
  Schedule: schedule.schedule,
  Schedules: schedule.schedules,
  NewSchedule: schedule.newSchedule,
  ScheduleChange: schedule.scheduleChange,
  Pause: schedule.pause,
  NextQuery: schedule.nextQuery,
  AtQuery: schedule.atQuery,
  UpcomingRun: schedule.upcomingRun,
  UpcomingRuns: schedule.upcomingRuns,
  ScheduleExplanation: schedule.scheduleExplanation,
  Comparison: schedule.comparison,
  ScheduleDifference: schedule.scheduleDifference,
  ScheduleDifferences: schedule.scheduleDifferences,
  Mode: schedule.mode,
  Vouch: schedule.vouch,
  Token: access.token,
  Tokens: access.tokens,
  NewToken: access.newToken,
  IssuedToken: access.issuedToken,
  Caller: access.caller,
  SignInCode: access.signInCode,
  IssuedCode: access.issuedCode,
  CircadianCurve: circadian.circadianCurve,
  Circadian: circadian.circadian,
  Circadians: circadian.circadians,
  Vacation: circadian.vacation,
  Person: people.person,
  Persons: people.people,
  NewPerson: people.newPerson,
  PersonChange: people.personChange,
  Phone: people.phone,
  Beacon: people.beacon,
  NewPhone: people.newPhone,
  PresenceByHand: people.presenceByHand,
  Event: event,
  Place: place.place,
  NewPlace: place.newPlace,
  VeilChoice: place.veilChoice,
  Cities: place.cities,
  CityQuery: place.cityQuery,
  Rounding: place.rounding,
  Roundings: place.roundings,
  SunDay: place.sunDay,
  SunQuery: place.sunQuery,
  Vault: vault.vault,
  Check: vault.check,
  Checks: vault.checks,
  Wifi: wifi.wifi,
  JoinOutcome: wifi.joinOutcome,
  ProvisioningWindow: wifi.provisioningWindow,
  InClear: wifi.inClear,
  NewReset: reset.newReset,
  ResetOffer: reset.resetOffer,
  BegunReset: reset.begunReset,
  WipeCertificate: reset.wipeCertificate,
  Clock: clock,
  System: update.system,
  Update: update.update,
  DeviceFirmware: update.deviceFirmware,
  UpdateQuery: update.updateQuery,
  Postponement: update.postponement,
  SimClock: sim.simClock,
  SimAdvance: sim.simAdvance,
  SimJump: sim.simJump,
  SimDevice: sim.simDevice,
  SimDevices: sim.simDevices,
  SimMisbehave: sim.simMisbehave,
  SimTouch: sim.simTouch,
  SimPress: sim.simPress,
  SimSense: sim.simSense,
  SimPanel: sim.simPanel,
  SimPanelPress: sim.simPanelPress,
  SimPerson: sim.simPerson,
  SimPersons: sim.simPersons,
  SimMove: sim.simMove,
  SimPhoneChange: sim.simPhoneChange,
  SimFaults: sim.simFaults,
  SimAccessPoint: sim.simAccessPoint,
} as const;

export type SchemaName = keyof typeof schemas;
export type Shape<Name extends SchemaName> = z.output<ReturnType<(typeof schemas)[Name]>>;
