import type { Plant } from "./planted-source.ts";

/** A way in which something about a person could leave its place, put on one floor of the house. */
export interface FlowPlant {
  readonly floor: string;
  readonly sink: string;
}

/** Found by reading: a ban of the house forbids the line. */
export interface WrittenPlant extends FlowPlant {
  readonly file: string;
  readonly code: string;
}

/** Found by the compiler: what is not declared has no type. */
export interface TypedPlant extends FlowPlant {
  readonly file: string;
  readonly code: string;
}

/** Found as it happens: no type and no line betrays it. */
export interface LivePlant extends FlowPlant, Plant {}

/** One file of each floor and of each room. */
const floors: Readonly<Record<string, string>> = {
  domain: "hub/domain/name.ts",
  codec: "hub/codec/sign-in.ts",
  crypto: "hub/crypto/digest.ts",
  bus: "hub/bus/event-bus.ts",
  store: "hub/store/schema.ts",
  vault: "hub/vault/sealer.ts",
  broker: "hub/broker/embedded-broker.ts",
  ble: "hub/ble/ble-device-link.ts",
  privacy: "hub/privacy/sealed-store.ts",
  inventory: "hub/inventory/inventory.ts",
  lights: "hub/lights/light-service.ts",
  automation: "hub/automation/schedule-service.ts",
  people: "hub/people/person-service.ts",
  lifecycle: "hub/lifecycle/wifi-service.ts",
  rights: "hub/rights/chain-books.ts",
  api: "hub/api/routes/people.ts",
  interop: "hub/interop/mqtt/northbound.ts",
  roof: "hub/compose.ts",
  "platform/sim": "hub/platform/sim/sim-network.ts",
  "devices/profiles": "devices/profiles/lampkeeper.ts",
  "devices/kit": "devices/kit/define-profile.ts",
};

const lines: Readonly<Record<string, string>> = {
  file: 'import { writeFileSync } from "node:fs";',
  socket: 'import { connect } from "node:net";',
  "name look-up": 'import { lookup } from "node:dns";',
  "child process": 'import { execFile } from "node:child_process";',
  request: 'export const tell = (name: string) => fetch("http://example.org/?name=" + name);',
  console: "export const tell = (name: string) => console.log(name);",
  "standard output": "export const tell = (name: string) => process.stdout.write(name);",
  environment: 'export const tell = (name: string) => (process.env["LAST_GUEST"] = name);',
  "back door":
    'export const tell = async (name: string) => (await import("node:fs")).writeFileSync("x", name);',
};

/** Every sink that is written down, on every floor. */
export const writtenPlants: readonly WrittenPlant[] = Object.entries(floors).flatMap(([floor, file]) =>
  Object.entries(lines).map(([sink, code]) => ({ floor, sink, file, code })),
);

const rooms = ["inventory", "lights", "automation", "people", "lifecycle", "rights"] as const;

/** Between « and » stands what nobody declared, and after | what would have been right: without it the line compiles. */
const roomCode: Readonly<Record<string, string>> = {
  "field of a collection": `(store: import("../privacy/guarded-store.ts").GuardedStore, name: string) =>
    store.collection("rooms").put("r", { id: "r-aaaaaaaaaaaa" as import("../domain/ids.ts").RoomId, name«, guest: name|» })`,
  collection: `(store: import("../privacy/guarded-store.ts").GuardedStore) => store.collection(«"guest-book"|"rooms"»)`,
  "field of the log": `(log: import("../privacy/audited-log.ts").AuditedLog, name: string) =>
    log.write("info", "guest.came", { «name|what: name» })`,
  "field of an event": `(bus: import("../domain/event.ts").EventBus, _name: string) =>
    bus.publish({ kind: "mode.changed", mode: "home", at: 0 as import("../domain/units.ts").Instant«, name: _name|» })`,
  "field of a book": `(book: import("../privacy/sealed-chain.ts").Chain<"changes">, name: string) =>
    book.append({ at: 0 as import("../domain/units.ts").Instant, content: { what: "name", field: "name", before: null, after: name«, guest: name|» } })`,
};

