import type { PersonId } from "../../hub/domain/ids.ts";
import type { HubCaller } from "../client/hub-client.ts";
import type { Household, PhoneChange, Put } from "../phone/household.ts";

/** Somebody who lives in the simulated home, with a phone. */
export class TestPerson {
  readonly id: PersonId;
  readonly name: string;
  readonly #api: HubCaller;
  readonly #household: Household;
  readonly #isHome: () => boolean | undefined;

  constructor(
    id: PersonId,
    name: string,
    api: HubCaller,
    household: Household,
    isHome: () => boolean | undefined,
  ) {
    this.id = id;
    this.name = name;
    this.#api = api;
    this.#household = household;
    this.#isHome = isHome;
  }

  /** What the hub believes; undefined: it does not know. */
  get isHome(): boolean | undefined {
    return this.#isHome();
  }

  /** Goes there at once and stays; on a GPX track; or, with neither, lives on as the seed has it. */
  send(where: Put = {}): void {
    this.#household.put(this.id, where);
  }

  /** Their phone gives the home's place to the hub, as it may at its set-up. */
  async givePlace(): Promise<void> {
    await this.#api.call("giveSimPlace", { id: this.id });
  }

  /** Permission, flight mode and battery of the phone. */
  phone(change: PhoneChange): void {
    this.#household.change(this.id, change);
  }
}
