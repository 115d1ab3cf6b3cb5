import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type BootDecision,
  type BootState,
  compareVersions,
  confirmed,
  crashLoop,
  decideBoot,
  emptied,
  failed,
  firstBootState,
  type Image,
  isVersion,
  NoUpdate,
  nextSlot,
  postponed,
  type Slot,
  staged,
  takenBack,
} from "../../../hub/domain/firmware.ts";
import { Instant } from "../../../hub/domain/units.ts";
import { proves } from "../../support/proves.ts";
import { size } from "../../support/size.ts";

const image = (version: string, more: Partial<Image> = {}): Image => ({
  version,
  counter: 1,
  dataFormat: 1,
  ...more,
});
const factory = image("1.0.0");
const facts = { factory, isIntact: () => true };
const fresh = firstBootState(factory);
const withUpdate = staged(fresh, "a", image("1.1.0"), "restart");
const onTrial = decideBoot(withUpdate, facts).state;
const updated = confirmed(onTrial);

test("without an update the package's image is booted", () => {
  expect(decideBoot(fresh, facts)).toEqual({ image: "factory", state: fresh, data: "none" });
});

test("an update is booted on trial and, once confirmed, from then on", () => {
  expect(decideBoot(withUpdate, facts)).toMatchObject({ image: "a", state: { trial: { phase: "started" } } });
  expect(decideBoot(updated, facts)).toMatchObject({ image: "a", state: { confirmed: "a" } });
  expect(updated.last).toEqual({ what: "confirmed", version: "1.1.0" });
});

test("a trial that was not confirmed is over at the next boot, and says why", () => {
  expect(decideBoot(onTrial, facts)).toMatchObject({
    image: "factory",
    state: { slots: {}, last: { what: "reverted", version: "1.1.0", reason: "interrupted" } },
  });
  const seen = failed(failed(onTrial, "silent"), "late");
  expect(decideBoot(seen, facts).state.last).toMatchObject({ reason: "silent" });
  expect(decideBoot(takenBack(onTrial), facts).state.last).toMatchObject({ reason: "asked" });
});

test("an update waits for its moment, over restarts", () => {
  const waiting = postponed(withUpdate, Instant(1_000));
  expect(decideBoot(waiting, facts)).toMatchObject({ image: "factory", state: { trial: { phase: "test" } } });
  expect(decideBoot(postponed(waiting, "restart"), facts).image).toBe("a");
  expect(() => postponed(onTrial, "restart")).toThrow(NoUpdate);
  expect(takenBack(waiting)).toMatchObject({ confirmed: "factory", slots: {} });
});

test("a damaged image is never booted", () => {
  const damaged = { ...facts, isIntact: () => false };
  expect(decideBoot(withUpdate, damaged)).toMatchObject({
    image: "factory",
    state: { last: { reason: "damaged" } },
  });
  expect(decideBoot(updated, damaged)).toMatchObject({
    image: "factory",
    state: { confirmed: "factory", last: { what: "reverted", version: "1.1.0", reason: "damaged" } },
  });
});

test("a confirmed image that ends again and again gives way to the one before", () => {
  let state: BootState = updated;
  for (let end = 1; end < crashLoop; end++) {
    state = failed(state, "crashed");
    expect(decideBoot(state, facts).image).toBe("a");
  }
  const looped = decideBoot(failed(state, "crashed"), facts);
  expect(looped).toMatchObject({
    image: "factory",
    state: { failures: 0, slots: {}, last: { version: "1.1.0", reason: "crashed" } },
  });
});

test("where nothing else can be booted, what ends again and again is started again", () => {
  const looping = { ...fresh, failures: 99 };
  expect(decideBoot(looping, facts)).toMatchObject({ image: "factory", state: { confirmed: "factory" } });
});

test("going back needs a version to go back to that can read the data", () => {
  expect(() => takenBack(fresh)).toThrow(NoUpdate);
  expect(takenBack(updated)).toMatchObject({ confirmed: "factory", last: { reason: "asked" } });
  const migrated = confirmed(
    decideBoot(staged(fresh, "a", image("2.0.0", { dataFormat: 2 }), "restart"), facts).state,
  );
  expect(migrated.dataFormat).toBe(2);
  expect(() => takenBack(migrated)).toThrow(expect.objectContaining({ code: "data_too_new" }));
});

test("data that a trial would bring to another format is kept aside, and put back when the trial is over", () => {
  const first = decideBoot(staged(fresh, "a", image("2.0.0", { dataFormat: 2 }), "restart"), facts);
  expect(first).toMatchObject({ image: "a", data: "keep-copy", state: { dataFormat: 1 } });
  expect(decideBoot(first.state, facts)).toMatchObject({ image: "factory", data: "put-back" });
  expect(decideBoot(onTrial, facts).data).toBe("none");
});

test("a crash loop does not bring back a version that cannot read the data", () => {
  const migrated = confirmed(
    decideBoot(staged(fresh, "a", image("2.0.0", { dataFormat: 2 }), "restart"), facts).state,
  );
  expect(decideBoot({ ...migrated, failures: crashLoop }, facts).image).toBe("a");
});

test("after an upgrade of the package the newer version wins", () => {
  const upgrade = { ...facts, factory: image("1.2.0", { counter: 3 }) };
  expect(decideBoot(updated, upgrade)).toMatchObject({
    image: "factory",
    state: { confirmed: "factory", previous: "a", counter: 3 },
  });
  expect(decideBoot(updated, { ...facts, factory: image("1.0.5") }).image).toBe("a");
  expect(decideBoot(withUpdate, upgrade)).toMatchObject({ image: "factory", state: { slots: {} } });
});