const doorCode: Readonly<Record<string, string>> = {
  "field of an answer": `(answer: { name: string«; guest: string|» }): import("../../privacy/outlets.ts").Answer<"Room", typeof answer> => answer`,
  "answer without a declaration": `(name: string): import("../../privacy/outlets.ts").Answer<«"GuestBook"|"Room"», { name: string }> => ({ name })`,
};

const roofCode: Readonly<Record<string, string>> = {
  secret: `(store: import("./privacy/sealed-store.ts").SealedStore) => store.secret(«"guest-wifi"|"wifi"»)`,
  shelf: `(store: import("./privacy/sealed-store.ts").SealedStore) => store.shelf(«"guest-keys"|"totp"»)`,
  book: `(store: import("./privacy/sealed-store.ts").SealedStore, signer: () => import("./privacy/sealed-chain.ts").ChainSigner) =>
    store.chain(«"guests"|"changes"», signer)`,
};

const onFloor = (floor: string, code: Readonly<Record<string, string>>): readonly TypedPlant[] =>
  Object.entries(code).map(([sink, text]) => ({ floor, sink, file: floors[floor] ?? "", code: text }));

/** Every sink that has a type, in every room that could reach it. */
export const typedPlants: readonly TypedPlant[] = [
  ...rooms.flatMap((room) => onFloor(room, roomCode)),
  ...onFloor("api", doorCode),
  ...onFloor("roof", roofCode),
];

const undeclared = /«([^|]*)\|([^»]*)»/g;
/** The line with what nobody declared. */
export const withFault = (code: string): string => code.replace(undeclared, "$1");
/** The same line as it would be right. */
export const withoutFault = (code: string): string => code.replace(undeclared, "$2");

const atTheRoof = {
  file: "hub/compose.ts",
  floor: "roof",
  find: 'bus.subscribe("home.changed", ({ what, id, change }) => {',
} as const;

/** At the roof, where all rooms are in reach, whenever something of the home has changed. */
const onChange = (sink: string, code: string): LivePlant => ({
  ...atTheRoof,
  sink,
  replace: `${atTheRoof.find} ${code}`,
});

