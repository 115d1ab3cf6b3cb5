import type { DeviceFaults } from "../../devices/sim/faults.ts";
import type { SimLamp } from "../../devices/sim/sim-lamp.ts";
import type { AnswerOf, Shape } from "../../hub/api/contract.ts";
import type { LampId } from "../../hub/domain/ids.ts";
import type { HubClient } from "../client/hub-client.ts";

type Light = Shape<"Light">;
type State = Shape<"LightState">;

/** A lamp as a test sees it: its side in the hub, read live, and the simulated thing itself. */
export class TestLamp {
  readonly id: LampId;
  readonly #read: () => Light;
  readonly #api: HubClient;
  readonly #device: SimLamp;

  constructor(id: LampId, read: () => Light, api: HubClient, device: SimLamp) {
    this.id = id;
    this.#read = read;
    this.#api = api;
    this.#device = device;
  }

  get name(): string {
    return this.#read().name;
  }

  /** What it should show. */
  get desired(): State {
    return this.#read().desired;
  }

  /** What it last said it shows; null before first contact. */
  get reported(): State | null {
    return this.#read().reported;
  }

  /** What it should show, with why. */
  get state(): State & { readonly cause: Shape<"Cause"> } {
    const { desired, cause } = this.#read();
    return { ...desired, cause };
  }

  get cause(): Shape<"Cause"> {
    return this.#read().cause;
  }

  get isReachable(): boolean {
    return this.#read().reachable;
  }

  /** Commands it as a program would; resolves once accepted. @throws HubProblem when refused */
  set(command: Shape<"LightCommand">): Promise<AnswerOf<"setLight">> {
    return this.#api.call("setLight", { id: this.id, body: command });
  }

  /** Why it is as it is, and what did not run. */
  why(): Promise<Shape<"Why">> {
    return this.#api.call("explainLight", { id: this.id });
  }

  /** Cuts its mains. */
  unplug(): void {
    this.#device.unplug();
  }

  /** Gives it its mains back: it boots, and obeys its power-on behaviour. */
  plug(): void {
    this.#device.plugIn();
  }

  /** Somebody uses the lamp itself. Brightness in percent. */
  touch({ on, brightness }: { readonly on?: boolean; readonly brightness?: number }): void {
    const level = brightness === undefined ? undefined : (brightness / 100) * this.#device.model.limits.full;
    this.#device.touch({ on, level });
  }

  /** Makes it misbehave from now on; `{}`: it behaves again. */
  fault(faults: DeviceFaults): void {
    this.#device.misbehave(faults);
  }
}
