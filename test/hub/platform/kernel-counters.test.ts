import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bytesSentOutside } from "../../../hub/platform/node/kernel-counters.ts";
import { scratch } from "../../support/hub-process.ts";

const counters = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 9000 90 0 0 0 0 0 0 9000 90 0 0 0 0 0 0
  eth0: 500 5 0 0 0 0 0 0 1200 7 0 0 0 0 0 0
 wlan0:12 1 0 0 0 0 0 0 34 1 0 0 0 0 0 0
`;

/** A /proc with this process and those above it, the nearest first; a network that is undefined cannot be read. */
const sent = (own: string, ...above: readonly (string | undefined)[]): number | undefined => {
  using folder = scratch();
  [own, ...above].forEach((network, at) => {
    const home = join(folder.path, at === 0 ? "self" : `${100 - at}`);
    mkdirSync(join(home, "ns"), { recursive: true });
    if (network !== undefined) symlinkSync(network, join(home, "ns", "net"));
    writeFileSync(join(home, "status"), `Name:\tx\nPPid:\t${at === above.length ? 0 : 99 - at}\n`);
  });
  mkdirSync(join(folder.path, "self", "net"));
  writeFileSync(join(folder.path, "self", "net", "dev"), counters);
  return bytesSentOutside(folder.path);
};

test("in a network of its own what left is counted, without what went to itself", () => {
  expect(sent("net:[2]", "net:[1]")).toBe(1234);
  expect(sent("net:[2]", undefined, "net:[1]")).toBe(1234);
  // Started by somebody who lives in it, too.
  expect(sent("net:[2]", "net:[2]", "net:[1]")).toBe(1234);
});

test("in a network that is shared, or where it cannot be told, nothing is claimed", () => {
  expect(sent("net:[1]", "net:[1]")).toBeUndefined();
  expect(sent("net:[1]", "net:[1]", "net:[1]")).toBeUndefined();
  expect(sent("net:[2]", undefined)).toBeUndefined();
  expect(bytesSentOutside("/nowhere")).toBeUndefined();
});
