import { hasWildcard, topicMatches } from "./topic.ts";

const placeholder = "{address}";

/** A profile's topic with one `{address}` in it, and the way back from a topic to the address. */
export class TopicTemplate {
  readonly text: string;
  /** Matches the topic of every device: the level that holds the address is `+`. */
  readonly filter: string;
  readonly #before: string;
  readonly #after: string;
  /** It has no place for an address. */
  readonly #isOfAll: boolean;
  readonly #isPattern: boolean;

  constructor(text: string) {
    this.text = text;
    const at = text.indexOf(placeholder);
    this.#before = at < 0 ? text : text.slice(0, at);
    this.#after = at < 0 ? "" : text.slice(at + placeholder.length);
    this.#isOfAll = at < 0;
    this.#isPattern = hasWildcard(text);
    this.filter = text
      .split("/")
      .map((level) => (level.includes(placeholder) ? "+" : level))
      .join("/");
  }

  /** The topic or filter of one device. */
  of(address: string): string {
    return this.#isOfAll ? this.text : this.#before + address + this.#after;
  }

  /** Whether it matches as the filter of one device. Allocates nothing where it has no wildcard. */
  matches(topic: string, address: string): boolean {
    if (this.#isPattern || this.#isOfAll) return topicMatches(this.of(address), topic);
    return (
      topic.length === this.#before.length + address.length + this.#after.length &&
      topic.startsWith(this.#before) &&
      topic.startsWith(address, this.#before.length) &&
      topic.endsWith(this.#after)
    );
  }

  /** The text that stands where the template has its address; undefined for a topic of another form. */
  addressIn(topic: string): string | undefined {
    const end = topic.length - this.#after.length;
    if (end <= this.#before.length) return undefined;
    if (!topic.startsWith(this.#before) || !topic.endsWith(this.#after)) return undefined;
    const address = topic.slice(this.#before.length, end);
    return address.includes("/") ? undefined : address;
  }
}
