import type { AnswerOf, RouteName } from "../../hub/api/contract.ts";
import { type Asked, HubClient, type HubEvent } from "../client/hub-client.ts";
import { HubProblem, HubUnreachable } from "../client/hub-problem.ts";
import { CliError, type Exit } from "./cli-error.ts";
import type { Address } from "./settings.ts";

/** The client, whose errors become exits. */
export class HubLink {
  readonly url: string;
  readonly #client: HubClient;
  readonly #detail: (message: string) => void;

  constructor(
    { url, token }: Pick<Address, "url"> & Partial<Address>,
    timeoutMs: number,
    detail: (message: string) => void,
  ) {
    this.url = url;
    this.#client = new HubClient({ url, timeoutMs, ...(token === undefined ? {} : { token }) });
    this.#detail = detail;
  }

  /** @throws CliError with the exit that fits what the hub said */
  async call<Name extends RouteName>(name: Name, asked: Asked<Name> = {}): Promise<AnswerOf<Name>> {
    this.#detail(`asks the hub: ${name}`);
    return await this.#client.call(name, asked).catch((error: unknown) => {
      throw this.#cliErrorOf(error);
    });
  }

  /** What a route answers that is no JSON, as it comes. @throws as `call` */
  async bytes<Name extends RouteName>(
    name: Name,
    asked: Asked<Name> = {},
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    this.#detail(`asks the hub: ${name}`);
    return await this.#client.bytes(name, asked).catch((error: unknown) => {
      throw this.#cliErrorOf(error);
    });
  }

  /** The body of a route that does not answer JSON, with its status. */
  async read(name: RouteName): Promise<{ readonly status: number; readonly text: string }> {
    this.#detail(`asks the hub: ${name}`);
    return await this.#client.text(name).catch((error: unknown) => {
      throw this.#cliErrorOf(error);
    });
  }

  /** Events as they happen, until the signal; a lost connection comes back by itself. */
  async *events(signal: AbortSignal, lastEventId?: string): AsyncGenerator<HubEvent> {
    // The client tries for ever; a hub that is not there at all is told at once.
    await this.call("getSession");
    const onConnection = (isLive: boolean) =>
      this.#detail(isLive ? "connected" : "connection lost, trying again");
    try {
      yield* this.#client.events({
        signal,
        onConnection,
        ...(lastEventId === undefined ? {} : { lastEventId }),
      });
    } catch (error) {
      throw this.#cliErrorOf(error);
    }
  }

  #cliErrorOf(error: unknown): unknown {
    if (error instanceof HubProblem) return cliErrorOfProblem(error);
    if (!(error instanceof HubUnreachable)) return error;
    return error.code === "timed_out"
      ? new CliError("timeout", error.code, error.message, "wait longer with --timeout 30s")
      : new CliError(
          "unreachable",
          error.code,
          `no hub answers at ${new URL(this.url).origin}`,
          "is it running? see: lampkeeper doctor",
        );
  }
}

const exitOfStatus = (status: number): Exit => {
  if (status === 401 || status === 403) return "notAuthorised";
  if (status === 404) return "notFound";
  if (status === 504) return "timeout";
  if (status === 409 || status === 429 || status === 503) return "refused";
  return status < 500 ? "usage" : "bug";
};

/** What was sent is not what its maker made, or its maker is nobody whom the hub trusts. */
const integrityCodes = new Set([
  "backup_unreadable",
  "import_refused",
  "update_algorithm_refused",
  "update_damaged",
  "update_not_trusted",
  "update_rolled_back",
  "update_truncated",
]);

const cliErrorOfProblem = ({ status, code, message, errors, rules }: HubProblem): CliError => {
  // The message names the first of them itself.
  const findings = errors
    .filter(({ detail }) => !message.includes(detail))
    .map(({ pointer, detail }) => `${pointer || "request"}: ${detail}`);
  const hint = rules.length === 0 ? undefined : `the circle: ${rules.join(", then ")}`;
  return new CliError(
    integrityCodes.has(code) ? "integrity" : exitOfStatus(status),
    code,
    [message, ...findings].join("; "),
    hint,
  );
};
