import { applyCommand } from "../domain/apply-command.ts";
import type { Cause, CauseSource } from "../domain/cause.ts";
import type { Delivery } from "../domain/delivery.ts";
import { type DeviceScopes, unlimited } from "../domain/device-scope.ts";
import { NotFound } from "../domain/errors.ts";
import type { EventBus, NotRunReason } from "../domain/event.ts";
import type { Device, LightTargetId } from "../domain/home.ts";
import { type CommandId, type DeviceId, idEntropyBytes, idFrom, isId, type LampId } from "../domain/ids.ts";
import type { Clamped, LightCommand, LightState } from "../domain/light.ts";
import { OneOfEach } from "../domain/one-of-each.ts";
import type { Frame, LampReport, Profile } from "../domain/profile.ts";
import { sharedState } from "../domain/report.ts";
import { type Duration, type Instant, Millis, Minutes, type Monotonic, Percent } from "../domain/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { CollectionValue } from "../privacy/data-map.ts";
import type { LiveCollection, PurposeStore } from "../privacy/guarded-store.ts";
import { AppliedAlike, AppliedOutcome, type CommandOutcome, type LampChange } from "./applied-alike.ts";
import { Histories } from "./histories.ts";
import {
  isAtRest,
  isOther,
  type KeptLamp,
  type Lamp,
  type LightView,
  type Metered,
  ownLink,
  ownProfile,
  profileAt,
  readsBack,
  viewOf,
  wakesByItself,
  whole,
} from "./lamp.ts";
import { apart, type LampGrouping } from "./lamp-grouping.ts";
import { LampLinks, type LinksView, type RadioSigns } from "./lamp-links.ts";
import type { LampWriting, WriterOutcome } from "./lamp-writer.ts";
import { Lamps, type TargetDirectory } from "./lamps.ts";
import { Neighbours, type Page } from "./neighbours.ts";
import { type Settled, Waiters } from "./waiters.ts";
import type { WhyChain } from "./why-chain.ts";

/** The part of the home that lights need to know; filled by the roof. */
export interface LampDirectory extends TargetDirectory {
  devices(): readonly Device[];
  device(id: DeviceId): Device | undefined;
  profile(id: string): Profile | undefined;
}

/** Frames that come from lamps, and what the radio knows of them; filled by the roof. */
export interface FrameSource extends RadioSigns {
  onFrame(listener: (address: string, frame: Frame) => void): void;
  /** Absent: every lamp answers by itself. */
  onDelivery?(listener: (address: string, delivery: Delivery) => void): void;
}

/** What a lamp shows that is switched on without a word about how; filled by the roof. */
export type FirstLight = (lamp: LampId) => Pick<LightCommand, "brightness" | "colorTemperature"> | undefined;

const asBought: LightState = { on: false, brightness: Percent(100) };

/** Keeps what every lamp should show apart from what it shows, and the cause of each. */
export class LightService implements WriterOutcome {
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #bus: EventBus;
  readonly #states: LiveCollection<CollectionValue<"light-states">>;
  readonly #directory: LampDirectory;
  readonly #source: FrameSource;
  readonly #writer: LampWriting;
  readonly #grouping: LampGrouping;
  readonly #firstLight: FirstLight;
  readonly #scopes: DeviceScopes;
  readonly #lamps: Lamps;
  readonly #histories: Histories;
  readonly #neighbours = new Neighbours<KeptLamp>();
  /** Of lamps with two links. */
  readonly #links: LampLinks;
  #checkUps: Timer | undefined;
  readonly #waiters: Waiters;

