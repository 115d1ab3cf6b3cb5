import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Route, type RouteName, routes, type Shape } from "../../../hub/api/contract.ts";
import { type Role, roles, type Scope, scopesOfRole } from "../../../hub/domain/access.ts";
import { Minutes } from "../../../hub/domain/units.ts";
import { proves } from "../../support/proves.ts";
import { AccountHouse } from "./account-house.ts";
import type { SendInit } from "./house.ts";

/** What the developer of this table was granted. */
const granted: readonly Scope[] = ["lights:read", "metrics"];

/**
 * Who may ask what, written by hand, and by nothing that the hub reads: a letter for each role (owner, resident, guest,
 * installer, developer), and the routes that those and no others may use. Of lamps, a guest has the chosen ones alone.
 */
const written: Readonly<Record<string, string>> = {
  orgid: `signIn signInWithCode hearPhone readWipeCertificate readContract checkHealth checkReadiness
    getSession signOut stepUp getAccount endOwnSessions changeOwnPassword beginTotp confirmTotp endTotp readClock
    listLights getLight explainLight streamEvents listSignIns seeSignIns readRoleTerms acknowledgeRole listWallScenes
    lookAtPass enterByPass readDeveloperTerms applyDeveloper challengeDeveloper enterDeveloper`,
  orgi: "setLight resumeCircadian recallWallScene",
  orid: `readSystem listScenes getScene listRooms getRoom listZones getZone listGroups getGroup listDevices getDevice
    listCircadian listSchedules listUpcoming compareSchedules getSchedule explainSchedule readMode readPlace findCities
    readSun`,
  ori: `recallScene setRoom setZone setGroup changeLight addScene changeScene removeScene addRoom changeRoom removeRoom
    addZone changeZone removeZone addGroup changeGroup removeGroup setCircadian endCircadian previewRoundings`,
  or: `readVacation addSchedule changeSchedule removeSchedule pauseSchedule resumeSchedule runSchedule setMode
    vouchForClock listPeople getPerson listGrants readAccess readAgeRule offerGuardian confirmGuardian withdrawGuardian
    listPasses`,
  oi: `addDevice changeDevice removeDevice setBindKey shareWifi shareWifiSealed readDeviceFirmware beginPairing readPairing
    identifyCandidate addCandidate endPairing`,
  oid: "readMetrics",
  o: `listRegistry previewAccess setCountry declareAge purgePerson addPass removePass readOwnDeveloper askResource listDeveloperDevices
    readDeveloperLamp commandDeveloperLamp listDevelopers listDeveloperCalls decideResource removeDeveloper
    listTokens getToken addToken changeToken keepToken removeToken addSignInCode listSessions endSessions setPassword
    removePassword setRole addPerson changePerson removePerson addPhone removePhone addBeacon removeBeacon setPresence pausePerson resumePerson
    setPlace forgetPlace setVeil listRoundings readWifi setWifi forgetWifi testWifi shareWifiInClear openProvisioning closeProvisioning
    requestReset confirmReset readVault rotateVault listChecks verifyBooks readUpdate installUpdate confirmUpdate revertUpdate
    postponeUpdate updateDevice giveSimPlace readSimClock pauseSimClock resumeSimClock advanceSimClock jumpSimClock
    listSimDevices unplugSimDevice plugSimDevice misbehaveSimDevice touchSimDevice pressSimDevice senseSimDevice
    listSimPeople moveSimPerson changeSimPhone readSimAccessPoint configureSimAccessPoint unplugSimAccessPoint
    plugSimAccessPoint readSimPanel pressSimPanel tellBySimPhone listSimShelf readSimFaults clearSimFaults`,
};

/** Routes before which people show once more who they are. */
const writtenStepUp = `addToken addSignInCode setPassword removePassword setRole removePerson requestReset confirmReset
  changeOwnPassword beginTotp endTotp offerGuardian confirmGuardian withdrawGuardian purgePerson addPass decideResource
  removeDeveloper`;

/** Routes that strangers may ask: to come in, to hear what there is, and to check what a reset has left. */
const writtenOpen: readonly string[] = [
  ...["signIn", "signInWithCode", "hearPhone", "readWipeCertificate", "readContract", "checkHealth"],
  ...["checkReadiness", "lookAtPass", "enterByPass"],
  ...["readDeveloperTerms", "applyDeveloper", "challengeDeveloper", "enterDeveloper"],
];

/** Routes that any credential may ask, whatever it may do; this one may read numbers of the machine, and no more. */
const writtenAny: readonly string[] = [
  ...writtenOpen,
  ...["getSession", "signOut", "stepUp", "getAccount", "endOwnSessions", "changeOwnPassword", "beginTotp"],
  ...["confirmTotp", "endTotp", "readClock", "listSignIns", "seeSignIns", "readRoleTerms", "acknowledgeRole"],
  ...["listWallScenes", "readMetrics"],
];

