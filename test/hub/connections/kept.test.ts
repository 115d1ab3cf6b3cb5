import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SyncEventBus } from "../../../hub/bus/event-bus.ts";
import { previewOf } from "../../../hub/connections/connectors/catalogue.ts";
import { connectionsOf } from "../../../hub/connections-wiring.ts";
import type { LampId, PersonId } from "../../../hub/domain/ids.ts";
import { Percent } from "../../../hub/domain/units.ts";
import { SeededEntropy } from "../../../hub/platform/sim/seeded-entropy.ts";
import { SeededRandom } from "../../../hub/platform/sim/seeded-random.ts";
import { AmongStrangers } from "../../support/among-strangers.ts";
import { proves } from "../../support/proves.ts";
import { startStore } from "../../support/started-store.ts";
import { type StoreRig, storeRigs } from "../../support/store-rigs.ts";

const lamp = "l-aaaaaaaaaaaa" as LampId;
const ana = "p-aaaaaaaaaaaa" as PersonId;

class Strangers extends AmongStrangers {}

describe.each(storeRigs)("connections on %s", (_name, make) => {
  let rig: StoreRig;
  let around: Strangers;
  let starts = 0;
  beforeEach(() => {
    rig = make();
    around = new Strangers();
    starts = 0;
    around.consents.say("assistant", true, ana);
  });
  afterEach(() => rig.dispose());

  /** A start of the hub on the disk that there is. */
  const started = () => {
    const { store, vault } = startStore(rig, ++starts);
    const connected = connectionsOf({
      ...around,
      entropy: new SeededEntropy(new SeededRandom(100 + starts)),
      bus: new SyncEventBus(),
      store,
      keys: store.shelf("connection-keys"),
      intake: around.optOuts,
      scope: around.deviceScope,
      disclosures: around.disclosures,
      lamps: {
        get: () => ({ capabilities: {}, desired: { on: false, brightness: Percent(50) } }),
        command: () => {},
      },
      home: { status: () => ({}) },
      people: () => [ana],
    });
    connected.start();
    around.outside.attach((connector, bytes) => connected.receive(connector, bytes));
    return { store, vault, connected };
  };

  const again = () => {
    rig.crash();
    return started();
  };

  const letIn = ({ connected }: ReturnType<typeof started>, connector: string, more: object = {}) => {
    const declaration = connected.catalogue.need(connector);
    const shown = { connector, preview: previewOf(declaration), terms: declaration.terms.version };
    return connected.connections.enable({ ...shown, person: ana, ...more });
  };

  const linked = (hub: ReturnType<typeof started>) => {
    const connection = letIn(hub, "sim-assistant", { lamps: [{ lamp, alias: "canary-alias" }] });
    const [cloud] = around.outside.assistants;
    cloud.link(hub.connected.assistants.linkingCode(connection.id));
    return { connection, cloud };
  };

  const settled = async () => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };

  test(`after a power cut an assistant is linked as before, and a recording is still a recording ${proves("H28")}`, () => {
    const { cloud } = linked(started());
    const recorded = cloud.signed({ kind: "discover" });
    expect(cloud.say(recorded)).toBeDefined();
    const { connected } = again();
    expect(cloud.say(recorded)).toBeUndefined();
    expect(connected.assistants.refused.get("replay")).toBe(1);
    expect(cloud.discover()).toBeDefined();
  });

  test("what was taken back stays taken back, and the service is asked again until it has confirmed", async () => {
    const hub = started();
    const { connection, cloud } = linked(hub);
    cloud.isOffline = true;
    hub.connected.connections.revoke(connection.id);
    await settled();
    const { connected } = again();
    expect(connected.connections.list()).toEqual([]);
    expect(cloud.discover()).toBeUndefined();
    cloud.isOffline = false;
    await connected.notices.retry();
    expect(connected.notices.list()).toMatchObject([{ what: "erase", confirmed: around.clock.now() }]);
    expect(cloud.isLinked).toBe(false);
  });

  test("a power cut in the middle of taking back is ended at the next start", async () => {
    const hub = started();
    const { connection, cloud } = linked(hub);
    // As far as it came: the notice is on the disk, the connection is still there.
    hub.connected.notices.note(connection, { what: "erase" });
    const { connected } = again();
    await settled();
    expect(connected.connections.list()).toEqual([]);
    expect(connected.notices.list()).toMatchObject([{ what: "erase", confirmed: around.clock.now() }]);
    expect(cloud.isLinked).toBe(false);
  });

  test("a key without its connection does not outlive the next start", () => {
    const hub = started();
    hub.store.shelf("connection-keys").put("co-aaaaaaaaaaaa", Buffer.alloc(64, 1));
    expect(again().store.shelf("connection-keys").keys()).toEqual([]);
  });

  test(`an address and an account of a provider are a person's own: gone with their key, in every copy ${proves("H13", "GDPR:19")}`, async () => {
    const hub = started();
    hub.store.admit(ana);
    letIn(hub, "sim-mail", { person: undefined });
    letIn(hub, "sim-accounts", { person: undefined });
    around.consents.say("identity-provider", true, ana);
    hub.connected.mail.setAddress(ana, "email", "canary@home.example");
    const account = { sub: "s", claims: { preferred_username: "canary-account", email: "a@b.example" } };
    const begun = await hub.connected.provider.begin("sim-accounts", { person: ana });
    const { state, code } = around.outside.provider.authorize(begun.url, account) ?? { state: "", code: "" };
    await hub.connected.provider.link(ana, state, code);
    for (const word of ["canary@home.example", "canary-account"])
      expect(rig.image().includes(word)).toBe(false);
    const next = again();
    expect(next.connected.mail.of(ana)).toMatchObject([{ address: "canary@home.example" }]);
    expect(next.connected.provider.of(ana)).toMatchObject([{ account: "canary-account" }]);
    next.store.erase(ana);
    expect(next.connected.mail.of(ana)).toEqual([]);
    expect(next.connected.provider.of(ana)).toEqual([]);
    next.connected.services.forget(ana);
    await settled();
    expect(next.connected.notices.list()).toMatchObject([
      { connector: "sim-mail", what: "erase", confirmed: around.clock.now() },
    ]);
  });

  test("neither names for services nor keys lie on the disk in clear", () => {
    const hub = started();
    const { connection } = linked(hub);
    const secret = hub.connected.connections.withCommandKey(connection.id, (key) => Buffer.from(key));
    expect(secret).toHaveLength(32);
    const image = rig.image();
    for (const word of ["canary-alias", "assistant.example", "sim-assistant"])
      expect(image.includes(word)).toBe(false);
    expect(image.includes(secret ?? Buffer.alloc(0))).toBe(false);
  });
});
