import { expect, test } from "vitest";
import { layoutSteps } from "../../hub/platform/node/sqlite-layout.ts";
import { schemaSteps } from "../../hub/privacy/record-codec.ts";
import { release } from "../../hub/release.ts";

test("a new step of the stored data raises the number by which earlier versions know that they cannot read them", () => {
  expect(release.dataFormat).toBe(layoutSteps.length + schemaSteps.length);
});
