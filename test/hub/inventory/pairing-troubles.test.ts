import { describe, expect, test } from "vitest";
import { profiles } from "../../../devices/registry.ts";
import { FadeLoop } from "../../../devices/sim/behaviours/fade.ts";
import { FlashLoop } from "../../../devices/sim/behaviours/flash.ts";
import { BleLamp, type BleLampModel } from "../../../devices/sim/ble/lamps/ble-lamp.ts";
import { bleLampModels } from "../../../devices/sim/ble/models.ts";
import { improvService } from "../../../hub/codec/ble/improv.ts";
import { BleError } from "../../../hub/domain/ble-errors.ts";
import { type PairingCode, PairingFailed, pairingTroubles } from "../../../hub/domain/pairing.ts";
import type { LampProfile } from "../../../hub/domain/profile.ts";
import { Seconds } from "../../../hub/domain/units.ts";
import { addressOf } from "../../support/ble-home.ts";
import { BleTestLamp, bleTestProfiles } from "../../support/ble-test-lamp.ts";
import { anna, pairingHome } from "../../support/pairing-home.ts";

type Kinds = Parameters<typeof pairingHome>[0];
type Options = Parameters<typeof pairingHome>[1];
type Home = Awaited<ReturnType<typeof pairingHome>>;

const failing = (reason: string) => new BleError("as a test wants it", { reason });

const lampOf = ({ lamps }: Home): BleTestLamp => lamps[0] as BleTestLamp;

/** What somebody hears who identifies the lamp of a home in which something goes wrong. */
const identified =
  (
    kinds: Kinds,
    spoil: (home: Home, id: Parameters<Home["identify"]>[0]) => unknown,
    options: Options = {},
  ) =>
  async (): Promise<unknown> => {
    const home = await pairingHome(kinds, options);
    const id = await home.begun();
    await spoil(home, id);
    const said = await home.identify(id, addressOf(0));
    expect(home.hub.inventory.devices()).toEqual([]);
    await home.hub.close();
    return said;
  };

const elsewhere: LampProfile = {
  ...bleTestProfiles.open,
  id: "test/elsewhere",
  link: {
    ...(bleTestProfiles.open.link as Extract<LampProfile["link"], { kind: "ble" }>),
    notifies: [],
    reads: [{ service: "fff0", characteristic: "fff9" }],
  },
};
const bonded = { profiles: [bleTestProfiles.bonded] };

/** Waits for its network, and is no lamp of the air. */
class ImprovTestLamp extends BleTestLamp {
  override advertisement() {
    const uuid = Buffer.from(improvService, "hex").reverse();
    return { data: Uint8Array.from([2, 1, 6, 17, 7, ...uuid]) };
  }
}

/** Without radio nobody begins. */
const beginning = (state: "absent" | "denied") => async (): Promise<unknown> => {
  const { hub, raw } = await pairingHome(["open"]);
  raw.become(state);
  const said = codeThrown(() => hub.pairing.begin(anna, false));
  await hub.close();
  return said;
};
const codeThrown = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return (error as PairingFailed).code;
  }
};

/** Each trouble there is, brought about on the simulated air. */
const injected: Readonly<Record<PairingCode, () => Promise<unknown>>> = {
  pairing_no_adapter: beginning("absent"),
  pairing_adapter_denied: beginning("denied"),
  pairing_nothing_found: async () => {
    const { hub, begun } = await pairingHome([]);
    const id = await begun(9);
    expect(hub.pairing.view(id, anna).trouble).toBeUndefined();
    const { trouble } = hub.pairing.view(await begun(12), anna);
    await hub.close();
    return trouble;
  },
  pairing_too_weak: identified(["open"], async (home) => {
    home.ether.move(lampOf(home).address, { rssi: -95 });
    await home.clock.advance(Seconds(20));
    home.raw.fault = () => "hang";
  }),
  pairing_wrong_dialect: identified(["open"], () => {}, { profiles: [elsewhere] }),
  pairing_button: async () => {
    const home = await pairingHome([], { profiles });
    const { clock, random, ether } = home;
    const world = { clock, random, fades: new FadeLoop(clock), flashes: new FlashLoop(clock) };
    const lamp = new BleLamp(world, addressOf(0), bleLampModels.get("yeelight/candela") as BleLampModel);
    ether.place(lamp);
    lamp.plugIn();
    const id = await home.begun(5);
    const said = await home.identify(id, lamp.address);
    lamp.press();
    await clock.advance(Seconds(1));
    expect(await home.identify(id, lamp.address)).toMatchObject({ step: "finding" });
    await home.hub.close();
    return said;
  },
  pairing_mode: identified(
    ["bonded"],
    (home) => {
      lampOf(home).isPairable = false;
    },
    bonded,
  ),
  pairing_no_bonds: identified(["bonded"], () => {}, { ...bonded, capabilities: { bonding: false } }),
  pairing_refused: identified(["open"], ({ raw }) => {
    raw.fault = ({ kind }) => (kind === "write" ? failing("refused") : undefined);
  }),
  pairing_bond_forgotten: async () => {
    const home = await pairingHome(["bonded"], bonded);
    const { address } = lampOf(home);
    const id = await home.begun();
    expect(await home.identify(id, address)).toMatchObject({ step: "finding" });
    home.ether.forgetBond(address);
    home.ether.drop(address);
    await home.clock.advance(Seconds(5));
    const said = await home.identify(id, address);
    expect(await home.identify(id, address)).toMatchObject({ step: "finding" });
    await home.hub.close();
    return said;
  },
  pairing_held_elsewhere: identified(["open"], async (home) => {
    lampOf(home).connectable = false;
    await home.clock.advance(Seconds(3));
  }),
  pairing_too_many_links: identified(["open"], ({ raw }) => {
    raw.fault = ({ kind }) => (kind === "connect" ? failing("busy") : undefined);
  }),
  pairing_lamp_gone: identified(["open"], (home) => {
    home.raw.fault = ({ kind }) => void (kind === "entries" && home.ether.take(lampOf(home).address));
  }),
  pairing_garbage: identified(["open"], ({ raw }) => {
    const half = Uint8Array.of(1);
    raw.fault = ({ kind }) => (kind === "read" || kind === "notification" ? half : undefined);
  }),
  pairing_known: async () => {
    const home = await pairingHome(["open"]);
    const { address } = lampOf(home);
    expect(await home.add(await home.begun(), address)).toMatchObject({ step: "done" });
    const id = await home.begun();
    expect(home.hub.pairing.view(id, anna).candidates).toMatchObject([
      { device: expect.stringMatching(/^l-/) },
    ]);
    const said = await home.add(id, address);
    expect(home.hub.inventory.devices()).toHaveLength(1);
    await home.hub.close();
    return said;
  },
  pairing_wifi_first: identified([], async (home) => {
    home.ether.place(new ImprovTestLamp(addressOf(0), "open"));
    await home.clock.advance(Seconds(3));
  }),
};