test("a package that crashed and gave way does not come back by itself", () => {
  const upgrade = { ...facts, factory: image("1.2.0") };
  const looping = { ...decideBoot(updated, upgrade).state, failures: crashLoop };
  const away = decideBoot(looping, upgrade);
  expect(away.image).toBe("a");
  expect(decideBoot(away.state, upgrade).image).toBe("a");
});

test("versions are in the order of semver.org", () => {
  // The example of semver.org 2.0.0, 11.4, and the cores around it.
  const ordered =
    "0.9.9 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.1 1.2.0 1.10.0 2.0.0";
  const versions = ordered.split(" ");
  for (const [i, a] of versions.entries()) {
    expect(isVersion(a)).toBe(true);
    for (const [j, b] of versions.entries()) expect(Math.sign(compareVersions(a, b))).toBe(Math.sign(i - j));
  }
  for (const bad of ["1", "1.0", "01.0.0", "1.0.0+build", "1.0.0-", "v1.0.0", "1.0.0 ", ""]) {
    expect(isVersion(bad)).toBe(false);
  }
});

/** A device as the power sees it: what the state says, and what really lies in the slots. */
interface Device {
  state: BootState;
  readonly lies: Map<Slot, string>;
  /** What runs; undefined without power. */
  runs: BootDecision | undefined;
  package: Image;
  /** Format of the stored data, and of the copy that was kept. */
  data: number;
  copy: number;
}

/** Each step may be cut off in its middle: `cut` says after how many of its durable writes. */
type Step =
  | { readonly kind: "install"; readonly image: Image; readonly cut: number }
  | { readonly kind: "confirm" | "take-back" | "crash" | "power" | "boot" }
  | { readonly kind: "rot"; readonly slot: Slot }
  | { readonly kind: "package"; readonly image: Image };

const images = fc.record({
  version: fc.tuple(fc.nat(3), fc.nat(3)).map(([minor, patch]) => `1.${minor}.${patch}`),
  counter: fc.nat(3),
  dataFormat: fc.nat(3),
});
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("install" as const), image: images, cut: fc.nat(5) }),
  fc.record({ kind: fc.constantFrom("confirm", "take-back", "crash", "power", "boot") }),
  fc.record({ kind: fc.constant("rot" as const), slot: fc.constantFrom<Slot>("a", "b") }),
  fc.record({ kind: fc.constant("package" as const), image: images }),
);

const boot = (device: Device): void => {
  const isIntact = (slot: Slot, image: Image) => device.lies.get(slot) === JSON.stringify(image);
  const decision = decideBoot(device.state, { factory: device.package, isIntact });
  device.state = decision.state;
  device.runs = decision;
  if (decision.data === "keep-copy") device.copy = device.data;
  if (decision.data === "put-back") device.data = device.copy;
  const booted = decision.image === "factory" ? device.package : decision.state.slots[decision.image];
  if (decision.image !== "factory") {
    expect(device.lies.get(decision.image)).toBe(JSON.stringify(booted));
    expect(booted?.dataFormat).toBeGreaterThanOrEqual(device.data);
  }
  device.data = Math.max(device.data, booted?.dataFormat ?? 0);
};

const live = (device: Device, step: Step): void => {
  const running = device.runs;
  switch (step.kind) {
    case "boot":
      boot(device);
      return;
    case "power":
      device.runs = undefined;
      return;
    case "rot":
      if (device.lies.has(step.slot)) device.lies.set(step.slot, "noise");
      return;
    case "package":
      device.package = step.image;
      device.runs = undefined;
      return;
    case "crash":
      if (running !== undefined) device.state = failed(device.state, "crashed");
      device.runs = undefined;
      return;
    case "confirm":
      if (running !== undefined && device.state.trial?.phase === "started")
        device.state = confirmed(device.state);
      return;
    case "take-back":
      try {
        if (running !== undefined) device.state = takenBack(device.state);
      } catch (error) {
        expect(error).toHaveProperty("status", 409);
      }
      return;
    case "install":
      if (running !== undefined) install(device, step.image, step.cut);
  }
};

/** As the installer, which takes nothing while a version is on trial, writes: state, half the slot, the whole slot, state. */
const install = (device: Device, wanted: Image, cut: number): void => {
  if (device.state.trial?.phase === "started" || wanted.dataFormat < device.state.dataFormat) return;
  const slot = nextSlot(device.state);
  expect(slot).not.toBe(device.runs?.image);
  const writes = [
    () => {
      device.state = emptied(device.state, slot);
    },
    () => device.lies.set(slot, "half"),
    () => device.lies.set(slot, JSON.stringify(wanted)),
    () => {
      device.state = staged(device.state, slot, wanted, "restart");
    },
  ];
  for (const write of writes.slice(0, cut)) write();
  if (cut < writes.length) device.runs = undefined;
};

test(`whatever happens in whatever order, and wherever the power goes, a valid image is booted ${proves("EN303645:5.9-1")}`, () => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 40 }), (life) => {
      const device: Device = {
        state: fresh,
        lies: new Map(),
        runs: undefined,
        package: factory,
        data: 1,
        copy: 0,
      };
      for (const step of life) live(device, step);
      boot(device);
      // Nothing that is not confirmed survives its own boot.
      boot(device);
      expect(device.state.trial?.phase).not.toBe("started");
    }),
    { numRuns: size(2_000, 100_000) },
  );
});
