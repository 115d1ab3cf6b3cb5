import type { BodyOf, Shape } from "../../../hub/api/contract.ts";
import { roles, scopes } from "../../../hub/domain/access.ts";
import { phonePermissions, stopsWithout } from "../../../hub/domain/phone-permission.ts";
import { CliError, usageError } from "../cli-error.ts";
import { type Context, findOne } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import type { Result } from "../output.ts";
import { numberOf, secondsOf } from "../quantities.ts";
import { oneOf, rightsOptions, roleChoice, wordsOf } from "../rights-options.ts";
import { type Options, settingOf } from "../settings.ts";
import { timeText } from "../wording.ts";
import { lampsOf } from "./target.ts";

type Person = Shape<"Person">;

const personArgument = { name: "person", help: "id or name of a person", completes: "person" } as const;
const guestOptions = [
  { name: "guest", help: "a visitor" },
  { name: "expires", value: "TIME", help: "forget a guest after so long, such as 2d" },
  {
    name: "address",
    value: "LIST",
    help: "hardware addresses by which the home's network may notice them; none takes them away",
  },
] as const;

const peopleOf = async (context: Context): Promise<readonly Person[]> =>
  (await context.hub().call("listPeople")).data;

const findPerson = async (context: Context, word: string): Promise<Person> =>
  findOne("person", word, await peopleOf(context));

const changeOf = ({ guest, expires, address }: Options): BodyOf<"changePerson"> => ({
  ...(guest === true ? { guest: true } : {}),
  ...(typeof expires === "string" ? { guest: true, expiresIn: secondsOf(expires, "--expires") } : {}),
  ...(typeof address === "string"
    ? {
        addresses:
          address === "none"
            ? []
            : address
                .split(",")
                .map((each) => each.trim())
                .filter(Boolean),
      }
    : {}),
});

const whereText = ({ presence, paused, confidence, source }: Person): string => {
  if (paused !== undefined) return `unknown: paused (${paused.reason})`;
  return presence === "unknown" ? "unknown" : `${presence}, ${confidence} % sure by ${source}`;
};

const accountText = ({ account }: Person): string => {
  if (account === undefined) return "none";
  return account.totp ? "password and authenticator" : "password";
};

const shownText = (person: Person, timeZone: string | undefined): string =>
  [
    person.name,
    `  id        ${person.id}`,
    `  role      ${person.role}`,
    `  account   ${accountText(person)}`,
    `  presence  ${whereText(person)}`,
    ...(person.since === undefined ? [] : [`  since     ${timeText(person.since, timeZone)}`]),
    ...(person.guest
      ? [
          `  guest     ${person.expires === null ? "until removed" : `until ${timeText(person.expires, timeZone)}`}`,
        ]
      : []),
    `  agreed    ${agreedText(person)}`,
    `  network   ${person.onNetwork ? "asked" : "not asked"}`,
    `  phones    ${person.phones.length === 0 ? "none" : person.phones.map(({ id }) => id).join(" ")}`,
  ].join("\n");

/** What `--lamps` and `--scopes` say. */
const rightsIn = async (
  context: Context,
  options: Options,
): Promise<Pick<BodyOf<"setRole">, "lamps" | "scopes">> => {
  const lampWords = wordsOf(options["lamps"]);
  const known = lampWords.length === 0 ? [] : await lampsOf(context);
  const wantedScopes = wordsOf(options["scopes"]).map((word) => oneOf(word, "scope", scopes));
  return {
    ...(lampWords.length > 0 ? { lamps: lampWords.map((word) => findOne("lamp", word, known).id) } : {}),
    ...(wantedScopes.length > 0 ? { scopes: wantedScopes } : {}),
  };
};

const addedText = ({ name, id, agreed }: Person): string =>
  agreed.state === "given"
    ? `${name} (${id}) is added, and on record as having told you that they agree`
    : `${name} (${id}) is added; nothing is recorded of them before they agree: lampkeeper person invite`;

const agreedText = ({ agreed: { state, decided } }: Person): string =>
  state === "given" ? `yes, by ${decided?.way}` : state;

const timeZoneOf = (context: Context) => settingOf(context.settings, "time-zone").value;

