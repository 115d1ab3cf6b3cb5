import fc from "fast-check";
import { expect, test } from "vitest";
import { type Call, readCall, StraceReader } from "./support/strace-reader.ts";

const hex = (text: string | Uint8Array): string =>
  [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");

const read = (
  ...chunks: readonly (string | Buffer)[]
): { readonly calls: readonly Call[]; readonly unread: number } => {
  const calls: Call[] = [];
  const reader = new StraceReader((call) => calls.push(call));
  for (const chunk of chunks) reader.push(Buffer.from(chunk));
  reader.end();
  return { calls, unread: reader.unread };
};

test("a write: the file by its descriptor, the bytes, what was taken", () => {
  const call = readCall(Buffer.from(`17 pwrite64(22<${hex("/d/a b")}>, "${hex("h\0é")}", 4, 4096) = 4`));
  expect(call).toMatchObject({ pid: 17, name: "pwrite64", result: 4 });
  expect(call?.args.map(({ path }) => path)).toEqual(["/d/a b", undefined, undefined, undefined]);
  expect(call?.args[1]?.strings).toEqual([Buffer.from("h\0é")]);
  expect(call?.args.slice(2).map(({ text }) => text)).toEqual(["4", "4096"]);
});

test("a vector has all its parts, an open says what was opened, a refusal is negative", () => {
  const vector = `7 writev(3<${hex("/d/f")}>, [{iov_base="${hex("a,b")}", iov_len=3}, {iov_base="${hex("c)")}", iov_len=2}], 2) = 5`;
  expect(readCall(Buffer.from(vector))?.args[1]?.strings.map(String)).toEqual(["a,b", "c)"]);
  const open = `7 openat(AT_FDCWD<${hex("/")}>, "${hex("d/f")}", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 21<${hex("/d/f")}>`;
  expect(readCall(Buffer.from(open))).toMatchObject({ result: 21, opened: "/d/f" });
  const refused = `7 mkdir("${hex("d")}", 0777)               = -1 EEXIST (File exists)`;
  expect(readCall(Buffer.from(refused))?.result).toBe(-1);
  const map = "7 mmap(NULL, 8256, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_POPULATE, 4, 0) = 0x7feebb371000";
  expect(readCall(Buffer.from(map))).toMatchObject({ name: "mmap", result: 0x7fee_bb37_1000 });
});

test("a call that another thread interrupts is one call; one that the process did not outlive was begun", () => {
  const { calls, unread } = read(
    `7 write(3<${hex("/d/f")}>, "${hex("one")}", 3 <unfinished ...>\n8 fsync(3<${hex("/d/f")}>) = 0\n`,
    `7 <... write resumed>) = 3\n8 write(3<${hex("/d/f")}>, "${hex("two")}", 3 <unfinished ...>\n`,
    "7 +++ killed by SIGKILL +++\n8 --- SIGCHLD {si_signo=SIGCHLD} ---\n",
  );
  expect(calls.map(({ name, result, args }) => [name, result, String(args[1]?.strings[0] ?? "")])).toEqual([
    ["fsync", 0, ""],
    ["write", 3, "one"],
    ["write", undefined, "two"],
  ]);
  expect(unread).toBe(0);
});

test("a string that was cut off, and what is no call, are counted and not guessed", () => {
  const cut = `7 write(3<${hex("/d/f")}>, "${hex("abc")}"..., 900) = 900\n`;
  expect(read(cut)).toEqual({ calls: [], unread: 1 });
  expect(read("strace: Process 7 attached\n").unread).toBe(1);
  expect(read("7 <... write resumed>) = 3\n").unread).toBe(1);
});

test("whatever is written is read as it was, however the pipe cuts it", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ minLength: 1, unit: "grapheme" }),
      fc.integer({ min: 1, max: 50 }),
      (bytes, path, cut) => {
        const line = Buffer.from(
          `7 write(3<${hex(path)}>, "${hex(bytes)}", ${bytes.length}) = ${bytes.length}\n`,
        );
        const chunks = Array.from({ length: Math.ceil(line.length / cut) }, (_, at) =>
          line.subarray(at * cut, (at + 1) * cut),
        );
        const { calls, unread } = read(...chunks);
        expect(unread).toBe(0);
        expect(calls[0]?.args[0]?.path).toBe(path);
        expect(calls[0]?.args[1]?.strings[0]).toEqual(Buffer.from(bytes));
      },
    ),
  );
});

test("noise never throws, and every line of it is a call, a notice or counted", () => {
  const pieces = fc.constantFrom(
    '"',
    "\\x41",
    "\\x4",
    "<",
    ">",
    "(",
    ")",
    "[",
    "{",
    "}",
    ",",
    " = ",
    "7 ",
    "write",
    "\n",
    "...",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 60 }), (noise) => {
      const text = noise.join("");
      const { calls, unread } = read(text);
      const lines = text.split("\n").filter((line) => line !== "").length;
      expect(calls.length + unread).toBeLessThanOrEqual(lines + 1);
    }),
    { numRuns: 500 },
  );
});
