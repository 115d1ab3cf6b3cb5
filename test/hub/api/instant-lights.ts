import type { Lights } from "../../../hub/api/traits.ts";
import type { Cause, CauseSource } from "../../../hub/domain/cause.ts";
import { NotFound } from "../../../hub/domain/errors.ts";
import type { LightTargetId } from "../../../hub/domain/home.ts";
import { type CommandId, idFrom, isId, type LampId } from "../../../hub/domain/ids.ts";
import type { LightCommand, LightState } from "../../../hub/domain/light.ts";
import { Instant, Percent } from "../../../hub/domain/units.ts";
import type { CommandOutcome } from "../../../hub/lights/applied-alike.ts";
import type { LightView } from "../../../hub/lights/lamp.ts";
import type { LinksView } from "../../../hub/lights/lamp-links.ts";
import type { House } from "./house.ts";
import { houseProfiles } from "./house-profiles.ts";

/** Lamps that obey at once: what the door is tested against. `obedient: false` leaves commands unconfirmed. */
export class InstantLights implements Lights {
  readonly house: House;
  obedient = true;
  readonly states = new Map<LampId, { desired: LightState; reported: LightState | null; cause: Cause }>();

  constructor(house: House) {
    this.house = house;
  }

  list(): readonly LightView[] {
    return this.house.inventory.devices().flatMap(({ id }) => (isId("lamp", id) ? (this.get(id) ?? []) : []));
  }

  get(id: LampId): LightView | undefined {
    const device = this.house.inventory.device(id);
    const profile = houseProfiles.get(device?.profile ?? "");
    if (device === undefined || profile?.kind !== "lamp") return undefined;
    const { name, room } = device;
    const { capabilities } = profile;
    const shared = { id, name, room, profile: profile.id, capabilities };
    return { ...shared, ...this.#held(id), reachable: true, readsBack: true };
  }

  links(id: LampId): LinksView | undefined {
    const device = this.house.inventory.device(id);
    if (device?.bluetooth === undefined) return undefined;
    const { profile, address, bluetooth } = device;
    return {
      inUse: "mqtt",
      reason: "usual",
      since: Instant(0),
      links: [
        { link: "mqtt", profile, address, isUp: true, signal: -54.6 },
        { link: "ble", ...bluetooth, isUp: false },
      ],
    };
  }

  metered(id: LampId) {
    return this.house.inventory.device(id) === undefined ? undefined : {};
  }

  command(target: LightTargetId, command: LightCommand, source: CauseSource): CommandOutcome {
    const members = this.house.inventory.members(target);
    if (members === undefined) throw new NotFound("no such target");
    const id = idFrom("command", this.house.entropy.bytes(12)) as CommandId;
    const cause = { ...source, at: this.house.clock.now(), command: id };
    const { transition: _fade, brightnessStep: _step, on, ...rest } = command;
    const lamps = members.map((lamp) => {
      const held = this.#held(lamp);
      const desired: LightState = {
        ...held.desired,
        ...rest,
        on: on === "toggle" ? !held.desired.on : (on ?? held.desired.on),
      };
      this.states.set(lamp, { desired, reported: this.obedient ? desired : held.reported, cause });
      this.house.bus.publish({ kind: "light.desired-changed", lamp, desired, cause, clamped: [] });
      if (this.obedient) {
        this.house.bus.publish({
          kind: "light.reported",
          lamp,
          reported: desired,
          cause,
          settled: true,
          took: 1,
        });
      }
      return { lamp, desired, clamped: [] };
    });
    return { command: id, lamps };
  }

  async settled(command: CommandId, lamp: LampId): Promise<"confirmed" | "timeout" | "superseded"> {
    if (this.#held(lamp).cause.command !== command) return "superseded";
    return this.obedient ? "confirmed" : "timeout";
  }

  disown(isGone: (actor: string) => boolean): void {
    for (const [lamp, held] of this.states) {
      const { actor, ...cause } = held.cause;
      if (actor !== undefined && isGone(actor)) this.states.set(lamp, { ...held, cause });
    }
  }

  why(id: LampId) {
    if (this.get(id) === undefined) throw new NotFound("no such lamp");
    const { cause, desired } = this.#held(id);
    return {
      lamp: id,
      reachable: true,
      settled: true,
      cause,
      entries: [{ order: 0, cause, desired, clamped: [], confirmedAt: cause.at }],
    };
  }

  historyGovernedBy(): void {}
  forgetHistory = () => [];

  #held(id: LampId) {
    const cause: Cause = { kind: "device", at: Instant(0), command: "c-aaaaaaaaaaaa" as CommandId };
    return this.states.get(id) ?? { desired: { on: false, brightness: Percent(100) }, reported: null, cause };
  }
}