/** Every sink that only running shows. */
export const livePlants: readonly LivePlant[] = [
  {
    floor: "inventory",
    sink: "field of a collection",
    file: "hub/inventory/inventory.ts",
    find: 'this.#save(this.#store.collection("rooms"), this.#rooms, room, "room", "added");',
    replace:
      'this.#save(this.#store.collection("rooms"), this.#rooms, Object.assign({ guest: name }, room), "room", "added");',
  },
  {
    floor: "people",
    sink: "field of a collection",
    file: "hub/people/person-service.ts",
    find: "this.#store.admit(id);",
    replace: "this.#store.admit(id); Object.assign(person, { surname: person.name });",
  },
  {
    floor: "people",
    sink: "field of a token",
    file: "hub/people/token-service.ts",
    find: 'else this.#store.collection("tokens").put(token.id, token);',
    replace:
      'else this.#store.collection("tokens").put(token.id, Object.assign({ lastUser: token.name }, token));',
  },
  {
    floor: "lights",
    sink: "field of a scene",
    file: "hub/lights/scene-service.ts",
    find: 'this.#store.collection("scenes").put(scene.id, scene);',
    replace: 'this.#store.collection("scenes").put(scene.id, Object.assign({ author: scene.name }, scene));',
  },
  {
    floor: "lights",
    sink: "field of a page",
    file: "hub/lights/light-service.ts",
    find: 'store.live("light-states", (page) => this.#statesOf(page));',
    replace:
      'store.live("light-states", (page) => [...this.#statesOf(page)].map(([key, state]) => [key, Object.assign({ by: "Ana" }, state)] as const));',
  },
  {
    floor: "automation",
    sink: "field of a collection",
    file: "hub/automation/rule-store.ts",
    find: "    this.#records.put(rule.id, rule);\n    this.#rules.set",
    replace:
      "    this.#records.put(rule.id, Object.assign({ author: rule.name }, rule));\n    this.#rules.set",
  },
  {
    floor: "people",
    sink: "collection",
    file: "hub/people/person-service.ts",
    find: "this.#store.admit(id);",
    replace:
      'this.#store.admit(id); this.#store.collection("guest-book" as "rooms").put(id, person as never);',
  },
  {
    floor: "api",
    sink: "field of a room's answer",
    file: "hub/api/home-json.ts",
    find: "  devices: devices.filter((device) => device.room === room.id)",
    replace: "  ...{ floor: room.name },\n  devices: devices.filter((device) => device.room === room.id)",
  },
  {
    floor: "api",
    sink: "field of a person's answer",
    file: "hub/api/people-json.ts",
    find: "  onNetwork: person.addresses.length > 0,",
    replace:
      "  ...{ addresses: person.addresses, surname: person.name },\n  onNetwork: person.addresses.length > 0,",
  },
  {
    floor: "api",
    sink: "label of a metric",
    file: "hub/api/server.ts",
    find: "samples: [{ labels: { version: this.#options.version }, value: 1 }],",
    replace:
      "samples: [{ labels: { version: this.#options.version, owner: this.#services.home.rooms().map(({ name }) => name).join() }, value: 1 }],",
  },
  {
    floor: "interop",
    sink: "topic",
    file: "hub/interop/mqtt/northbound.ts",
    find: `this.#topics.publish(\`\${this.#base}/\${id}/availability\`, availability(online), kept);`,
    replace: `this.#topics.publish(\`\${this.#base}/\${(isId('lamp', id) ? this.#rooms.lights.get(id)?.name.replaceAll(' ', '-') : undefined) ?? id}/availability\`, availability(online), kept);`,
  },
  {
    floor: "broker",
    sink: "topic",
    file: "hub/broker/embedded-broker.ts",
    find: "    assertTopicName(topic);\n    this.#publish(new Message(topic, given(payload)",
    replace: `    assertTopicName(topic);\n    this.#publish(new Message(\`last/\${topic}\`, given(payload), 0, ""), true);\n    this.#publish(new Message(topic, given(payload)`,
  },
  {
    floor: "inventory",
    sink: "field of an event",
    file: "hub/inventory/inventory.ts",
    find: 'this.#bus.publish({ kind: "home.changed", what, id, change, at: this.#clock.now() });',
    replace:
      'this.#bus.publish(Object.assign({ name: this.rooms().map(({ name }) => name).join() }, { kind: "home.changed", what, id, change, at: this.#clock.now() } as const));',
  },
  {
    floor: "vault",
    sink: "name of a file",
    file: "hub/vault/vault.ts",
    find: "    if (!this.#sealers.has(name)) this.#keep(name,",
    replace: `    this.#files.replace(\`key-\${name.replace("/", "-")}\`, Buffer.from("x"));\n    if (!this.#sealers.has(name)) this.#keep(name,`,
  },
  onChange(
    "field of the log",
    'log.write("info", "home.changed", { name: inventory.rooms()[0]?.name } as object);',
  ),
  onChange("event of the log", `log.write("info", \`home.\${inventory.rooms()[0]?.name}\`);`),
  onChange(
    "raw log",
    `platform.log.write("info", "home.changed", { name: \`\${inventory.rooms()[0]?.name}\` });`,
  ),
  onChange("host", 'void platform.network.connect({ host: "192.0.2.7", port: 9 }).catch(() => {});'),
  onChange(
    "name of a file",
    `platform.store.files.replace(\`guest-\${inventory.rooms().length}\`, Buffer.from("x"));`,
  ),
  onChange(
    "content of a file",
    'platform.store.files.replace("guests", Buffer.from(inventory.rooms().join()));',
  ),
  onChange("topic", `broker.publish(\`lampkeeper/\${inventory.rooms()[0]?.name}\`, "");`),
];

/** On which no plant can stand, and why. */
export const notPlanted: Readonly<Record<string, string>> = {
  ports: "declares interfaces, and has no statement to put one into",
  "platform/node":
    "calls the operating system by its purpose; what it writes and sends is watched from outside, under strace and on the wire",
};
