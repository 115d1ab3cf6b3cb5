import { manualPage, referencePage } from "../../app-sim/cli/reference.ts";
import { scenarioJsonSchema } from "../../app-sim/testing/scenario/scenario-schema.ts";
import { certificateJsonSchema, openApiDocument } from "../../hub/api/openapi.ts";
import { resetInstructions } from "../../hub/domain/reset-instructions.ts";
import { setUpInstructions } from "../../hub/domain/set-up-instructions.ts";
import manifest from "../../package.json" with { type: "json" };
import { claimsIn, conformanceDocument } from "../conformance/claims.ts";
import { privacyPages } from "./privacy-pages.ts";
import { billOfMaterials } from "./sbom.ts";

/** Pages that are written from the code, by file. A test holds what is checked in against them. */
export const pages = (): Readonly<Record<string, string>> => ({
  "docs/cli.md": referencePage(),
  "docs/man/lampkeeper.1": manualPage(manifest.version),
  "docs/conformance.md": conformanceDocument(claimsIn()),
  "docs/reset-instructions.txt": resetInstructions,
  "docs/set-up-instructions.txt": setUpInstructions,
  "docs/scenario.schema.json": `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`,
  "docs/wipe-certificate.schema.json": `${JSON.stringify(certificateJsonSchema(), null, 2)}\n`,
  "docs/sbom.cdx.json": `${JSON.stringify(billOfMaterials(), null, 1)}\n`,
  ...privacyPages(),
  "docs/api/openapi.json": `${JSON.stringify(openApiDocument(), null, 1)}\n`,
});