const words = (text: string): readonly string[] => text.split(/\s+/).filter(Boolean);
const rolesWritten = (name: string): string =>
  Object.keys(written).find((letters) => words(written[letters] ?? "").includes(name)) ??
  "nobody wrote it down";
const mayWritten = (role: Role, name: string): boolean => rolesWritten(name).includes(role.charAt(0));

/** The same from what the hub declares. */
const mayDeclared = (role: Role, { scope, chosenLamps }: Route): boolean => {
  if (scope === "open") return true;
  const held = role === "developer" ? granted : scopesOfRole[role];
  return (scope === "any" || held.includes(scope)) && (role !== "guest" || chosenLamps === true);
};

const all = Object.entries(routes) as [RouteName, Route][];

let house: AccountHouse;
/** Whose lamp a cell is about: the guest's, and one that is not. */
const lamps = () => ({ chosen: house.lamp, other: house.other });

beforeAll(async () => {
  house = new AccountHouse();
  await house.settled("owner", { role: "owner" });
  await house.settled("resident");
  await house.settled("guest", { role: "guest", lamps: [house.lamp] });
  await house.settled("installer", { role: "installer" });
  await house.settled("developer", { role: "developer", scopes: granted });
});
afterAll(() => {
  house.close();
  expect(house.broken).toEqual([]);
});

/** Signed in just now: some cells sign everybody out. */
const fresh = async (role: Role): Promise<SendInit> => {
  await house.clock.advance(Minutes(1));
  return house.terminal(role);
};

const ids: Readonly<Record<string, string>> = { person: "p-aaaaaaaaaaaa", phone: "ph-aaaaaaaaaaaa" };

const asked = async (route: Route, who: SendInit, lamp: string) => {
  const id = route.id === "lamp" ? lamp : (ids[route.id ?? ""] ?? "t-aaaaaaaaaaaa");
  const path = `${route.root ? "/~" : ""}${route.path}`.replace("{id}", id);
  // A body that no route accepts: whoever gets past the door is stopped by the shape, and nothing changes.
  const body = route.body === undefined ? {} : { body: { "not-a-field": true } };
  const answer = await house.send(route.method, path, { ...who, ...body });
  const isProblem = answer.headers.get("content-type") === "application/problem+json";
  const code = isProblem ? ((await answer.json()) as Shape<"Problem">).code : undefined;
  if (!isProblem) await answer.body?.cancel();
  return { status: answer.status, code };
};

test("every route is written down for once, and what is written down is a route", () => {
  const names = Object.values(written).flatMap(words);
  expect([...names].sort()).toEqual(all.map(([name]) => name as string).sort());
});

test("what is written down is what the hub declares, for every role and route", () => {
  const declared = all.map(([name, route]) => [name, roles.filter((role) => mayDeclared(role, route))]);
  expect(declared).toEqual(all.map(([name]) => [name, roles.filter((role) => mayWritten(role, name))]));
  const stepUp = all.flatMap(([name, route]) => (route.stepUp ? [name] : []));
  expect(stepUp.sort()).toEqual([...words(writtenStepUp)].sort());
});

describe.each(roles)("%s", (role) => {
  test.each(all)("%s", async (name, route) => {
    const { status, code } = await asked(route, await fresh(role), lamps().chosen);
    expect([status === 403, code === "not_authorised"]).toEqual([
      !mayWritten(role, name),
      !mayWritten(role, name),
    ]);
    expect(status).toBeLessThan(500);
    if (route.scope !== "open") expect(status).not.toBe(401);
  });
});

test.each(all.filter(([, { id }]) => id === "lamp"))(
  "a guest and a lamp that was not chosen: %s",
  async (_, route) => {
    expect(await asked(route, await fresh("guest"), lamps().other)).toEqual({
      status: 403,
      code: "not_authorised",
    });
  },
);

test.each(all.filter(([, { stepUp }]) => stepUp))(
  "an owner who signed in five minutes ago: %s",
  async (_, route) => {
    const who = await fresh("owner");
    await house.clock.advance(Minutes(5));
    expect(await asked(route, who, lamps().chosen)).toEqual({ status: 403, code: "step_up_needed" });
  },
);

/** Answered 400 by every route, after it has decided who may ask it and before anything is done. */
const nothingKnown = "?not-a-field=1";

interface Objects {
  readonly own: Readonly<Record<string, string>>;
  readonly other: Readonly<Record<string, string>>;
}

/** Things that are there: for each role its own, and somebody else's. A guest's lamp is the one that was chosen for them. */
const objectsOf = async (role: Role, who: SendInit): Promise<Objects> => {
  const people = house.people.list();
  const personOf = (name: string) => people.find((each) => each.name === name)?.id ?? "";
  const { id: token } = await house.ask<Shape<"Caller">>("GET", "/session", who);
  return {
    own: { lamp: house.lamp, device: house.lamp, room: house.room.id, person: personOf(role), token },
    other: {
      lamp: house.other,
      device: house.sensor,
      room: "r-aaaaaaaaaaaa",
      person: personOf(role === "owner" ? "resident" : "owner"),
      token: house.tokens.list().at(0)?.id ?? "t-aaaaaaaaaaaa",
    },
  };
};

