import { type Caller, callerRights, type Rights, scopesOfRole } from "../../domain/access.ts";
import { InvalidInput, NotFound } from "../../domain/errors.ts";
import type { GuestPass } from "../../domain/guest-pass.ts";
import { isId, type SceneId, type TokenId } from "../../domain/ids.ts";
import { isoText } from "../../domain/instant-text.ts";
import { activeRightsOf, type Person } from "../../domain/person.ts";
import { Seconds, toSeconds } from "../../domain/units.ts";
import { accessOf } from "../access-preview.ts";
import { byName } from "../by-name.ts";
import type { Shape } from "../contract.ts";
import { type Handlers, present } from "../handler.ts";
import { isoOrNull } from "../home-json.ts";
import type { Services } from "../traits.ts";
import { personOf } from "./accounts.ts";
import { lampsOf } from "./home.ts";
import { shownPerson } from "./people.ts";
import { type Entering, entered } from "./session-cookie.ts";

type MemberRoutes =
  | "listGrants"
  | "previewAccess"
  | "readAccess"
  | "listSignIns"
  | "seeSignIns"
  | "readRoleTerms"
  | "acknowledgeRole"
  | "readAgeRule"
  | "setCountry"
  | "declareAge"
  | "offerGuardian"
  | "confirmGuardian"
  | "withdrawGuardian"
  | "purgePerson";
type PassRoutes =
  | "listPasses"
  | "addPass"
  | "removePass"
  | "lookAtPass"
  | "enterByPass"
  | "listWallScenes"
  | "recallWallScene";

export const memberHandlers = (services: Services): Handlers<MemberRoutes> => {
  const { people, privacy } = services;
  const { signIns, roles, guardianship } = privacy.members;
  const shown = (person: Person) => shownPerson(services, person);
  const ageRule = () => ({ country: guardianship.country() ?? null, ...guardianship.rule() });
  const termsOf = (caller: Caller | undefined): Shape<"RoleTerms"> =>
    roles.of(personOf(caller)) ?? { acknowledged: true };
  return {
    listGrants: () => ({ data: grantsOf(services) }),
    previewAccess: ({ body }) => accessOf(services, wouldBe(body)),
    readAccess: ({ id }) => accessOf(services, callerOf(people.need(id))),
    listSignIns: ({ caller }) => ({
      data: signIns.of(personOf(caller)).map(({ at, by, seen }) => ({ at: isoText(at), by, seen })),
    }),
    seeSignIns: ({ caller }) => {
      signIns.see(personOf(caller));
      return undefined;
    },
    readRoleTerms: ({ caller }) => termsOf(caller),
    acknowledgeRole: ({ body, caller }) => {
      roles.give(personOf(caller), body.version);
      return termsOf(caller);
    },
    readAgeRule: ageRule,
    setCountry: ({ body }) => {
      guardianship.setCountry(body.country);
      return ageRule();
    },
    declareAge: ({ id, body }) => shown(guardianship.declare(id, body.age)),
    offerGuardian: ({ id, caller }) => ({
      expiresIn: toSeconds(guardianship.offer(id, personOf(caller))),
      needsButton: true,
    }),
    confirmGuardian: ({ id, caller }) => shown(guardianship.confirm(id, personOf(caller))),
    withdrawGuardian: ({ id, caller }) => {
      guardianship.withdraw(id, personOf(caller));
      return undefined;
    },
    purgePerson: ({ id }) => privacy.members.purge.purge(id),
  };
};

