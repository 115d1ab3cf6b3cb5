import { expect, test } from "vitest";
import { Message } from "../../../hub/broker/message.ts";
import { RetainedMessages } from "../../../hub/broker/retained-messages.ts";

const limits = { messages: 100, bytes: 10_000, perIdentity: 100 };

const topicsOf = (kept: RetainedMessages, filter: string): readonly string[] =>
  kept.matching(filter).map(({ topic }) => topic);

test("what was the last of its branch goes, and what comes to that branch afterwards is kept", () => {
  const kept = new RetainedMessages(limits);
  const put = (topic: string, payload: string) => kept.put(new Message(topic, payload, 0, "l"));
  put("home/a", "1");
  put("home/a", "");
  put("home/b", "1");
  expect(topicsOf(kept, "home/+")).toEqual(["home/b"]);
  kept.clear();
  put("home/c", "1");
  expect(topicsOf(kept, "home/+")).toEqual(["home/c"]);
  expect(topicsOf(kept, "home/c")).toEqual(["home/c"]);
});

test("branches whose names begin alike are apart", () => {
  const kept = new RetainedMessages(limits);
  for (const topic of ["home/a", "homes/a", "home", "/a", "home/b"])
    kept.put(new Message(topic, "1", 0, "l"));
  expect(topicsOf(kept, "home/#")).toEqual(["home/a", "home", "home/b"]);
  expect(topicsOf(kept, "homes/#")).toEqual(["homes/a"]);
  expect(topicsOf(kept, "+/a").toSorted()).toEqual(["/a", "home/a", "homes/a"]);
});

test("what is kept after all was forgotten is there, in the same order as before too", () => {
  const kept = new RetainedMessages(limits);
  const putAll = () => {
    for (const topic of ["home/a", "home/b", "home/c"]) kept.put(new Message(topic, "x", 0, ""));
  };
  for (let round = 0; round < 3; round++) putAll();
  kept.clear();
  putAll();
  expect([kept.size, topicsOf(kept, "home/+")]).toEqual([3, ["home/a", "home/b", "home/c"]]);
});
