import type { HttpRequest } from "../ports/network.ts";
import { HostNotAllowed, OriginNotAllowed } from "./errors.ts";

export interface OriginOptions {
  /** Host names this hub answers to, beside loopback. A name that is not here may be an attacker's, pointed at us. */
  readonly hosts: readonly string[];
  /** Also answer to any IP address: the hub listens beyond loopback. DNS cannot rebind a literal address. */
  readonly anyAddress: boolean;
}

const loopback = ["localhost", "127.0.0.1", "[::1]"];
const address = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/;

/** Refuses requests under foreign names (DNS rebinding) and from foreign pages (cross-site request forgery). */
export class OriginGuard {
  readonly #hosts: ReadonlySet<string>;
  readonly #anyAddress: boolean;
  /** The `Host` that was last found to be ours: whoever keeps asking asks under one name. */
  #known: string | undefined;

  constructor(options: OriginOptions) {
    this.#hosts = new Set([...loopback, ...options.hosts.map((host) => host.toLowerCase())]);
    this.#anyAddress = options.anyAddress;
  }

  /** @throws HostNotAllowed, OriginNotAllowed */
  check(request: HttpRequest): void {
    const refusal = this.refusal(request.header("host") ?? "", request.header("origin"));
    if (refusal !== undefined) throw refusal;
  }

  /** What is wrong with these headers of a request; undefined: nothing. */
  refusal(host: string, origin: string | undefined): HostNotAllowed | OriginNotAllowed | undefined {
    if (host !== this.#known) {
      if (!this.#isOurs(nameOf(host.toLowerCase())))
        return new HostNotAllowed("this hub does not answer to that name");
      this.#known = host;
    }
    // A browser names the page a request comes from; only our own, on this very host and port, may speak to us.
    if (origin === undefined || isOrigin(origin, host.toLowerCase())) return undefined;
    return new OriginNotAllowed("pages of other origins may not use this hub");
  }

  #isOurs(name: string): boolean {
    return this.#hosts.has(name) || (this.#anyAddress && address.test(name));
  }
}

const nameOf = (host: string): string => host.replace(/:\d+$/, "");

const isOrigin = (origin: string, host: string): boolean =>
  origin.toLowerCase() === `http://${host}` || origin.toLowerCase() === `https://${host}`;