const withObjects = all.filter(([, { id }]) =>
  ["lamp", "device", "room", "person", "token"].includes(id ?? ""),
);

/** Whether a role may ask this of that thing, by what is written down. */
const mayOf = (role: Role, name: string, route: Route, isOwn: boolean): boolean =>
  mayWritten(role, name) && (role !== "guest" || (route.id === "lamp" && isOwn));

const isLetIn = async (route: Route, who: SendInit, id: string): Promise<boolean> => {
  const path = `${route.root ? "/~" : ""}${route.path}`.replace("{id}", id);
  const answer = await house.send(route.method, `${path}${nothingKnown}`, who);
  const { code } = (await answer.json()) as Shape<"Problem">;
  return code !== "not_authorised" && code !== "not_authenticated";
};

describe(`every role and route, of a thing of one's own and of another ${proves("EN303645:5.5-5", "D2")}`, () => {
  test.each(roles)("%s", async (role) => {
    const who = await fresh(role);
    const { own, other } = await objectsOf(role, who);
    const [cells, expected]: [string[], string[]] = [[], []];
    for (const [name, route] of withObjects)
      for (const [whose, of] of [
        ["own", own],
        ["other", other],
      ] as const) {
        const isIn = await isLetIn(route, who, of[route.id ?? ""] ?? "");
        cells.push(`${name} ${whose} ${isIn}`);
        expected.push(`${name} ${whose} ${mayOf(role, name, route, whose === "own")}`);
      }
    expect(cells).toEqual(expected);
    expect(cells.length).toBeGreaterThan(90);
  });
});

test(`without a credential nothing is open but what is written down ${proves("EN303645:5.5-4", "EN303645:5.6-2")}`, async () => {
  const open = [];
  for (const [name, route] of all) {
    const path = `${route.root ? "/~" : ""}${route.path}`.replace("{id}", "x");
    const answer = await house.send(route.method, `${path}${nothingKnown}`, { token: null });
    if (answer.status !== 401) open.push(name);
    const text = await answer.text();
    // No answer to a stranger names anybody or anything of this home.
    expect(text).not.toMatch(/Kitchen|Sink|Table|Door|owner"|resident"/);
  }
  expect(open.sort()).toEqual([...writtenOpen].sort());
});

/** Every way in which a guarded route can be left open, one at a time. */
const leaks = all.flatMap(([name, route]) => {
  if (route.scope === "open") return [];
  const wider: (readonly [string, string, Partial<Route>])[] = [
    [name, "open to strangers", { scope: "open" }],
  ];
  if (route.scope !== "any") wider.push([name, "open to any credential", { scope: "any" }]);
  // Of a thing that is no lamp guests have none: there the second wall stands.
  const isAnyones = route.id === undefined || route.id === "lamp";
  if (
    isAnyones &&
    route.chosenLamps !== true &&
    [...scopesOfRole.guest, "any"].includes(route.scope as Scope)
  )
    wider.push([name, "open to guests", { chosenLamps: true }]);
  return wider;
});

/** Whether the cells of this route are still as they are written down. */
const isAsWritten = async (
  name: string,
  route: Route,
  who: Readonly<Record<Role, SendInit>>,
): Promise<boolean> => {
  const id = route.id === "lamp" ? house.lamp : "x";
  for (const role of roles)
    if ((await isLetIn(route, who[role], id)) !== mayWritten(role, name)) return false;
  const [stranger, scopeless] = [{ token: null }, { token: house.tokenWith(["metrics"]) }];
  const isScopeless = await isLetIn(route, scopeless, id);
  return (
    isScopeless === writtenAny.includes(name) &&
    (await isLetIn(route, stranger, id)) === writtenOpen.includes(name)
  );
};

test(`each planted leak turns a cell: of a route whose scope was taken away or widened ${proves("EN303645:5.5-5")}`, async () => {
  const signedIn = [];
  for (const role of roles) signedIn.push([role, await fresh(role)] as const);
  const who = Object.fromEntries(signedIn) as Record<Role, SendInit>;
  const missed: string[] = [];
  for (const [name, what, change] of leaks) {
    const route = routes[name as RouteName] as { -readonly [Key in keyof Route]: Route[Key] };
    const before = { ...route };
    Object.assign(route, change);
    if (await isAsWritten(name, route, who)) missed.push(`${name}: ${what}`);
    for (const key of Object.keys(change) as (keyof Route)[])
      if (before[key] === undefined) delete route[key];
      else Object.assign(route, { [key]: before[key] });
  }
  expect(missed).toEqual([]);
  expect(leaks.length).toBeGreaterThan(250);
});