test.each(Object.entries(injected))("%s", async (code, inject) => {
  expect(await inject()).toBe(code);
});

test("each is said with what was found and the one next step", () => {
  for (const [code, { found, next }] of Object.entries(pairingTroubles)) {
    const { message, status } = new PairingFailed(code as PairingCode);
    expect([message, status]).toEqual([`${found}; ${next}`, 409]);
  }
  expect(new Set(Object.values(pairingTroubles).map(({ found }) => found)).size).toBe(
    Object.keys(injected).length,
  );
});

const steps = ["connect", "entries", "notify", "read", "write", "notification"] as const;

describe.each(["open", "bonded"] as const)("%s: all or nothing", (kind) => {
  const options = { profiles: [bleTestProfiles[kind]] };
  /** The home, and somebody who identifies and then adds, where something happens at a step. */
  const at = async (step: (typeof steps)[number], happen: (home: Home) => "hang" | undefined) => {
    const home = await pairingHome([kind], options);
    let hasHappened = false;
    home.raw.fault = (call) => {
      if (call.kind !== step || hasHappened) return undefined;
      hasHappened = true;
      return happen(home);
    };
    return { home, id: await home.begun(), happened: () => hasHappened };
  };

  test.each(steps)("the lamp disappears at `%s`", async (step) => {
    const { home, id, happened } = await at(step, ({ ether }) => {
      ether.move(addressOf(0), { rssi: undefined });
      return undefined;
    });
    await home.identify(id, addressOf(0));
    const said = await home.add(id, addressOf(0));
    expect([happened(), said]).toEqual([true, expect.stringMatching(/^pairing_(lamp_gone|garbage)$/)]);
    expect(home.hub.inventory.devices()).toEqual([]);
    home.ether.move(addressOf(0), { rssi: -60 });
    await home.clock.advance(Seconds(60));
    expect(await home.add(id, addressOf(0))).toMatchObject({ step: "done" });
    await home.hub.close();
  });

  test.each(steps)("the adapter is pulled out at `%s`", async (step) => {
    const { home, id, happened } = await at(step, ({ clock, raw }) => {
      clock.after(Seconds(0.001), () => raw.become("absent"));
      return undefined;
    });
    const identified = await home.identify(id, addressOf(0));
    await home.clock.advance(Seconds(1));
    expect([happened(), await home.add(id, addressOf(0))]).toEqual([true, "pairing_no_adapter"]);
    expect(identified).not.toBe("never");
    expect(home.hub.pairing.view(id, anna).trouble).toBe("pairing_no_adapter");
    expect(home.hub.inventory.devices()).toEqual([]);
    home.raw.become("on");
    await home.clock.advance(Seconds(60));
    expect(await home.add(id, addressOf(0))).toMatchObject({ step: "done" });
    await home.hub.close();
  });

  test.each(["connect", "entries", "notify", "read"] as const)("the hub is killed at `%s`", async (step) => {
    const { home, id, happened } = await at(step, () => "hang");
    void home.hub.pairing.add(id, anna, { address: addressOf(0), name: "Shelf" }).catch(() => {});
    await home.clock.advance(Seconds(2));
    expect(happened()).toBe(true);
    home.disk.powerCut();
    const next = await pairingHome([kind], { ...options, disk: home.disk });
    expect(next.hub.inventory.devices()).toEqual([]);
    expect(await next.add(await next.begun(), addressOf(0))).toMatchObject({ step: "done" });
    next.disk.powerCut();
    const last = await pairingHome([kind], { ...options, disk: home.disk });
    expect(last.hub.inventory.devices()).toMatchObject([
      { name: "Shelf", profile: `test/${kind}`, via: "ble" },
    ]);
    await last.hub.close();
  });

  test("the disk refuses: the lamp is no device, and its keys are forgotten", async () => {
    const home = await pairingHome([kind], options);
    const id = await home.begun();
    home.disk.setFaults({ readOnly: true });
    expect(await home.add(id, addressOf(0))).toMatch(/^store_/);
    home.disk.setFaults({});
    expect(home.hub.inventory.devices()).toEqual([]);
    expect(await home.add(id, addressOf(0))).toMatchObject({ step: "done" });
    await home.hub.close();
  });
});
