import { DeveloperKey } from "../../../app-sim/client/developer-key.ts";
import type { InsideClient } from "../../../app-sim/client/inside-client.ts";
import { signInBytes } from "../../../app-sim/client/sign-in-bytes.ts";
import { CanarySearch } from "../../../app-sim/verify/canary-search.ts";
import { packBeaconIdentity } from "../../../hub/codec/beacon-identity.ts";
import { packWifiCredentials } from "../../../hub/codec/wifi-credentials.ts";
import { sha256 } from "../../../hub/crypto/digest.ts";
import { pskOf } from "../../../hub/crypto/wpa-psk.ts";
import type { DeviceId, PersonId, PhoneId, SensorId } from "../../../hub/domain/ids.ts";
import type { HardwareAddress } from "../../../hub/domain/person.ts";
import { Days, Hours, Minutes } from "../../../hub/domain/units.ts";
import { type Canary, type CanaryKind, drawCanaries, drawRefused, phoneKey } from "./canaries.ts";
import type { DrivenHub } from "./driven-hub.ts";
import { signIn } from "./mqtt-sign-in.ts";

/** What a quarter of the year has to tell whoever watches it. */
export interface QuarterReport {
  /** Numbers of canaries that were seen to have arrived. */
  readonly arrived: readonly number[];
  /** Credentials that the hub itself drew and gave away. */
  readonly secrets: readonly string[];
  readonly topics: readonly string[];
  /** Of the Wi-Fi and of accounts, which are never shown to anybody: what was found in an answer all the same. */
  readonly answered: readonly string[];
}

interface Network {
  readonly ssid: Numbered;
  readonly password: Numbered;
}

export const quarters = 4;

/** So many of the lamps are there; the others answer to nobody. */
const plugged = 3;

interface Numbered extends Canary {
  readonly number: number;
}

interface Phoned {
  readonly person: PersonId;
  readonly phone: PhoneId;
  readonly key: ReturnType<typeof phoneKey>;
}

const lists = [
  "listRooms",
  "listZones",
  "listGroups",
  "listScenes",
  "listDevices",
  "listSchedules",
  "listPeople",
  "listTokens",
  "readPlace",
] as const;

const asJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/**
 * What people do in a quarter of a year: move in, name and rename everything, come and go, let guests in and out, take
 * things away again. Every text and key is a canary, and each is first shown to have arrived.
 */
export class Quarter {
  readonly #home: DrivenHub;
  readonly #owner: InsideClient;
  readonly #number: number;
  readonly #seed: number;
  readonly #report: (what: QuarterReport) => void;
  readonly #canaries: readonly Numbered[];
  readonly #arrived = new Set<number>();
  readonly #secrets: string[] = [];
  readonly #answered = new Set<string>();
  #counter = 0;

  constructor(home: DrivenHub, number: number, seed: number, report: (what: QuarterReport) => void) {
    this.#home = home;
    this.#owner = home.owner;
    this.#number = number;
    this.#seed = seed;
    this.#report = report;
    this.#canaries = drawCanaries(seed).map((canary, at) => ({ ...canary, number: at }));
  }

  /** @param days between one event and the next */
  async live(days: number): Promise<void> {
    this.#listenForSecrets();
    const people = await this.#moveIn();
    await this.#see();
    await this.#days(days, people);
    await this.#renameAll();
    await this.#see();
    await this.#days(days, people);
    await this.#takeAway(people);
    await this.#tryWhatIsRefused();
    await this.#days(days, people.slice(0, 1));
    await this.#owner.call("addRoom", { body: { name: "The last write" } });
    this.#report({
      arrived: [...this.#arrived],
      secrets: this.#secrets,
      topics: [...this.#home.topics],
      answered: [...this.#answered],
    });
  }

  /** The canaries of a kind that are this quarter's. */
  #of(kind: CanaryKind): readonly Numbered[] {
    const all = this.#canaries.filter((canary) => canary.kind === kind);
    return all.filter((_, at) => at % quarters === this.#number);
  }

  /** Half of them name something, the others are what it is called later. */
  #firstNames(kind: CanaryKind): readonly Numbered[] {
    return this.#of(kind).filter((_, at) => at % 2 === 0);
  }

