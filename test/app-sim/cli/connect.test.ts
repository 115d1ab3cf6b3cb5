import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Shape } from "../../../hub/api/contract.ts";
import type { OptionalPurpose } from "../../../hub/domain/purpose.ts";
import { Seconds } from "../../../hub/domain/units.ts";
import { proves } from "../../support/proves.ts";
import { Terminal, typed } from "./terminal.ts";

let terminal: Terminal;
beforeEach(async () => {
  terminal = await Terminal.open();
  for (const purpose of ["assistant", "remote-view", "newsletter"] as const) agree(purpose);
});
afterEach(() => terminal.close());

const agree = (purpose: OptionalPurpose, person?: string) =>
  terminal.house.consents.say(purpose, true, person as never);

const type = (...words: readonly string[]) => terminal.type(words);
const letIn = (name: string, ...more: readonly string[]) => type("connect", "enable", name, ...more, "--yes");

/** Types as a person who has signed in. */
const signedIn = async (name: string) => {
  const file = (what: string, content: string) => {
    const path = join(terminal.folder, what);
    writeFileSync(path, content);
    return path;
  };
  const word = file("word", "three keys on a ring\n");
  await type("person", "add", name, "--role", "owner");
  await type("account", "password", "set", name, "--password-file", word);
  const token = join(terminal.folder, "me.token");
  await typed(["session", "start", name, "--hub", terminal.url, "--out", token, "--password-file", word]);
  return (...words: readonly string[]) => typed([...words, "--hub", terminal.url, "--token-file", token]);
};

test(`a service is shown whole before it is let in, and is off until then ${proves("U40", "H28")}`, async () => {
  const list = await type("connect", "list");
  expect(list.stdout).toMatch(/^sim-assistant +assistant +off +US/m);
  const { stdout } = await type("connect", "preview", "sim-assistant");
  expect(stdout).toContain("The third party may read your relevant information");
  for (const line of [
    "it gets exactly",
    "the name that you give the lamp",
    "hosts",
    "assistant.example",
    "country",
    "terms",
  ])
    expect(stdout).toContain(line);
  // Nobody is there to say yes.
  expect((await type("connect", "enable", "sim-assistant", "--lamps", "Sink=Desk light")).code).toBe(2);
  const shown: string[] = [];
  const words = ["connect", "enable", "sim-assistant", "--lamps", "Sink=Desk light"];
  const said = await terminal.type(words, {
    tty: true,
    answer: (question) => {
      shown.push(question);
      return "y";
    },
  });
  expect(said.code).toBe(0);
  expect(shown.join("")).toContain("The third party may read your relevant information");
  expect((await type("connect", "list")).stdout).toMatch(/^sim-assistant +assistant +on/m);
});

test("an assistant is linked, commands its lamp, and is refused once it is taken back", async () => {
  expect(
    await letIn("sim-assistant", "--lamps", "Sink=Desk light", "--expires", "30d", "--rate", "5"),
  ).toMatchObject({ code: 0 });
  const { code, key } = await terminal.json<Shape<"LinkingCode">>("connect", "code", "sim-assistant");
  const act = (...words: readonly string[]) => type("connect", "simulate", "sim-assistant", ...words);
  expect((await act("link", `code=${code}`, `key=${key}`)).stdout).toContain("linked");
  expect((await act("discover")).stdout).toContain("Desk light");
  const [connection] = terminal.house.privacy.connections.connections.list();
  const handle = connection?.lamps[0]?.handle;
  expect((await act("set", `handle=${handle}`, "on=true")).stdout).toContain('"on":true');
  expect(terminal.house.lights.get(terminal.house.lamp)?.desired.on).toBe(true);
  expect((await type("connect", "rename", "sim-assistant", "Desk light", "Reading light")).code).toBe(0);
  expect((await act("discover")).stdout).toContain("Reading light");
  expect((await type("connect", "revoke", "sim-assistant", "--yes")).code).toBe(0);
  expect((await act("discover")).stdout).toContain("refused");
  expect((await type("connect", "notices")).stdout).toMatch(/^sim-assistant +erase +1 +(?!no)/m);
});

test(`new terms make it rest until they are accepted ${proves("U44")}`, async () => {
  await letIn("sim-assistant", "--lamps", "Sink=Desk light");
  await type("connect", "simulate", "sim-assistant", "terms", "text=We sell it now.");
  expect((await type("connect", "list")).stdout).toContain("rests: terms 2");
  expect((await type("connect", "accept", "sim-assistant")).code).toBe(2);
  expect((await type("connect", "accept", "sim-assistant", "--yes")).stdout).toContain("is on");
  await type("connect", "simulate", "sim-assistant", "host", "host=tracker.example");
  expect((await type("connect", "list")).stdout).toContain("rests: host tracker.example");
  await type("connect", "accept", "sim-assistant", "--yes");
  await type("connect", "simulate", "sim-assistant", "recipient", "name=broker");
  expect((await type("connect", "list")).stdout).toContain("rests: sub-recipient broker");
});

