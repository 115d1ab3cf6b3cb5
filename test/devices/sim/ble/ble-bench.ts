import { FadeLoop } from "../../../../devices/sim/behaviours/fade.ts";
import { FlashLoop } from "../../../../devices/sim/behaviours/flash.ts";
import { BleLamp } from "../../../../devices/sim/ble/lamps/ble-lamp.ts";
import { bleLampModels } from "../../../../devices/sim/ble/models.ts";
import type { PeripheralCharacteristic } from "../../../../devices/sim/ble/peripheral.ts";
import { InvariantBroken } from "../../../../hub/domain/errors.ts";
import type { LightState } from "../../../../hub/domain/light.ts";
import type {
  BleFrame,
  BleLink,
  BlePlace,
  Frame,
  LampProfile,
  LampReport,
  LightTarget,
} from "../../../../hub/domain/profile.ts";
import { mergeReport } from "../../../../hub/domain/report.ts";
import { Instant, Millis, Percent } from "../../../../hub/domain/units.ts";
import { SeededRandom } from "../../../../hub/platform/sim/seeded-random.ts";
import { VirtualClock } from "../../../../hub/platform/sim/virtual-clock.ts";
import { MemoryFlash } from "../air.ts";

/** What is between a profile and its lamp when there is no air: each frame arrives, at the pace the profile asks for. */
export class BleBench {
  readonly clock = new VirtualClock(Instant(Date.UTC(2026, 2, 1, 12)));
  readonly flash = new MemoryFlash();
  readonly profile: LampProfile;
  readonly lamp: BleLamp;
  readonly reports: LampReport[] = [];
  shown: LightState = { on: false, brightness: Percent(100) };
  online: boolean | undefined;
  isLinked = false;

  constructor(profile: LampProfile, seed = 1) {
    this.profile = profile;
    const world = {
      clock: this.clock,
      random: new SeededRandom(seed),
      fades: new FadeLoop(this.clock),
      flashes: new FlashLoop(this.clock),
    };
    const model = bleLampModels.get(profile.id);
    if (model === undefined) throw new InvariantBroken("no such lamp", { product: profile.id });
    this.lamp = new BleLamp(world, "a4:c1:38:02:83:f4", model, this.flash);
  }

  /** In its socket, linked to, and its button pressed if it asks for that. */
  static ready(profile: LampProfile, seed = 1): BleBench {
    const bench = new BleBench(profile, seed);
    bench.lamp.plugIn();
    bench.pass(1_000);
    bench.connect();
    if (bench.online === false) bench.lamp.press();
    return bench;
  }

  get link(): BleLink {
    const { link } = this.profile;
    if (link.kind !== "ble") throw new InvariantBroken("not a BLE lamp", { profile: this.profile.id });
    return link;
  }

  connect(): void {
    this.isLinked = true;
    this.lamp.connected(() => this.disconnect());
    for (const place of this.link.notifies)
      this.at(place).subscribe?.((bytes) => this.hear({ kind: "ble", ...place, bytes }));
    this.send(this.link.greeting ?? []);
  }

  disconnect(): void {
    if (!this.isLinked) return;
    this.isLinked = false;
    this.lamp.disconnected();
  }

  at(place: BlePlace): PeripheralCharacteristic {
    const entry = this.lamp.services
      .filter(({ uuid }) => place.service === "" || uuid === place.service)
      .flatMap(({ characteristics }) => characteristics)
      .find(({ uuid }) => uuid === place.characteristic);
    if (entry === undefined) throw new InvariantBroken("no such characteristic", { ...place });
    return entry;
  }

  /** @returns what the lamp answers each write: 0, or the code of an error */
  send(frames: readonly Frame[]): number[] {
    return frames.flatMap((frame) => (frame.kind === "ble" ? [this.#write(frame)] : []));
  }

  command(target: LightTarget): void {
    this.send(this.profile.encode(target));
  }

  read(): void {
    for (const place of this.link.reads) {
      const bytes = this.at(place).read?.();
      if (bytes instanceof Uint8Array) this.hear({ kind: "ble", ...place, bytes });
    }
  }

  hear(frame: BleFrame): void {
    const report = this.profile.decode(frame);
    if (report === undefined) return;
    this.reports.push(report);
    this.online = report.online ?? this.online;
    if (report.state !== undefined) this.shown = mergeReport(this.shown, report.state);
  }

  /** Lets so many milliseconds pass. */
  pass(ms: number): void {
    this.clock.advanceSync(Millis(ms));
  }

  #write(frame: BleFrame): number {
    const answer = this.at(frame).write?.(frame.bytes, true) ?? 0;
    this.pass(this.link.spacing ?? 0);
    return answer;
  }
}
