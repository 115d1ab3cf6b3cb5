import { expect, test } from "vitest";
import { HubProcess, scratch } from "../support/hub-process.ts";
import { proves } from "../support/proves.ts";

interface Person {
  readonly id: string;
  readonly name: string;
}

const peopleOf = async (hub: HubProcess): Promise<readonly Person[]> =>
  ((await hub.api("GET", "/people")).body as { readonly data: readonly Person[] }).data;

const started = (folder: string, people: number): Promise<HubProcess> =>
  HubProcess.start(folder, "--bulbs", "1", "--sensors", "0", "--people", `${people}`);

test(`a simulated person who was erased does not move in again with the next start; one more does ${proves("GDPR:17")}`, async () => {
  using root = scratch();
  const hub = await started(root.path, 2);
  const [ana, ben] = await peopleOf(hub);
  expect([ana?.name, ben?.name]).toEqual(["Ana", "Ben"]);
  expect((await hub.api("POST", `/people/${ana?.id}/erase`)).status).toBe(200);
  await hub.stop();
  const again = await started(root.path, 2);
  expect((await peopleOf(again)).map(({ name }) => name)).toEqual(["Ben"]);
  await again.stop();
  const grown = await started(root.path, 3);
  expect((await peopleOf(grown)).map(({ name }) => name)).toEqual(["Ben", "Cleo"]);
  await grown.stop();
}, 60_000);