/** Verbs that do one thing to one person. */
const doing = (
  verb: string,
  summary: string,
  would: string,
  act: (context: Context, person: Person) => Promise<Person>,
  told: (person: Person) => string,
): CommandDefinition => ({
  path: `person ${verb}`,
  summary,
  args: [personArgument],
  examples: [`lampkeeper person ${verb} Ana`],
  run: async (context, [word = ""]): Promise<Result> => {
    const person = await findPerson(context, word);
    if (context.dryRun) return { data: { id: person.id }, text: `${person.name} would be ${would}` };
    const changed = await act(context, person);
    return { data: changed, text: told(changed) };
  },
});

/** What somebody of a simulated home does, and what they do to their phone. */
const simulated: CommandDefinition = {
  path: "person simulate",
  summary: "Of a simulated home: send somebody somewhere, or do something to their phone",
  details:
    "Location, Wi-Fi, Bluetooth and notifications are permissions of their own; what stops without each: lampkeeper person permissions. A phone without permission for its location says so; rules about its person rest then, and those that follow the sun if it gave the home's place.",
  args: [personArgument],
  options: [
    { name: "go", value: "WHERE", help: "home, away, or free: back to a life of their own" },
    { name: "location", value: "ON|OFF", help: "whether the phone may know where it is" },
    { name: "wifi", value: "ON|OFF", help: "whether the home's network may show the phone" },
    { name: "bluetooth", value: "ON|OFF", help: "whether it may send its beacon, and speak Improv" },
    { name: "notifications", value: "ON|OFF", help: "whether it may show messages" },
    { name: "flight-mode", value: "ON|OFF", help: "whether the phone is cut off" },
    { name: "battery", value: "PERCENT", help: "0: it is off" },
    { name: "give-place", help: "the phone gives the home's place to the hub" },
  ],
  examples: [
    "lampkeeper person simulate Ana --location off",
    "lampkeeper person simulate Ana --bluetooth off",
    "lampkeeper person simulate Ana --give-place",
    "lampkeeper person simulate Ben --go away",
  ],
  run: async (context, [word = ""], options): Promise<Result> => {
    const { id, name } = await findPerson(context, word);
    const [move, phone] = [moveOf(options), phoneChangeOf(options)];
    const isGiving = options["give-place"] === true;
    if (move === undefined && phone === undefined && !isGiving)
      throw usageError("say what: --go, a permission, --flight-mode, --battery or --give-place");
    if (context.dryRun) return { data: { id }, text: `${name} would do so` };
    const hub = context.hub();
    if (move !== undefined) await hub.call("moveSimPerson", { id, body: move });
    if (phone !== undefined) await hub.call("changeSimPhone", { id, body: phone });
    if (isGiving) await hub.call("giveSimPlace", { id });
    return { data: { id }, text: `${name} does so` };
  },
};

/** By what the home can notice a simulated phone, and what its owner lets it do. */
const permissions: CommandDefinition = {
  path: "person permissions",
  summary: "Of a simulated home: what somebody's phone may do, and what stops without each permission",
  details:
    "Each is taken and given by itself: lampkeeper person simulate. The phone's hardware address and beacon are for lampkeeper person change --address and lampkeeper beacon add --kind ibeacon.",
  args: [personArgument],
  examples: ["lampkeeper person permissions Ana"],
  run: async (context, [word = ""]): Promise<Result> => {
    const { id, name } = await findPerson(context, word);
    const phone = (await context.hub().call("listSimPeople")).data.find((each) => each.id === id);
    if (phone === undefined)
      throw new CliError("notFound", "no_simulated_phone", `${name} has no simulated phone`);
    return {
      data: phonePermissions.map((permission) => ({
        permission,
        given: phone[permission],
        stops: stopsWithout[permission],
      })),
      text: {
        columns: ["PERMISSION", "GIVEN", "WHAT STOPS WITHOUT IT"],
        rows: phonePermissions.map((permission) => [
          permission,
          phone[permission] ? "yes" : "no",
          stopsWithout[permission],
        ]),
        empty: "no permissions",
      },
      next: `address ${phone.address}, beacon ${phone.beacon}, unread messages shown ${phone.messages}`,
    };
  },
};

const moveOf = ({ go }: Options): BodyOf<"moveSimPerson"> | undefined => {
  if (go === undefined) return undefined;
  if (go === "home" || go === "away") return { to: go };
  if (go === "free") return {};
  throw usageError("--go takes home, away or free");
};