  #laterNames(kind: CanaryKind): readonly Numbered[] {
    return this.#of(kind).filter((_, at) => at % 2 === 1);
  }

  async #moveIn(): Promise<readonly Phoned[]> {
    await this.#setPlace();
    await this.#setWifi(0);
    const rooms = await this.#each("room", ({ text }) =>
      this.#owner.call("addRoom", { body: { name: text } }),
    );
    const room = rooms[0]?.id ?? null;
    const lamps = await this.#addDevices("lamp", "lamp address", "lampkeeper/dimmable-bulb", room);
    const [button] = await this.#addDevices("sensor", "sensor address", "lampkeeper/wall-switch", room);
    const members = lamps.map(({ id }) => id);
    await this.#each("zone", ({ text }) => this.#owner.call("addZone", { body: { name: text, members } }));
    await this.#each("group", ({ text }) => this.#owner.call("addGroup", { body: { name: text, members } }));
    const [lamp = ""] = members;
    const effects = this.#of("effect");
    await this.#each("scene", ({ text }, at) => {
      const effect = effects[at]?.text;
      const state = { on: true, brightness: 40, ...(effect === undefined ? {} : { effect }) };
      return this.#owner.call("addScene", { body: { name: text, states: { [lamp]: state } } });
    });
    await this.#addRules(lamp, button?.id ?? "");
    await this.#hear(lamp as DeviceId, button?.id as DeviceId);
    await this.#issueTokens(members);
    await this.#giveKeys();
    const phoned = await this.#addPeople();
    await this.#signIn(0);
    return phoned;
  }

  async #setPlace(): Promise<void> {
    const [latitude, longitude] = [this.#of("latitude")[0]?.text, this.#of("longitude")[0]?.text];
    await this.#owner.call("setPlace", {
      body: {
        latitude: Number(latitude),
        longitude: Number(longitude),
        zone: "Pacific/Pago_Pago",
        tolerance: 1,
      },
    });
  }

  /** From here on every answer is held against this quarter's networks and passwords. */
  #listenForSecrets(): void {
    const words = [0, 1].flatMap((at) => {
      const { ssid, password } = this.#network(at);
      const psk = pskOf({ ssid: ssid.bytes, password: password.bytes });
      return [
        { what: "ssid", text: ssid.text },
        { what: "password", text: password.text },
        { what: "psk", text: psk.toString("hex") },
      ];
    });
    for (const { text } of this.#of("account password")) words.push({ what: "account password", text });
    const search = new CanarySearch(words.map(({ text }) => text));
    this.#home.onAnswer = (text) => {
      for (const { canary } of search.in(Buffer.from(text))) this.#answered.add(`${words[canary]?.what}`);
    };
  }

  #network(at: number): Network {
    const [ssid, password] = [this.#of("ssid")[at], this.#of("password")[at]];
    if (ssid === undefined || password === undefined) throw new RangeError("there is no such network");
    return { ssid, password };
  }

  /** Nobody is ever shown these two: they have arrived when an access point that has the same lets the hub in. */
  async #setWifi(at: number): Promise<void> {
    const { ssid, password } = this.#network(at);
    const network = { ssid: ssid.bytes, password: password.bytes };
    this.#home.air.accessPoint.configure(network);
    await this.#owner.call("setWifi", { bytes: packWifiCredentials(network) });
    const { outcome } = await this.#owner.call("testWifi");
    if (outcome === "joined") for (const { number } of [ssid, password]) this.#arrived.add(number);
    this.#secrets.push(pskOf(network).toString("hex"));
  }

  /** Somebody gets a password, their first or another one: it has arrived when it lets them in. */
  async #signIn(at: number): Promise<void> {
    const canary = this.#of("account password")[at];
    const { id = "" } = (await this.#owner.call("listPeople")).data.find(({ guest }) => !guest) ?? {};
    if (canary === undefined) throw new RangeError("there is no such password");
    await this.#owner.call("setPassword", { id, bytes: Uint8Array.from(canary.bytes) });
    const bytes = signInBytes(id, { password: canary.bytes, code: new Uint8Array() });
    const { person, token = "" } = await this.#owner.call("signIn", { bytes, query: { as: "token" } });
    if (person === id) this.#arrived.add(canary.number);
    this.#secrets.push(token.split(".").at(-1) ?? "");
    await this.#askFor(token, at);
  }

  /** What people write to the keeper of the home. */
  async #askFor(token: string, at: number): Promise<void> {
    const words = this.#of("request words")[at];
    if (words === undefined) return;
    const body = { kind: "support", name: "A", relationship: "self", request: words.text } as const;
    const { form } = await this.#home.as(token).call("addRequest", { body });
    if (form?.request === words.text) this.#arrived.add(words.number);
  }

  /** Somebody has changed the password of the access point. What the hub says of that is heard, whatever it is. */
  async #failToJoin(): Promise<void> {
    const { ssid } = this.#network(1);
    const network = { ssid: ssid.bytes, password: Buffer.from("of somebody else") };
    this.#home.air.accessPoint.configure(network);
    await Promise.allSettled([this.#owner.call("testWifi")]);
    const { outcome } = await this.#owner.call("readWifi");
    if (outcome !== "wrong-password") throw new RangeError(`the hub was not refused: ${outcome}`);
    await this.#owner.call("forgetWifi");
  }

  async #addDevices(names: CanaryKind, kind: CanaryKind, profile: string, room: string | null) {
    const addresses = this.#of(kind);
    return this.#each(names, async ({ text }, at) => {
      const canary = addresses[at];
      const address = canary === undefined ? {} : { address: canary.text };
      const device = await this.#owner.call("addDevice", { body: { name: text, profile, room, ...address } });
      const { username = "", password = "" } = device.credentials ?? {};
      await this.#signInByMqtt(username, password, canary);
      const added = this.#home.hub.inventory.device(device.id as DeviceId);
      if (added !== undefined && at < plugged) this.#home.plugIn(added);
      return device;
    });
  }

  /** What is written only shows by use. */
  async #signInByMqtt(username: string, password: string, shows?: Numbered): Promise<void> {
    const { network, mqtt } = this.#home;
    this.#secrets.push(password);
    const code = await signIn(network, mqtt, username, username, Buffer.from(password));
    if (code === 0 && shows?.text === username) this.#arrived.add(shows.number);
  }

  async #addRules(lamp: string, button: string): Promise<void> {
    const actions = this.#of("button action");
    const plans = [
      { kind: "daily", at: { kind: "time", at: "06:30" } },
      { kind: "daily", at: { kind: "sun", event: "sunset" } },
    ] as const;
    await this.#each("rule", ({ text }, at) => {
      const action = actions[at]?.text ?? "press";
      const plan = plans[at] ?? ({ kind: "presence", event: "first-arrives" } as const);
      return this.#owner.call("addSchedule", {
        body: {
          name: text,
          triggers: [plan, { kind: "button", sensor: button, action }],
          actions: [{ kind: "light", target: lamp, command: { on: at % 2 === 0 } }],
        },
      });
    });
  }

  /** What devices call their buttons and effects is their own affair, and is taken as they say it. */
  async #hear(lamp: DeviceId, button: DeviceId): Promise<void> {
    const pressed = new Set<string | undefined>();
    const stop = this.#home.hub.bus.subscribe("sensor.reported", ({ reading }) =>
      pressed.add(reading.action),
    );
    for (const { text } of this.#of("button action")) {
      this.#home.say(button, "event", JSON.stringify({ action: text, battery: 90 }));
      await this.#home.live(Minutes(1));
      if (!pressed.has(text)) throw new RangeError("what a button said has not arrived");
    }
    stop();
    for (const { text } of this.#of("effect")) {
      this.#home.say(lamp, "state", JSON.stringify({ on: true, brightness: 40, effect: text }));
      await this.#home.live(Minutes(1));
      const { reported } = await this.#owner.call("getLight", { id: lamp });
      if (reported?.effect !== text) throw new RangeError("what a lamp said has not arrived");
    }
  }

  async #issueTokens(lamps: readonly string[]): Promise<void> {
    await this.#each("token", async ({ text }, at) => {
      const who = at === 0 ? ({ role: "guest", lamps } as const) : ({ role: "resident" } as const);
      const issued = await this.#owner.call("addToken", { body: { name: text, ...who } });
      await this.#home.as(issued.token).call("getSession");
      this.#secrets.push(issued.token.split(".").at(-1) ?? "");
      if (at === 0) await this.#applyForProgram(text);
      await this.#signInByMqtt(issued.mqtt.username, issued.mqtt.password);
      return issued;
    });
  }

  /** Somebody's program, known by its key and this word, asks for all lamps and is refused. */
  async #applyForProgram(label: string): Promise<void> {
    const [seed] = this.#of("phone key");
    const key = new DeveloperKey(Buffer.from(sha256(Buffer.from(seed?.text ?? label))));
    const body = { label, publicKey: key.publicKey, terms: 1, signature: key.signApplication(label) };
    const { id } = await this.#owner.call("applyDeveloper", { body });
    const { challenge } = await this.#owner.call("challengeDeveloper", { body: { id } });
    const proof = { id, challenge, signature: key.signProof(id, challenge) };
    const { token } = await this.#owner.call("enterDeveloper", { body: proof });
    this.#secrets.push(token.split(".").at(-1) ?? "");
    await this.#home.as(token).call("askResource", { body: { device: "all", action: "command" } });
    const refusal = { device: "all", action: "command", decision: "refuse", reason: label } as const;
    await this.#owner.call("decideResource", { id, body: refusal });
  }

  async #addPeople(): Promise<readonly Phoned[]> {
    const people = await this.#each("person", ({ text }, at) => {
      const guest = at === 0 ? { guest: true, expiresIn: Days(40) / 1_000 } : {};
      return this.#owner.call("addPerson", { body: { name: text, ...guest } });
    });
    // The first one is a guest, who has agreed to nothing and is not noticed.
    for (const [at, canary] of this.#of("hardware address").entries())
      await this.#noticeOnNetwork(people[at + 1]?.id as PersonId, canary);
    await this.#registerBeacons(people[0]?.id as PersonId);
    const phoned: Phoned[] = [];
    for (const [at, canary] of this.#of("phone key").entries()) {
      const person = people.at(-1 - at)?.id as PersonId;
      const phone = await this.#owner.call("addPhone", { id: person, body: { publicKey: canary.text } });
      const all = this.#canaries.filter(({ kind }) => kind === "phone key");
      const key = phoneKey(all.findIndex(({ number }) => number === canary.number));
      const one = { person, phone: phone.id as PhoneId, key };
      await this.#say(one, "entered");
      this.#arrived.add(canary.number);
      phoned.push(one);
    }
    return phoned;
  }

  /** Nobody is ever shown it: it has arrived when it is known the second time. */
  async #registerBeacons(person: PersonId): Promise<void> {
    for (const { bytes: irk, number } of this.#of("beacon identity")) {
      const bytes = packBeaconIdentity({ kind: "phone", identity: irk });
      await this.#owner.call("addBeacon", { id: person, bytes });
      const [again] = await Promise.allSettled([this.#owner.call("addBeacon", { id: person, bytes })]);
      if (again.status === "rejected" && again.reason.code === "beacon_invalid") this.#arrived.add(number);
    }
  }

  /** As with beacons: it has arrived when the sensor is believed nothing else. */
  async #giveKeys(): Promise<void> {
    for (const { bytes, number } of this.#of("bind key")) {
      const address = `a4c13800${number.toString(16).padStart(4, "0")}`;
      const body = { name: "Thermometer", profile: "bthome/climate", address };
      const { id } = await this.#owner.call("addDevice", { body });
      const { sealed } = await this.#owner.call("setBindKey", { id: id as SensorId, bytes });
      if (sealed === true) this.#arrived.add(number);
    }
  }

  async #noticeOnNetwork(person: PersonId, { text, number }: Numbered): Promise<void> {
    const { network } = this.#home;
    await this.#owner.call("changePerson", { id: person, body: { addresses: [text] } });
    network.around.set(text as HardwareAddress, true);
    await this.#home.live(Minutes(2));
    const { source } = await this.#owner.call("getPerson", { id: person });
    if (source === "lan") this.#arrived.add(number);
    network.around.set(text as HardwareAddress, false);
    await this.#owner.call("changePerson", { id: person, body: { addresses: [] } });
  }

  /** @throws HubProblem when the hub does not know the phone's key */
  async #say({ person, phone, key }: Phoned, word: "entered" | "left"): Promise<void> {
    const said = { word, counter: ++this.#counter, issuedAt: this.#home.clock.now() };
    await this.#owner.call("hearPhone", { bytes: key.sign({ person, phone }, said) });
  }

  /** Two of them go out each day and come back. */
  async #days(count: number, people: readonly Phoned[]): Promise<void> {
    for (let day = 0; day < count; day++) {
      await this.#home.live(Hours(8));
      for (const one of people.slice(0, 2)) await this.#say(one, "left");
      await this.#home.live(Hours(10));
      for (const one of people.slice(0, 2)) await this.#say(one, "entered");
      await this.#home.live(Hours(6));
    }
  }

  async #renameAll(): Promise<void> {
    const renames = [
      ["room", "listRooms", "changeRoom"],
      ["zone", "listZones", "changeZone"],
      ["group", "listGroups", "changeGroup"],
      ["scene", "listScenes", "changeScene"],
      ["lamp", "listDevices", "changeDevice"],
      ["sensor", "listDevices", "changeDevice"],
      ["person", "listPeople", "changePerson"],
      ["token", "listTokens", "changeToken"],
      ["rule", "listSchedules", "changeSchedule"],
    ] as const;
    for (const [kind, list, change] of renames) {
      const { data } = await this.#owner.call(list);
      const first = this.#firstNames(kind);
      for (const [at, { text }] of this.#laterNames(kind).entries()) {
        const id = data.find(({ name }) => name === first[at]?.text)?.id;
        await this.#owner.call(change, { id: id ?? "", body: { name: text } });
      }
    }
    await this.#setWifi(1);
    await this.#signIn(1);
  }

  /** Half of everything goes again, and everybody but two. */
  async #takeAway(people: readonly Phoned[]): Promise<void> {
    const removals = [
      ["listSchedules", "removeSchedule"],
      ["listScenes", "removeScene"],
      ["listZones", "removeZone"],
      ["listGroups", "removeGroup"],
      ["listRooms", "removeRoom"],
      ["listTokens", "removeToken"],
      ["listDevices", "removeDevice"],
    ] as const;
    for (const [list, remove] of removals) {
      const { data } = await this.#owner.call(list);
      for (const { id } of data.filter((_, at) => at % 2 === 1)) await this.#owner.call(remove, { id });
    }
    const stay = people.slice(0, 2).map(({ person }) => person as string);
    const { data: everybody } = await this.#owner.call("listPeople");
    for (const { id } of everybody.filter((each) => !stay.includes(each.id)))
      await this.#owner.call("removePerson", { id });
    await this.#owner.call("forgetPlace");
    await this.#failToJoin();
  }

  /** At every door somebody says what the hub does not take. */
  async #tryWhatIsRefused(): Promise<void> {
    const { hub, network, mqtt, bearer } = this.#home;
    const words = drawRefused(this.#seed);
    const ask = (method: string, target: string, body: string, authorization: string) =>
      hub.handle({
        method,
        target: `/api/v1${target}`,
        isSecure: false,
        remote: "local",
        header: (name) =>
          ({ host: "localhost", authorization, "content-type": "application/json", "user-agent": words[7] })[
            name
          ],
        body: async () => Buffer.from(body),
        pieces: async function* () {},
      });
    await ask("GET", `/rooms/${words[0]}`, "", `Bearer ${bearer}`);
    await ask("POST", "/rooms", `{"name":"a","${words[1]}":1}`, `Bearer ${bearer}`);
    await ask("POST", "/rooms", `{"name":"${words[2]}`, `Bearer ${bearer}`);
    await ask("POST", "/rooms", JSON.stringify({ name: `${words[3]}\u0000` }), `Bearer ${bearer}`);
    await ask("GET", "/rooms", "", `Bearer ${words[4]}`);
    await ask("POST", "/session/code", JSON.stringify({ code: words[5] }), "");
    await signIn(network, mqtt, words[6] ?? "", words[8] ?? "", Buffer.from(words[9] ?? ""));
  }

  async #each<Made>(
    kind: CanaryKind,
    make: (canary: Numbered, at: number) => Promise<Made>,
  ): Promise<readonly Made[]> {
    const made: Made[] = [];
    for (const [at, canary] of this.#firstNames(kind).entries()) made.push(await make(canary, at));
    return made;
  }

  /** Whatever the API shows has arrived. */
  async #see(): Promise<void> {
    const answers = await Promise.all(lists.map((list) => this.#owner.call(list)));
    const text = JSON.stringify(answers);
    for (const canary of this.#canaries)
      if (text.includes(asJson(canary.text))) this.#arrived.add(canary.number);
  }
}