export const passHandlers = (services: Services, entering: Entering): Handlers<PassRoutes> => {
  const { scenes, privacy } = services;
  const { passes } = privacy.members;
  return {
    listPasses: () => ({ data: passes.list().map(passJson) }),
    addPass: ({ body, caller }) => {
      const { pass, code } = passes.issue(
        {
          kind: body.kind,
          ...(body.scenes === undefined ? {} : { scenes: scenesOf(services, body.scenes) }),
          ...(body.lamps === undefined ? {} : { lamps: lampsOf(body.lamps) }),
          expiresIn: Seconds(body.expiresIn),
          ...(body.staysFor === undefined ? {} : { stays: Seconds(body.staysFor) }),
        },
        present(caller),
      );
      return { ...passJson(pass), code, fragment: `#guest=${code}` };
    },
    removePass: ({ id }) => {
      passes.revoke(id);
      return undefined;
    },
    lookAtPass: ({ body }) => {
      const pass = passes.look(body.code);
      return {
        kind: pass.kind,
        expires: isoText(pass.expires),
        access: accessOf(services, guestCaller(pass.lamps, pass.scenes)),
      };
    },
    enterByPass: ({ body, request }) => {
      const { person, ...signedIn } = passes.enter(body.code, body.name);
      return entered(entering, signedIn, request, person === undefined);
    },
    listWallScenes: ({ caller }) => ({
      data: byName(scenes.list().filter(({ id }) => caller?.scenes?.has(id) ?? false)).map(
        ({ id, name }) => ({ id, name }),
      ),
    }),
    recallWallScene: ({ body, caller }) => {
      const scene = body.scene as SceneId;
      // The same answer for a scene that is not at the wall and one that is not there.
      if (!(caller?.scenes?.has(scene) ?? false)) throw new NotFound("no such scene at the wall");
      scenes.recall(scene, { trigger: present(caller).id });
      return undefined;
    },
  };
};

const passJson = (pass: GuestPass): Shape<"GuestCode"> => ({
  id: pass.id,
  kind: pass.kind,
  scenes: pass.scenes,
  lamps: pass.lamps,
  created: isoText(pass.created),
  expires: isoText(pass.expires),
});

const scenesOf = ({ scenes }: Services, ids: readonly string[]): readonly SceneId[] =>
  ids.map((id) => {
    if (!isId("scene", id) || scenes.get(id) === undefined)
      throw new InvalidInput("not the id of a scene", { path: "scenes" });
    return id;
  });

/** Of nobody: to be looked at, and no credential. */
const nobody = "t-" as TokenId;

const callerOf = (person: Person): Caller => ({
  ...callerRights(activeRightsOf(person)),
  id: nobody,
  person: person.id,
});

const guestCaller = (lamps: readonly string[], scenes: readonly SceneId[]): Caller => ({
  ...callerRights({ role: "guest", scopes: scopesOfRole.guest, lamps: lampsOf(lamps) }),
  id: nobody,
  scenes: new Set(scenes),
});

const wouldBe = ({ role, lamps, scenes = [], scopes }: Shape<"WantedAccess">): Caller => {
  if (role === "guest")
    return guestCaller(
      lamps ?? [],
      scenes.filter((id) => isId("scene", id)),
    );
  const rights: Rights = { role, scopes: role === "developer" ? (scopes ?? []) : scopesOfRole[role] };
  return { ...callerRights(rights), id: nobody };
};

type Grant = Shape<"Grant">;

/** Every grant there is: what is not in here opens nothing. */
const grantsOf = ({ people, tokens, sessions, privacy }: Services): readonly Grant[] => {
  const open = [
    ...sessions.list().map(({ caller }) => caller.person),
    ...tokens.ofPeople().map(({ person }) => person),
  ];
  const ofPeople = byName(people.list()).map((person): Grant => {
    const { role, scopes, lamps } = activeRightsOf(person);
    const signedIn = open.filter((each) => each === person.id).length;
    return {
      ...{ id: person.id, kind: "person", name: person.name, role, scopes, ...(lamps && { lamps }) },
      ...{ since: null, expires: isoOrNull(person.expires), signedIn },
    };
  });
  const ofTokens = byName(tokens.list()).map(
    ({ id, name, role, scopes, lamps, created, expires }): Grant => ({
      ...{ id, kind: "token", name, role, scopes, ...(lamps && { lamps }) },
      ...{ since: isoText(created), expires: isoOrNull(expires), signedIn: 0 },
    }),
  );
  const ofPasses = privacy.members.passes.list().map(
    ({ id, lamps, created, expires }): Grant => ({
      ...{ id, kind: "pass", name: "", role: "guest", scopes: scopesOfRole.guest, lamps },
      ...{ since: isoText(created), expires: isoText(expires), signedIn: 0 },
    }),
  );
  const ofPrograms = privacy.members.developers.list().map(
    ({ id, label, created }): Grant => ({
      ...{ id, kind: "program", name: label, role: "developer", scopes: ["developer"] },
      ...{ since: isoText(created), expires: null, signedIn: 0 },
    }),
  );
  return [...ofPeople, ...ofTokens, ...ofPasses, ...ofPrograms];
};
