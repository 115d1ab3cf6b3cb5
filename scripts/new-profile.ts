import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { isStartLink, registered, startOf } from "./support/profile-start.ts";

const registry = "devices/registry.ts";
const usage =
  "usage: npm run new-profile <vendor> <model> [mqtt|ble]   for example: npm run new-profile acme bl-100 ble";
const plain = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** @returns exit code: 0 done, 2 usage, 6 refused by state */
const newProfile = (args: readonly string[]): number => {
  const [vendor = "", model = "", link = "mqtt", ...more] = args;
  const isNamed = plain.test(vendor) && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(model);
  if (!isNamed || !isStartLink(link) || more.length > 0) {
    console.error(
      `${usage}\nvendor and model take a-z, 0-9 and single dashes; the vendor begins with a letter`,
    );
    return 2;
  }
  const file = `devices/profiles/${vendor}.ts`;
  if (existsSync(file)) {
    console.error(`${file} is there already: add the model "${model}" beside the others in it`);
    return 6;
  }
  const start = startOf(vendor, model, link);
  writeFileSync(file, start.text);
  writeFileSync(registry, registered(readFileSync(registry, "utf8"), vendor, start.name));
  console.log(`${file} written, and one line in ${registry}. Next:
  1. put in your lamp's ${link === "ble" ? "signs, characteristics, capabilities and frames" : "topics, capabilities and messages"}; name the document or capture in "source"
  2. paste at least one captured exchange into "examples"
  3. npm test -- test/devices   (the tests for it are there already)
docs/adding-a-lamp.md says more.`);
  return 0;
};

process.exitCode = newProfile(process.argv.slice(2));