test(`one command makes all forget; who has not confirmed is named and the exit code tells ${proves("EN303645:5.11-2")}`, async () => {
  await letIn("sim-assistant", "--lamps", "Sink=Desk light");
  await letIn("sim-mail");
  await type("connect", "simulate", "sim-mail", "offline");
  const forgotten = await type("connect", "forget", "--yes");
  expect(forgotten.code).toBe(9);
  expect(forgotten.stdout).toMatch(/^sim-mail +erase +1 +no/m);
  await type("connect", "simulate", "sim-mail", "offline", "off=true");
  expect((await type("connect", "notices", "--retry")).code).toBe(0);
});

test("a phone is invited to the remote view, and sees the home until it is taken out", async () => {
  await letIn("sim-relay");
  const act = (...words: readonly string[]) =>
    terminal.json<Shape<"SimServiceOutcome">>("connect", "simulate", "sim-relay", ...words);
  const { publicKey } = JSON.parse((await act("key")).said) as { readonly publicKey: string };
  const invited = await terminal.json<Shape<"ViewerInvitation">>("connect", "invite", publicKey);
  await act("invited", `hubKey=${invited.hubKey}`, `mailbox=${invited.mailbox}`);
  await terminal.house.clock.advance(Seconds(30));
  expect((await act("look")).said).toContain('"lit":0');
  expect((await type("connect", "viewers")).stdout).toContain(invited.id);
  expect((await type("connect", "uninvite", invited.id)).code).toBe(0);
  expect((await type("connect", "viewers")).stdout).toContain("nobody");
});

test(`a person gives an address, asks for news twice, gets them, stops them and opts out ${proves("H27", "A30")}`, async () => {
  await letIn("sim-mail");
  const me = await signedIn("Ana");
  const [ana] = terminal.house.people.list();
  agree("newsletter", ana?.id);
  expect((await me("contact", "list")).stdout).toContain("no address");
  expect((await me("contact", "set", "email", "ana@home.example")).code).toBe(0);
  const { stdout } = await me("contact", "news", "email");
  const code = /Confirm ([a-z2-7]{12})/.exec(stdout)?.[1];
  const write = (subject: string) =>
    type("connect", "simulate", "sim-mail", "write", "from=ana@home.example", `subject=${subject}`);
  await write(`Confirm ${code}`);
  expect((await me("contact", "list")).stdout).toMatch(/^email +ana@home\.example +yes/m);
  expect((await me("contact", "stop")).code).toBe(0);
  expect((await me("contact", "list")).stdout).toMatch(/no$/m);
  expect((await me("contact", "opt-out", "california")).code).toBe(0);
  await write("Nevada Sale Opt-Out");
  expect(terminal.house.optOuts.recorded.map(({ law, by }) => [law, by])).toEqual([
    ["california", "app"],
    ["nevada", "mail"],
  ]);
  expect((await type("contact", "announce", "drill", "A drill", "Nothing has happened.")).stdout).toContain(
    "1 written to",
  );
  expect((await type("contact", "banners")).stdout).toContain("drill");
  expect((await type("contact", "banners", "--dismiss", "drill")).stdout).not.toContain("drill");
  expect((await type("connect", "simulate", "sim-mail", "outbox")).stdout).toContain("Nothing has happened.");
  expect((await me("contact", "remove", "email")).code).toBe(0);
  expect((await me("contact", "list")).stdout).toContain("no address");
});

test(`a person links an account of a provider, sees what was dropped, and unlinks it ${proves("A8", "H13")}`, async () => {
  await letIn("sim-accounts");
  const me = await signedIn("Ana");
  const [ana] = terminal.house.people.list();
  agree("identity-provider", ana?.id);
  const { stdout } = await me("provider", "link", "sim-accounts", "--email");
  expect(stdout).toContain("offered and not asked for: friends, location, birthday");
  const url = /open +(\S+)/.exec(stdout)?.[1];
  const { said } = await terminal.json<Shape<"SimServiceOutcome">>(
    "connect",
    "simulate",
    "sim-accounts",
    "authorize",
    `url=${url}`,
  );
  const { state, code } = JSON.parse(said) as { readonly state: string; readonly code: string };
  const linked = await me("provider", "finish", state, code);
  expect(linked.stdout).toContain(
    "dropped: birthdate, gender, phone_number, address, locale, zoneinfo, picture, friends",
  );
  expect((await me("provider", "list")).stdout).toMatch(
    /^sim-accounts +sim_person +person@accounts\.example/m,
  );
  expect((await me("provider", "unlink")).code).toBe(0);
  expect((await me("provider", "list")).stdout).toContain("none");
});

test("what is no service, act or lamp is named", async () => {
  expect((await type("connect", "preview", "nobody")).code).toBe(5);
  expect((await type("connect", "revoke", "sim-assistant", "--yes")).code).toBe(5);
  expect((await letIn("sim-assistant", "--lamps", "Sink")).code).toBe(2);
  expect((await letIn("sim-assistant", "--lamps", "Snk=X")).code).toBe(5);
  expect((await letIn("sim-assistant")).code).not.toBe(0);
  expect((await type("connect", "simulate", "sim-relay", "fly")).stderr).toContain("this service can");
  expect((await type("connect", "simulate", "sim-relay", "invited", "hubKey")).code).toBe(2);
});