  /** @param writer made for this service, which hears its outcome */
  constructor(
    clock: Clock,
    entropy: Entropy,
    bus: EventBus,
    store: PurposeStore<"lighting" | "history">,
    directory: LampDirectory,
    source: FrameSource,
    writer: (outcome: WriterOutcome) => LampWriting,
    grouping = apart,
    firstLight: FirstLight = () => undefined,
    scopes = unlimited,
  ) {
    this.#clock = clock;
    this.#waiters = new Waiters(clock);
    this.#entropy = entropy;
    this.#bus = bus;
    this.#states = store.live("light-states", (page) => this.#statesOf(page));
    this.#directory = directory;
    this.#lamps = new Lamps(directory);
    this.#source = source;
    this.#writer = writer(this);
    this.#links = new LampLinks(clock, bus, source, this.#writer, directory, this.#lamps.byAddress);
    this.#grouping = grouping;
    this.#firstLight = firstLight;
    this.#scopes = scopes;
    this.#histories = new Histories(clock, store, (lamp) => scopes.allows(lamp, "history"));
  }

  /** Takes up every lamp with the state it should have had when the hub last ran. */
  start(): void {
    this.#histories.start((lamp) => (this.#directory.device(lamp)?.id as LampId | undefined) ?? lamp);
    const shown = new OneOfEach<LightState>();
    const states = new Map(this.#states.entries());
    for (const device of this.#directory.devices()) {
      const state = states.get(device.id);
      this.#take(device, state && { ...state, reported: state.reported && shown.of(state.reported) });
      // Of a product that this version does not know: another may.
      if (state !== undefined && this.#lamps.get(state.id) === undefined)
        this.#keep({ ...state, isNew: false });
    }
    this.#bus.subscribe("home.changed", ({ what, id }) => {
      if (what === "device" && isId("lamp", id)) this.#refresh(id);
    });
    this.#scopes.onChange((device) => {
      if (isId("lamp", device)) this.#rescope(device);
    });
    this.#source.onFrame((address, frame) => this.#receive(address, frame));
    this.#source.onDelivery?.((address, delivery) => {
      const lamp = this.#lamps.byAddress.get(address);
      if (lamp?.address === address) this.#writer.delivered(lamp, delivery);
      else if (lamp !== undefined) this.#links.looked(lamp);
    });
    this.#checkUps = this.#clock.every(Minutes(1), () => this.#checkUp());
  }

  /** Somebody else says what of the past is over, and whether any of it is kept. Before `start`. */
  historyGovernedBy(isKept: () => boolean): void {
    this.#histories.governedBy(isKept);
  }

  /** Forgets of what happened what is over, by its place in the store and its date. @returns when that began */
  forgetHistory(isOver: (place: string, at: Instant) => boolean): readonly Instant[] {
    return this.#histories.forget(isOver);
  }

  close(): void {
    this.#checkUps?.cancel();
    this.#links.close();
    this.#histories.close();
    for (const lamp of this.#lamps.all()) this.#writer.release(lamp);
    this.#writer.close();
    this.#waiters.close();
  }

  list(): readonly LightView[] {
    return [...this.#lamps.all()].flatMap(({ id }) => this.get(id) ?? []);
  }

  get(id: LampId): LightView | undefined {
    const lamp = this.#lamps.get(id);
    const device = this.#directory.device(id);
    return lamp === undefined || device === undefined ? undefined : viewOf(lamp, device);
  }

  /**
   * What happened to lamps stays known, and who asked for it does not: nobody is joined to it any more.
   * @param isGone whether the actor of a cause is to be forgotten
   */
  disown(isGone: (actor: string) => boolean): void {
    const causeOf = (cause: Cause): Cause => {
      const { actor, ...rest } = cause;
      return actor !== undefined && isGone(actor) ? rest : cause;
    };
    for (const lamp of this.#lamps.all()) {
      lamp.cause = causeOf(lamp.cause);
      lamp.history.rewrite(causeOf);
      this.#keepChanged(lamp);
    }
  }

  /** Of a lamp with two links; undefined: it has one, or there is no such lamp. */
  links(id: LampId): LinksView | undefined {
    const lamp = this.#lamps.get(id);
    return lamp === undefined ? undefined : this.#links.view(lamp);
  }

  /** Undefined: no such lamp. */
  metered(id: LampId): Metered | undefined {
    return this.#lamps.get(id);
  }

  /** When what it should show was changed last; undefined: not in this run, or there is no such lamp. */
  changedAt(id: LampId): Monotonic | undefined {
    return this.#lamps.get(id)?.changedAt;
  }

  /**
   * Asks the lamps of a target, or those that are named, to show something. Done when it returns, as far as the hub is concerned; the lamps
   * follow. A toggle of many turns all off when any is on.
   * @throws NotFound no such target; InvalidInput a command that contradicts itself.
   */
  command(
    target: LightTargetId | readonly LampId[],
    command: LightCommand,
    source: CauseSource,
  ): CommandOutcome {
    const lamps = typeof target === "string" ? this.#lamps.of(target) : this.#lamps.in(target);
    const asked =
      command.on === "toggle" ? { ...command, on: !lamps.some((lamp) => lamp.desired.on) } : command;
    const cause = this.#cause(source);
    const applied = new AppliedAlike();
    const changes = lamps.map((lamp) => ({ lamp, outcome: applied.of(lamp, this.#completed(lamp, asked)) }));
    return this.#apply(changes, cause, command.transition ?? Millis(0), asked);
  }

  /** Gives each lamp a state of its own, as one change: a scene. Lamps that are gone are left out. */
  show(
    states: Iterable<readonly [LampId, LightState]>,
    source: CauseSource,
    transition = Millis(0),
  ): CommandOutcome {
    const changes = [...states].flatMap(([id, state]) => {
      const lamp = this.#lamps.get(id);
      if (lamp === undefined) return [];
      return [{ lamp, outcome: applyCommand(lamp.desired, state, ownProfile(lamp).capabilities) }];
    });
    return this.#apply(changes, this.#cause(source), transition);
  }

  /** How a command ended for one lamp. */
  settled(command: CommandId, id: LampId, timeout: Duration): Promise<Settled> {
    const lamp = this.#lamps.get(id);
    if (lamp === undefined) return Promise.reject(new NotFound("no such lamp"));
    if (lamp.cause.command !== command) return Promise.resolve("superseded");
    if (lamp.reachable && isAtRest(lamp)) {
      if (!readsBack(lamp)) return Promise.resolve("accepted");
      if (lamp.reported !== null) return Promise.resolve("confirmed");
    }
    return this.#waiters.wait(command, id, timeout);
  }

  /** @throws NotFound */
  why(id: LampId): WhyChain {
    const lamp = this.#lamps.get(id);
    if (lamp === undefined) throw new NotFound("no such lamp");
    const entries = lamp.history.entries().toReversed();
    const links = this.#links.view(lamp);
    return {
      ...(links === undefined ? {} : { links }),
      lamp: id,
      reachable: lamp.reachable,
      settled: isAtRest(lamp),
      cause: lamp.cause,
      entries,
    };
  }

  /** Something would have moved these lamps and did not. They stay as they are, and `why` says so. */
  heldBack(ids: readonly LampId[], source: CauseSource, reason: NotRunReason): void {
    const cause = this.#cause(source);
    for (const id of ids) {
      const lamp = this.#lamps.get(id);
      if (lamp === undefined || !this.#scopes.allows(id, "history")) continue;
      lamp.history.heldBack({ cause, desired: lamp.desired, clamped: [] }, reason);
      this.#keepChanged(lamp);
    }
  }

  confirmed(lamp: Lamp): void {
    const isNews = lamp.history.confirm(lamp.cause.command, this.#clock.now());
    // At a start ten thousand lamps say what they showed before.
    if (isNews || lamp.reported !== lamp.saved) this.#keepChanged(lamp);
    this.#waiters.answer(lamp.id, lamp.cause.command, "confirmed");
  }

  accepted(lamp: Lamp): void {
    lamp.history.accept(lamp.cause.command, this.#clock.now());
    this.#keepChanged(lamp);
    this.#waiters.answer(lamp.id, lamp.cause.command, "accepted");
  }

  notRun(lamp: Lamp, reason: NotRunReason): void {
    lamp.history.notRun(lamp.cause.command, reason);
    this.#keepChanged(lamp);
    this.#bus.publish({ kind: "light.not-run", lamp: lamp.id, cause: lamp.cause, reason });
  }

  failed(lamp: Lamp): boolean {
    return this.#links.failed(lamp);
  }

  reachable(lamp: Lamp, online: boolean): void {
    if (!online) this.#links.gone(lamp);
    this.#bus.publish({
      kind: "device.availability-changed",
      device: lamp.id,
      online,
      at: this.#clock.now(),
    });
  }

  touched(lamp: Lamp, state: LightState): void {
    const at = whole(this.#clock.monotonic());
    this.#set(lamp, at, state, this.#cause({ kind: "device", actor: lamp.id }), []);
    this.confirmed(lamp);
  }

  /** Said before the lamp comes on, so that no older light flashes up first. */
  #completed(lamp: Lamp, asked: LightCommand): LightCommand {
    if (asked.on !== true || lamp.desired.on) return asked;
    const { brightness, colorTemperature } = this.#firstLight(lamp.id) ?? {};
    const isColored = asked.color !== undefined || asked.colorTemperature !== undefined;
    const isDimmed = asked.brightness !== undefined || asked.brightnessStep !== undefined;
    return {
      ...(isDimmed || brightness === undefined ? {} : { brightness }),
      ...(isColored || asked.effect !== undefined || colorTemperature === undefined
        ? {}
        : { colorTemperature }),
      ...asked,
    };
  }

  #apply(
    changes: readonly LampChange[],
    cause: Cause,
    transition: Duration,
    asked?: LightCommand,
  ): CommandOutcome {
    const at = whole(this.#clock.monotonic());
    this.#grouping.together(() => {
      for (const { lamp, outcome } of changes) {
        this.#set(lamp, at, outcome.state, cause, outcome.clamped);
        this.#writer.want(lamp, transition, asked);
      }
    });
    return new AppliedOutcome(cause.command, changes);
  }

  #set(lamp: Lamp, at: Monotonic, desired: LightState, cause: Cause, clamped: readonly Clamped[]): void {
    this.#waiters.answer(lamp.id, lamp.cause.command, "superseded");
    lamp.desired = desired;
    lamp.changedAt = at;
    // What a lamp did by itself was confirmed before it was known.
    lamp.isAwaited = cause.kind !== "device";
    lamp.cause = cause;
    if (this.#scopes.allows(lamp.id, "history")) lamp.history.add({ cause, desired, clamped });
    this.#keepChanged(lamp);
    this.#bus.publish({ kind: "light.desired-changed", lamp: lamp.id, desired, cause, clamped });
  }

  /** For the next start. */
  #keepChanged(lamp: Lamp): void {
    lamp.saved = lamp.reported;
    if (lamp.page?.mark() === true) this.#states.changed(lamp.page.name);
  }

  *#statesOf(page: string): Iterable<readonly [LampId, CollectionValue<"light-states">]> {
    const neighbours = this.#neighbours.page(page);
    neighbours?.asked();
    for (const { id, desired, reported, cause, isNew } of neighbours?.items ?? [])
      if (!isNew && this.#scopes.allows(id, "state")) yield [id, { id, desired, reported, cause }];
  }

  /** What may not be kept any more is gone from the store. */
  #rescope(id: LampId): void {
    if (!this.#scopes.allows(id, "history")) this.#histories.forgetAll(id);
    this.#states.changed(this.#states.pageOf(id));
  }

  /** A part of the silent lamps each minute, so that a large home is not asked all at once. */
  #checkUp(): void {
    let left = Math.max(50, this.#lamps.size / 5);
    for (const lamp of this.#lamps.all()) {
      if (this.#writer.checkUp(lamp) && --left <= 0) return;
    }
  }

  #receive(address: string, frame: Frame): void {
    const lamp = this.#lamps.at(address);
    if (lamp === undefined) return;
    const report = profileAt(lamp, address).decode(frame);
    if (report === undefined) return;
    this.#report(lamp, address, report);
    if (report.groups !== undefined) this.#grouping.heard(address, report.groups);
    if (report.power !== undefined || report.energy !== undefined) this.#metered(lamp, report);
    if (report.firmware === undefined) return;
    this.#bus.publish({
      kind: "device.firmware",
      device: lamp.id,
      ...report.firmware,
      at: this.#clock.now(),
    });
  }

  #report(lamp: Lamp, address: string, report: LampReport): void {
    if (lamp.two === undefined) this.#writer.report(lamp, report);
    else this.#links.report(lamp, address, report);
  }

  #metered(lamp: Lamp, report: LampReport): void {
    this.#bus.publish({
      kind: "device.metered",
      device: lamp.id,
      at: this.#clock.now(),
      ...(report.power === undefined ? {} : { power: report.power }),
      ...(report.energy === undefined ? {} : { energy: report.energy }),
    });
  }

  #refresh(id: LampId): void {
    const device = this.#directory.device(id);
    const lamp = this.#lamps.get(id);
    if (device === undefined) this.#drop(id);
    else if (lamp === undefined) this.#take(device, undefined);
    else if (isOther(ownLink(lamp), device)) {
      // What it was told in another dialect it may never have understood, and another lamp was told nothing.
      this.#drop(id);
      this.#take(device, undefined);
    } else {
      lamp.wakesByItself = wakesByItself(device);
      this.#links.rewire(lamp, device);
      if (device.isolated === true) this.#report(lamp, device.address, { online: false });
    }
  }

  #take(device: Device, stored: CollectionValue<"light-states"> | undefined): void {
    const profile = this.#directory.profile(device.profile);
    if (profile?.kind !== "lamp" || !isId("lamp", device.id)) return;
    const kept = stored === undefined ? undefined : this.#histories.adopt(device.id, stored);
    const reported = kept?.reported ? sharedState(kept.reported, kept.desired) : null;
    const lamp: Lamp = {
      id: device.id,
      address: device.address,
      profile,
      desired: kept?.desired ?? asBought,
      reported,
      saved: reported,
      cause: kept?.cause ?? this.#cause({ kind: "device", actor: device.id, trigger: "added" }),
      history: this.#histories.of(device.id),
      page: undefined,
      reachable: false,
      isNew: kept === undefined,
      wakesByItself: wakesByItself(device),
      // Named from the start: what is added later lies apart from the rest of a lamp, and weighs more.
      two: undefined,
      changedAt: undefined,
      isAwaited: false,
      next: undefined,
      write: undefined,
      fade: undefined,
      busyAt: undefined,
      heardAt: undefined,
      askedAt: undefined,
      probe: undefined,
      answerBy: undefined,
    };
    this.#lamps.add(lamp);
    this.#links.rewire(lamp, device);
    lamp.page = this.#keep(lamp);
  }

  #keep(lamp: KeptLamp): Page<KeptLamp> {
    return this.#neighbours.add(this.#states.pageOf(lamp.id), lamp);
  }

  #drop(id: LampId): void {
    const lamp = this.#lamps.get(id);
    if (lamp === undefined) return;
    this.#links.remove(lamp);
    this.#writer.release(lamp);
    this.#waiters.answer(lamp.id, lamp.cause.command, "superseded");
    this.#lamps.remove(lamp);
    this.#histories.drop(id);
    const page = this.#states.pageOf(id);
    this.#neighbours.remove(page, lamp);
    this.#states.changed(page);
  }

  #cause(source: CauseSource): Cause {
    const command = idFrom("command", this.#entropy.bytes(idEntropyBytes));
    return { ...source, at: this.#clock.now(), command };
  }
}
