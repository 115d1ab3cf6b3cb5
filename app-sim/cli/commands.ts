import type { CliOption, CommandDefinition, NounDefinition } from "./definition.ts";
import { accountCommands } from "./nouns/account.ts";
import { backupCommands } from "./nouns/backup.ts";
import { beaconCommands } from "./nouns/beacon.ts";
import { bleCommands } from "./nouns/ble.ts";
import { circadianCommands } from "./nouns/circadian.ts";
import { clockCommands } from "./nouns/clock.ts";
import { completionCommand } from "./nouns/completion.ts";
import { connectCommands } from "./nouns/connect.ts";
import { consentCommands } from "./nouns/consent.ts";
import { contactCommands } from "./nouns/contact.ts";
import { developerCommands } from "./nouns/developer.ts";
import { deviceCommands, sensorCommands } from "./nouns/device.ts";
import { deviceScopeCommand } from "./nouns/device-scope.ts";
import { disclosureCommands } from "./nouns/disclosure.ts";
import { homePlaceCommands } from "./nouns/home-place.ts";
import { hubCommands } from "./nouns/hub.ts";
import { incidentCommands } from "./nouns/incidents.ts";
import { lampCommands } from "./nouns/lamp.ts";
import { linkCommands } from "./nouns/link.ts";
import { memberCommands } from "./nouns/members.ts";
import { noticeCommands } from "./nouns/notices.ts";
import { pairCommand } from "./nouns/pair.ts";
import { panelCommands } from "./nouns/panel.ts";
import { personCommands } from "./nouns/person.ts";
import { placeCommands, placeNouns } from "./nouns/place.ts";
import { privacyCommands } from "./nouns/privacy.ts";
import { providerCommands } from "./nouns/provider.ts";
import { requestCommands } from "./nouns/requests.ts";
import { resetCommands } from "./nouns/reset.ts";
import { retentionCommands } from "./nouns/retention.ts";
import { rightsCommands } from "./nouns/rights.ts";
import { runCommands } from "./nouns/run.ts";
import { scenarioCommands } from "./nouns/scenario.ts";
import { sceneCommands } from "./nouns/scene.ts";
import { scheduleCommands } from "./nouns/schedule.ts";
import { sessionCommands } from "./nouns/session.ts";
import { setupCommands } from "./nouns/setup.ts";
import { sunCommand } from "./nouns/sun.ts";
import { tokenCommands } from "./nouns/token.ts";
import { traceCommands } from "./nouns/trace.ts";
import { updateCommands } from "./nouns/update.ts";
import { vaultCommands } from "./nouns/vault.ts";
import { verifyCommands } from "./nouns/verify.ts";
import { wifiCommands } from "./nouns/wifi.ts";

/** Every command there is, in the order of the help. */
export const commands: readonly CommandDefinition[] = [
  ...runCommands,
  ...lampCommands,
  ...placeCommands("room"),
  ...placeCommands("zone"),
  ...placeCommands("group"),
  ...sceneCommands,
  ...circadianCommands,
  ...scheduleCommands,
  ...clockCommands,
  ...hubCommands,
  pairCommand,
  ...deviceCommands,
  deviceScopeCommand,
  ...linkCommands,
  ...sensorCommands,
  ...personCommands,
  ...memberCommands,
  ...accountCommands,
  ...sessionCommands,
  ...beaconCommands,
  sunCommand,
  ...homePlaceCommands,
  ...wifiCommands,
  ...tokenCommands,
  ...developerCommands,
  ...privacyCommands,
  ...retentionCommands,
  ...rightsCommands,
  ...backupCommands,
  ...noticeCommands,
  ...disclosureCommands,
  ...requestCommands,
  ...incidentCommands,
  ...connectCommands,
  ...contactCommands,
  ...providerCommands,
  ...consentCommands,
  ...resetCommands,
  ...verifyCommands,
  ...vaultCommands,
  ...updateCommands,
  ...panelCommands,
  ...bleCommands,
  ...scenarioCommands,
  ...traceCommands,
  ...setupCommands,
  completionCommand,
];

