import { InvalidInput } from "../domain/errors.ts";

/** Longest topic or filter, bytes of UTF-8; the standard would allow 65,535. Ours are under 100. */
export const longestTopicBytes = 1_024;
/** Deepest topic or filter. Deep topics have crashed brokers (GHSA-xxqp-5qx8-gj5q). */
export const deepestTopic = 32;

const slash = 47;
const plus = 43;
const hash = 35;
const dollar = 36;

/** Asked for every message, so it walks the characters once. */
const isSane = (text: string, mayHoldWildcards: boolean): boolean => {
  let levels = 1;
  let isAscii = true;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // [MQTT-4.7.3-2] no NUL; U+FFFD is what is left of bytes that were not UTF-8.
    if (code === 0 || code === 0xfffd) return false;
    if (code === slash) levels++;
    else if ((code === plus || code === hash) && !mayHoldWildcards) return false;
    else if (code > 0x7f) isAscii = false;
  }
  const bytes = isAscii ? text.length : Buffer.byteLength(text);
  return bytes > 0 && bytes <= longestTopicBytes && levels <= deepestTopic;
};

/** Whether a message may carry it. Wildcards belong in filters [MQTT-3.3.2-2], `$` topics to the broker [MQTT-4.7.2-1]. */
export const isTopicName = (topic: string): boolean => isSane(topic, false) && topic.charCodeAt(0) !== dollar;

/** [MQTT-4.7.1-2], [MQTT-4.7.1-3]: `#` alone in the last level, `+` alone in its level. */
export const isTopicFilter = (filter: string): boolean =>
  isSane(filter, true) && /^(?:(?:\+|[^+#/]*)\/)*(?:\+|#|[^+#/]*)$/.test(filter);

export const hasWildcard = (filter: string): boolean => /[+#]/.test(filter);

/** @throws InvalidInput */
export const assertTopicName = (topic: string): void => {
  if (!isTopicName(topic))
    throw new InvalidInput("not a topic name: empty, too long, too deep or with a wildcard");
};

/** @throws InvalidInput */
export const assertTopicFilter = (filter: string): void => {
  if (!isTopicFilter(filter))
    throw new InvalidInput("not a topic filter: a wildcard stands alone in its level");
};

const levelEnd = (text: string, from: number): number => {
  const at = text.indexOf("/", from);
  return at < 0 ? text.length : at;
};

const startsWithWildcard = (filter: string): boolean => {
  const first = filter.charCodeAt(0);
  return first === plus || first === hash;
};

/** Whether a topic name is matched by a filter; both valid. Walks the characters, allocates nothing. */
export const topicMatches = (filter: string, topic: string): boolean => {
  // [MQTT-4.7.2-1]
  if (topic.charCodeAt(0) === dollar && startsWithWildcard(filter)) return false;
  let inTopic = 0;
  for (let at = 0; at < filter.length; at++) {
    const code = filter.charCodeAt(at);
    if (code === hash) return true;
    if (code === plus) inTopic = levelEnd(topic, inTopic);
    else if (code === topic.charCodeAt(inTopic)) inTopic++;
    else return inTopic === topic.length && isRest(filter, at);
  }
  return inTopic === topic.length;
};

/** `a/#` matches its parent `a` too (4.7.1.2). */
const isRest = (filter: string, at: number): boolean => filter.length - at === 2 && filter.endsWith("/#");

/** The one pair of different filters that match the same topics. */
const normal = (filter: string): string => (filter === "+/#" ? "#" : filter);

/** Whether every topic that `asked` can match is matched by `granted`. Both valid filters; a topic is a filter too. */
export const filterCovers = (granted: string, asked: string): boolean => {
  if (asked.charCodeAt(0) === dollar && startsWithWildcard(granted)) return false;
  const grantedLevels = normal(granted).split("/");
  const askedLevels = normal(asked).split("/");
  for (const [at, level] of grantedLevels.entries()) {
    if (level === "#") return true;
    const other = askedLevels[at];
    if (other === undefined || other === "#") return false;
    if (level !== "+" && level !== other) return false;
    const isLast = at === askedLevels.length - 1;
    if (isLast && grantedLevels[at + 1] === "#") return true;
  }
  return grantedLevels.length === askedLevels.length;
};