const phoneChangeOf = (options: Options): BodyOf<"changeSimPhone"> | undefined => {
  const { battery } = options;
  const permissions = phonePermissions.flatMap((permission) => {
    const isGiven = switchOf(options, permission);
    return isGiven === undefined ? [] : [[permission, isGiven] as const];
  });
  const flightMode = switchOf(options, "flight-mode");
  const change = {
    ...Object.fromEntries(permissions),
    ...(flightMode === undefined ? {} : { flightMode }),
    ...(typeof battery === "string" ? { battery: numberOf(battery, "--battery") } : {}),
  };
  return Object.keys(change).length === 0 ? undefined : change;
};

const switchOf = (options: Options, name: string): boolean | undefined => {
  const word = options[name];
  if (word === undefined) return undefined;
  if (word === "on" || word === "off") return word === "on";
  throw usageError(`--${name} takes on or off`);
};

export const personCommands: readonly CommandDefinition[] = [
  {
    path: "person list",
    summary: "Everybody, and who is home as far as the hub knows",
    examples: ["lampkeeper person list"],
    run: async (context) => {
      const people = await peopleOf(context);
      return {
        data: people,
        text: {
          columns: ["PERSON", "PRESENCE", "SINCE", "ID"],
          rows: people.map((person) => [
            person.guest ? `${person.name} (guest)` : person.name,
            whereText(person),
            person.since === undefined ? "" : timeText(person.since, timeZoneOf(context)),
            { text: person.id, dim: true },
          ]),
          empty: "no people",
        },
      };
    },
  },
  {
    path: "person show",
    summary: "One person",
    args: [personArgument],
    examples: ["lampkeeper person show Ana"],
    run: async (context, [word = ""]) => {
      const person = await findPerson(context, word);
      return { data: person, text: shownText(person, timeZoneOf(context)) };
    },
  },
  {
    path: "person add",
    summary: "Add a person, or a guest who is forgotten by a given time",
    details:
      "Whoever adds a resident says that they have agreed that the hub keeps whether they are home: it is on record with you as witness, and they can take it back. With --ask they are asked instead, and a guest always is: nothing is recorded of them before they have said so.",
    args: [{ name: "name", help: "1 to 64 visible characters" }],
    options: [
      {
        name: "role",
        value: "ROLE",
        help: `one of ${roles.join(", ")} (default resident)`,
        completes: roleChoice,
      },
      ...rightsOptions,
      ...guestOptions,
      { name: "ask", help: "they have not agreed yet: they are asked themselves" },
    ],
    examples: [
      "lampkeeper person add Ana --role owner",
      "lampkeeper person add Visitor --role guest --lamps Hall,Desk --expires 2d",
    ],
    run: async (context, [name = ""], options) => {
      const { expiresIn, ...rest } = changeOf(options);
      const { role } = options;
      const wanted = {
        ...rest,
        name,
        ...(typeof role === "string" ? { role: oneOf(role, "role", roles) } : {}),
        ...(await rightsIn(context, options)),
        ...(typeof expiresIn === "number" ? { expiresIn } : {}),
        ...(options["ask"] === true ? { agreed: false } : {}),
      };
      if (context.dryRun) return { data: wanted, text: `${name} would be added` };
      const person = await context.hub().call("addPerson", { body: wanted });
      return { data: person, text: addedText(person) };
    },
  },
  {
    path: "person change",
    summary: "Another name, a guest or not, addresses on the home's network",
    args: [personArgument],
    options: [{ name: "name", value: "NAME", help: "1 to 64 visible characters" }, ...guestOptions],
    examples: [
      "lampkeeper person change Ana --name Anna",
      "lampkeeper person change Ana --address 02:00:00:aa:bb:cc",
    ],
    run: async (context, [word = ""], options) => {
      const person = await findPerson(context, word);
      const { name } = options;
      const change = { ...changeOf(options), ...(typeof name === "string" ? { name } : {}) };
      if (context.dryRun) return { data: change, text: `${person.name} would be changed` };
      const changed = await context.hub().call("changePerson", { id: person.id, body: change });
      return { data: changed, text: shownText(changed, timeZoneOf(context)) };
    },
  },
  {
    path: "person role",
    summary: "What somebody may do once they have signed in; they are signed out everywhere",
    args: [personArgument, { name: "role", help: `one of ${roles.join(", ")}`, completes: roleChoice }],
    options: [
      ...rightsOptions,
      { name: "expires", value: "TIME", help: "forget a guest after so long, such as 2d" },
    ],
    examples: [
      "lampkeeper person role Ana owner",
      "lampkeeper person role Visitor guest --lamps Hall --expires 2d",
    ],
    run: async (context, [word = "", wanted = ""], options) => {
      const person = await findPerson(context, word);
      const { expires } = options;
      const body = {
        role: oneOf(wanted, "role", roles),
        ...(await rightsIn(context, options)),
        ...(typeof expires === "string" ? { expiresIn: secondsOf(expires, "--expires") } : {}),
      };
      if (context.dryRun) return { data: body, text: `${person.name} would be ${body.role}` };
      const changed = await context.hub().call("setRole", { id: person.id, body });
      return { data: changed, text: shownText(changed, timeZoneOf(context)) };
    },
  },
  {
    path: "person remove",
    summary: "Forget a person: the key to everything known of them is destroyed",
    args: [personArgument],
    examples: ["lampkeeper person remove Ana --yes"],
    run: async (context, [word = ""]) => {
      const person = await findPerson(context, word);
      if (context.dryRun) return { data: { id: person.id }, text: `${person.name} would be forgotten` };
      await context.confirm(`Forget ${person.name}? No copy of what is known of them opens again.`);
      await context.hub().call("removePerson", { id: person.id });
      return { data: { id: person.id }, text: `${person.name} is forgotten` };
    },
  },
  doing(
    "home",
    "Say by hand that somebody is home",
    "home",
    (context, { id }) => context.hub().call("setPresence", { id, body: { home: true } }),
    ({ name }) => `${name} is home`,
  ),
  doing(
    "away",
    "Say by hand that somebody is away",
    "away",
    (context, { id }) => context.hub().call("setPresence", { id, body: { home: false } }),
    ({ name }) => `${name} is away`,
  ),
  doing(
    "pause",
    "Record nothing of somebody's coming and going; rules about them rest",
    "paused",
    (context, { id }) => context.hub().call("pausePerson", { id }),
    ({ name }) => `${name}: nothing is recorded until resumed`,
  ),
  doing(
    "resume",
    "End a pause",
    "resumed",
    (context, { id }) => context.hub().call("resumePerson", { id }),
    ({ name }) => `${name}: tokens and sightings count again`,
  ),
  {
    path: "person phone",
    summary: "Enrol a phone by its public key, or take one away",
    details:
      "A phone shows its key when it is asked to join a home. One that was removed counts for nothing at once.",
    args: [
      personArgument,
      { name: "key", help: "Ed25519 public key, 32 bytes in base64url", optional: true },
    ],
    options: [{ name: "remove", value: "PHONE", help: "id of a phone; see: lampkeeper person show" }],
    examples: [
      "lampkeeper person phone Ana 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
      "lampkeeper person phone Ana --remove ph-aaaaaaaaaaaa",
    ],
    run: async (context, [word = "", key], { remove }) => {
      const person = await findPerson(context, word);
      if (typeof remove === "string") return await removePhone(context, person, remove);
      if (key === undefined) throw usageError("person phone takes the key of a phone, or --remove PHONE");
      return await addPhone(context, person, key);
    },
  },
  simulated,
  permissions,
];

const addPhone = async (context: Context, person: Person, publicKey: string): Promise<Result> => {
  if (context.dryRun) return { data: { id: person.id }, text: `a phone of ${person.name} would be enrolled` };
  const phone = await context.hub().call("addPhone", { id: person.id, body: { publicKey } });
  return { data: phone, text: `a phone of ${person.name} is enrolled: ${phone.id}` };
};

const removePhone = async (context: Context, person: Person, phone: string): Promise<Result> => {
  const known = person.phones.map(({ id }) => ({ id, name: id }));
  const { id } = findOne("phone", phone, known);
  if (context.dryRun) return { data: { id }, text: `a phone of ${person.name} would be removed` };
  await context.confirm(`Remove this phone of ${person.name}?`);
  await context.hub().call("removePhone", { id });
  return { data: { id }, text: `the phone ${id} is removed` };
};