export const nouns: readonly NounDefinition[] = [
  { name: "lamp", summary: "Lamps: see and command them" },
  ...placeNouns,
  { name: "scene", summary: "Scenes: how lamps were, to come back to" },
  { name: "circadian", summary: "Light that follows the sun" },
  { name: "vacation", summary: "Evenings of an empty home" },
  { name: "schedule", summary: "Rules: what happens by clock, sun, people and sensors" },
  { name: "clock", summary: "The clock that rules rely on" },
  { name: "mode", summary: "The mode of the home" },
  { name: "device", summary: "Lamps and sensors as things" },
  { name: "link", summary: "Lamps that are on the network and on Bluetooth" },
  { name: "sensor", summary: "Sensors and what they say" },
  { name: "person", summary: "People: who is home, and what is recorded of them" },
  { name: "account", summary: "Accounts: who can sign in, and with what" },
  { name: "session", summary: "Signing in and out" },
  { name: "beacon", summary: "What people carry, by which the hub notices on the air that they are home" },
  { name: "place", summary: "Where the home is, and who may know" },
  { name: "wifi", summary: "The home's network: kept sealed, and handed to lamps" },
  { name: "token", alias: "access", summary: "Access of programs to API and broker" },
  { name: "developer", summary: "Programs of others: what they ask for, and what they may" },
  { name: "guest", summary: "Codes that let guests in, without anybody's address" },
  { name: "privacy", summary: "What the home knows of its people, and what they can do about it" },
  { name: "support", summary: "What you may give to whoever helps you; the hub sends nothing" },
  { name: "backup", summary: "Backups: sealed files that you keep" },
  { name: "move", summary: "A home that moves to another hub" },
  {
    name: "connect",
    summary: "Services of others: assistants, providers of accounts, mail, the remote view",
  },
  { name: "contact", summary: "How people can be written to, and what they are told" },
  { name: "provider", summary: "Signing in by an account of another provider" },
  { name: "vault", summary: "The hub's keys: how they are kept" },
  { name: "update", summary: "The hub's own software" },
  { name: "panel", summary: "Button and light on the case of a simulated hub" },
  { name: "ble", summary: "The bench of whoever tests lamps over Bluetooth, without a hub" },
  { name: "scenario", summary: "Scenario files on a simulated home" },
  { name: "trace", summary: "Traces of simulated homes" },
  { name: "config", summary: "Settings of the command line" },
];

/** Understood before and after every command. */
export const globalOptions: readonly CliOption[] = [
  { name: "hub", value: "URL", help: "the hub's address; with --token-file" },
  {
    name: "token-file",
    value: "FILE",
    help: "file with the access token; - reads standard input",
    completes: "file",
  },
  {
    name: "ready-file",
    value: "FILE",
    help: "take address and credentials from a running hub's ready file",
    completes: "file",
  },
  { name: "json", help: "one JSON document on standard output" },
  { name: "ndjson", help: "one JSON object per line, for streams and lists" },
  { name: "plain", help: "tab-separated, without headings and colours" },
  { name: "quiet", short: "q", help: "no messages, only data" },
  { name: "verbose", short: "v", help: "say what is asked of the hub" },
  { name: "no-color", help: "no colours, as with NO_COLOR" },
  { name: "no-input", help: "never ask; fail where an answer would be needed" },
  { name: "dry-run", short: "n", help: "say what would be done, and do nothing" },
  { name: "yes", short: "y", help: "do not ask before what cannot be undone" },
  { name: "timeout", value: "TIME", help: "longest wait for an answer, such as 10s" },
  { name: "time-zone", value: "ZONE", help: "show times in this zone, such as Europe/Berlin" },
];

export const nounsOf = (command: CommandDefinition): readonly string[] =>
  command.path.split(" ").slice(0, -1);
