import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Route, type RouteName, routes, type Shape } from "../../../hub/api/contract.ts";
import { type Role, roles, type Scope, scopesOfRole } from "../../../hub/domain/access.ts";
import { Minutes } from "../../../hub/domain/units.ts";
import { AccountHouse } from "./account-house.ts";
import type { SendInit } from "./house.ts";

/** What the developer of this table was granted. */
const granted: readonly Scope[] = ["lights:read", "metrics"];

/**
 * Who may ask what, written by hand, and by nothing that the hub reads: a letter for each role (owner, resident, guest,
 * installer, developer), and the routes that those and no others may use. Of lamps, a guest has the chosen ones alone.
 */
const written: Readonly<Record<string, string>> = {
  orgid: `signIn signInWithCode hearPhone readWipeCertificate readNotice listNotices compareNotices readPrivacyMap
    readRecordOfProcessing readCcpa readImpactAssessment readErasurePlan readExportSchema readSupport
    readUsageDescription readDpv listAuthorities readGpcSupport readSecurityContact getOwnNotice acceptNotice
    readContract checkHealth checkReadiness getSession signOut stepUp getAccount endOwnSessions changeOwnPassword
    beginTotp confirmTotp endTotp readClock listLights getLight explainLight streamEvents listSignIns seeSignIns
    readRoleTerms acknowledgeRole listWallScenes lookAtPass enterByPass readDeveloperTerms applyDeveloper
    challengeDeveloper enterDeveloper addRequest listOwnRequests getOwnRequest identifyForRequest appealRequest
    fetchRequestCopy closeOwnRequest removeOwnRequest listMessages readMessage wasNotMe readBanners
    readResetInstructions listBanners listContacts setContact removeContact askForNews stopNews optOut
    listProviderLinks beginProviderLink finishProviderLink removeProviderLinks beginProviderSignIn
    finishProviderSignIn listOwnConsents decideOwnConsent listOwnConsentHistory listOwnReceipts limitOwnUse
    declineInvitation readBrowser setTheme readInvitation answerInvitation readOwnData readOwnReport correctOwnData
    readOwnRights confirmOwnData readRightToKnow unlinkOwnPhone restrictOwnData announceOwnLift liftOwnRestriction
    setOwnObjection eraseOwnAccount listTastes forgetTastes`,
  orgi: `setLight resumeCircadian recallWallScene`,
  orid: `readHomeNotice readSystem listUpdateNotices listScenes getScene listRooms getRoom listZones getZone listGroups getGroup
    listDevices getDevice listCircadian listSchedules listUpcoming compareSchedules getSchedule explainSchedule
    readMode readPlace findCities readSun`,
  ori: `recallScene setRoom setZone setGroup changeLight addScene changeScene removeScene addRoom changeRoom removeRoom
    addZone changeZone removeZone addGroup changeGroup removeGroup setCircadian endCircadian previewRoundings
    shareScene showTaste`,
  or: `readVacation addSchedule changeSchedule removeSchedule pauseSchedule resumeSchedule runSchedule setMode
    vouchForClock listPeople getPerson listGrants readAccess readAgeRule offerGuardian confirmGuardian
    withdrawGuardian listPasses`,
  oi: `addDevice changeDevice replaceLamp removeDevice setBindKey addLink removeLink shareWifi shareWifiSealed readDeviceFirmware beginPairing
    readPairing identifyCandidate addCandidate endPairing readDeviceTerms`,
  oid: `readMetrics`,
  o: `listTokens getToken addToken changeToken removeToken addSignInCode listSessions endSessions setPassword
    removePassword setRole addPerson changePerson removePerson addPhone removePhone addBeacon removeBeacon
    setPresence pausePerson resumePerson setPlace forgetPlace setVeil listRoundings readWifi setWifi forgetWifi
    testWifi shareWifiInClear openProvisioning closeProvisioning requestReset confirmReset readVault rotateVault
    listChecks verifyBooks readMapReview signMapReview readUpdate readUpdateChoices setUpdateChoices lookForUpdate installUpdate confirmUpdate revertUpdate
    listRecipients previewRecipient shareWith stopSharing listDisclosures reportDisclosures addLegalRequest
    postponeUpdate updateDevice giveSimPlace readSimClock pauseSimClock resumeSimClock advanceSimClock jumpSimClock
    listSimDevices unplugSimDevice plugSimDevice misbehaveSimDevice touchSimDevice pressSimDevice senseSimDevice
    listSimPeople moveSimPerson changeSimPhone signInSimPhone readSimAccessPoint configureSimAccessPoint unplugSimAccessPoint
    plugSimAccessPoint readSimPanel pressSimPanel tellBySimPhone listSimShelf readSimFaults clearSimFaults
    previewAccess setCountry declareAge purgePerson addPass removePass readOwnDeveloper askResource
    listDeveloperDevices readDeveloperLamp commandDeveloperLamp listDevelopers listDeveloperCalls decideResource
    removeDeveloper keepToken listRequests getRequest investigateRequest extendRequest decideRequest
    readJurisdiction setJurisdiction listIncidents addIncident getIncident draftReport sendIncidentNotice
    markReported closeIncident replaceLeakedToken checkUpSecurity listConnectors listConnections addConnection
    acceptConnection removeConnection linkConnection renameSharedLamp eraseEverywhere listServiceNotices
    retryServiceNotices listViewers addViewer removeViewer announce dismissBanner sendNews listSimServices
    actSimService listHomeConsents decideHomeConsent listHomeConsentHistory listHomeReceipts limitHomeUse
    witnessPresence invitePerson allowPhoneLocation readDeviceScope setDeviceScope listRegistry exportHome
    exportCalendar exportPerson importHome erasePerson readPersonRights restrictPerson announceLift liftRestriction
    readBackup createBackup verifyBackup restoreBackup offerMove packMove takeMove listRetention listDisposals
    readRetentionClock confirmDate setTimeKey askTime giveSignedTime listHolds openHold closeHold chooseEnd
    listChanges readRecording setRecording readInsights makeSupportBundle`,
};

/** Routes before which people show once more who they are. */
const writtenStepUp = `addToken addSignInCode setPassword removePassword setRole removePerson requestReset confirmReset
    changeOwnPassword beginTotp endTotp shareWith addLegalRequest offerGuardian confirmGuardian withdrawGuardian
    purgePerson addPass decideResource removeDeveloper fetchRequestCopy decideRequest wasNotMe replaceLeakedToken
    addConnection acceptConnection linkConnection eraseEverywhere addViewer announce sendNews setContact
    beginProviderLink declineInvitation invitePerson readOwnData readOwnReport readRightToKnow eraseOwnAccount
    exportHome exportCalendar exportPerson importHome erasePerson createBackup restoreBackup offerMove packMove
    takeMove confirmDate setTimeKey openHold closeHold setRecording makeSupportBundle`;

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
