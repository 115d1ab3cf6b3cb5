import { Conflict, NotFound } from "../../hub/domain/errors.ts";
import type { PersonId, PhoneId } from "../../hub/domain/ids.ts";
import type { PhonePermission } from "../../hub/domain/phone-permission.ts";
import type { Position } from "../../hub/domain/place.ts";
import { purposes } from "../../hub/domain/purpose.ts";
import type { HubCaller } from "../client/hub-client.ts";
import { HubProblem } from "../client/hub-problem.ts";
import { offsetBy } from "./geofence.ts";
import { parseGpx } from "./gpx.ts";
import { type Chance, Life, standing } from "./movement.ts";
import { type PhoneAir, PhoneRadios } from "./phone-radios.ts";
import { PhoneKey } from "./presence-token.ts";
import { type PhoneClock, SimPhone } from "./sim-phone.ts";

/** Where simulated phones believe home to be, when they are not told. No hub ever is. */
const usualHome = { latitude: 52.37, longitude: 4.89 } as Position;

const names = ["Ana", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gia", "Hugo"];
/** Where somebody is who was put out of the house by hand: beyond any doubt. */
const outside = 3_000;

interface Resident {
  readonly person: PersonId;
  readonly name: string;
  readonly phone: SimPhone;
  readonly radios: PhoneRadios;
}

/** Where to put somebody. Absent: back to the life drawn from the seed. */
export interface Put {
  readonly to?: "home" | "away";
  readonly gpx?: string;
}

/** What their owner may do to a phone. */
export interface PhoneChange extends Readonly<Partial<Record<PhonePermission, boolean>>> {
  readonly flightMode?: boolean;
  readonly battery?: number;
}

/** What phones have around them, but for the hub. */
export interface PhonesAround {
  readonly air: PhoneAir;
  /** A way to the hub for an app on which somebody has signed in. */
  readonly callerOf: (token: string) => HubCaller;
}

/** How many of the list have ever moved in; it outlives a restart, and says nothing about anybody. */
export interface MovedIn {
  load(): number;
  save(count: number): void;
}

/** People of a simulated home with their phones. To the hub they are strangers with a token, as any app would be. */
export class Household {
  readonly #clock: PhoneClock;
  readonly #chance: Chance;
  readonly #hub: HubCaller;
  readonly #home: Position;
  readonly #around: PhonesAround | undefined;
  readonly #movedIn: MovedIn;
  readonly #residents = new Map<string, Resident>();

  /**
   * @param hub with a token that may add people
   * @param home where the phones think home is
   * @param around absent: they have no radios, and nobody signs in on them
   * @param movedIn absent: everybody is new
   */
  constructor(
    clock: PhoneClock,
    chance: Chance,
    hub: HubCaller,
    home: Position = usualHome,
    around?: PhonesAround,
    movedIn: MovedIn = { load: () => 0, save: () => {} },
  ) {
    this.#clock = clock;
    this.#chance = chance;
    this.#hub = hub;
    this.#home = home;
    this.#around = around;
    this.#movedIn = movedIn;
  }

  /**
   * So many people of a list live here from now on; the hub is told of those it does not know. A phone that comes back
   * after a restart is a phone on which the app was installed anew. Whom the hub has erased since does not come back.
   */
  async moveIn(count: number): Promise<void> {
    const { data: known } = await this.#hub.call("listPeople");
    const { phone: giver, zone } = await this.#hub.call("readPlace");
    const before = this.#movedIn.load();
    for (let number = 0; number < count; number++) {
      const name = nameOf(number);
      const namesakes = known.filter((each) => each.name === name);
      const person =
        // Somebody else may be called the same; whoever lived here has a phone.
        namesakes.find(({ phones }) => phones.length > 0) ??
        namesakes[0] ??
        (number < before ? undefined : await this.#hub.call("addPerson", { body: { name, agreed: false } }));
      if (person === undefined) continue;
      for (const { id } of person.phones) await this.#hub.call("removePhone", { id });
      const resident = await this.#equip(person.id as PersonId, name);
      this.#residents.set(person.id, resident);
      // Who has taken it back is not asked again because the app was installed anew.
      if (person.agreed?.state !== "withdrawn") resident.phone.agree(purposes.presence.version);
      // Set up anew, it gives the home's place again.
      if (person.phones.some(({ id }) => id === giver)) {
        await this.#hub.call("setPlace", { body: { ...this.#home, zone, phone: resident.phone.id } });
      }
    }
    this.#movedIn.save(Math.max(before, count));
    for (const { phone } of this.#residents.values()) phone.start();
  }

  close(): void {
    for (const { phone, radios } of this.#residents.values()) {
      phone.close();
      if (this.#around !== undefined) radios.leave(this.#around.air);
    }
  }

  list() {
    return [...this.#residents.values()].map(({ person, phone, radios }) => {
      const { mayLocate, mayUseWifi, mayUseBluetooth, mayNotify, isInFlightMode, battery } = phone.state;
      return {
        id: person,
        distance: phone.distance,
        location: mayLocate,
        wifi: mayUseWifi,
        bluetooth: mayUseBluetooth,
        notifications: mayNotify,
        address: radios.address,
        beacon: radios.beacon,
        signedIn: phone.isSignedIn,
        messages: phone.messages.length,
        flightMode: isInFlightMode,
        battery,
        waiting: phone.waiting,
        ...(phone.lastRefusal === undefined ? {} : { refusal: phone.lastRefusal }),
      };
    });
  }

  /** By id, or by name. @throws NotFound */
  phoneOf(word: string): SimPhone {
    return this.#resident(word).phone;
  }

  /** What somebody's phone was told by its owner. @throws NotFound */
  homeOf(person: string): { readonly phone: PhoneId; readonly position: Position } {
    const { phone } = this.#resident(person);
    return { phone: phone.id, position: this.#home };
  }

  /** @throws NotFound; InvalidInput: a GPX track that is none */
  put(person: string, { to, gpx }: Put): void {
    const { phone, name } = this.#resident(person);
    if (gpx !== undefined) phone.carry(parseGpx(gpx));
    else if (to !== undefined)
      phone.carry(standing(to === "home" ? this.#home : offsetBy(this.#home, outside, 0)));
    else phone.carry(this.#lifeOf(name));
  }

  /** @throws NotFound */
  change(person: string, change: PhoneChange): void {
    const { location, wifi, bluetooth, notifications, flightMode, battery } = change;
    this.#resident(person).phone.change({
      ...(location === undefined ? {} : { mayLocate: location }),
      ...(wifi === undefined ? {} : { mayUseWifi: wifi }),
      ...(bluetooth === undefined ? {} : { mayUseBluetooth: bluetooth }),
      ...(notifications === undefined ? {} : { mayNotify: notifications }),
      ...(flightMode === undefined ? {} : { isInFlightMode: flightMode }),
      ...(battery === undefined ? {} : { battery }),
    });
  }

  /**
   * Somebody signs in on their phone, and the app there is told their messages.
   * @param proof one byte length and their password, then a code if there is one; the caller wipes it
   * @throws NotFound; Conflict: the hub does not let them in
   */
  async signIn(person: string, proof: Uint8Array): Promise<void> {
    const { phone, person: id } = this.#resident(person);
    if (this.#around === undefined) throw new NotFound("nobody signs in on these phones");
    const bytes = Uint8Array.from([id.length, ...new TextEncoder().encode(id), ...proof]);
    try {
      const { token = "" } = await this.#hub.call("signIn", { bytes, query: { as: "token" } });
      phone.signedIn(this.#around.callerOf(token));
    } catch (error) {
      if (error instanceof HubProblem) throw new Conflict(`the hub does not let them in: ${error.code}`);
      throw error;
    } finally {
      bytes.fill(0);
    }
  }

  async #equip(person: PersonId, name: string): Promise<Resident> {
    const chance = this.#chance.fork(`phone of ${name}`);
    const key = new PhoneKey(Buffer.from(Array.from({ length: 32 }, () => Math.floor(256 * chance.next()))));
    const enrolled = await this.#hub.call("addPhone", { id: person, body: { publicKey: key.publicKey } });
    const identity = { person, phone: enrolled.id as PhoneId };
    const phone = new SimPhone(this.#clock, this.#hub, key, identity, this.#home, this.#lifeOf(name));
    const radios = new PhoneRadios(this.#chance.fork(`radios of ${name}`), phone);
    if (this.#around !== undefined) radios.enter(this.#around.air);
    return { person, name, phone, radios };
  }

  #lifeOf(name: string): Life {
    return new Life(this.#home, this.#chance.fork(`life of ${name}`));
  }

  #resident(word: string): Resident {
    const found =
      this.#residents.get(word) ?? [...this.#residents.values()].find(({ name }) => name === word);
    if (found === undefined) throw new NotFound("no such simulated person");
    return found;
  }
}

const nameOf = (number: number): string =>
  names[number] ?? `${names[number % names.length]} ${Math.floor(number / names.length) + 1}`;
