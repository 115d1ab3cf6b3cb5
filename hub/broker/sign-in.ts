import type { Connect } from "./connect-packet.ts";
import { returnCode } from "./control-packets.ts";
import type { Peer, RemoteHost } from "./peer.ts";
import { Permissions } from "./permissions.ts";
import { isTopicName, longestTopicBytes } from "./topic.ts";

const { accepted, identifierRejected, notNow, badCredentials, notAuthorised } = returnCode;

/** Whether whoever sent a CONNECT may come in, and as whom. */
export class SignIn {
  readonly #host: RemoteHost;

  constructor(host: RemoteHost) {
    this.#host = host;
  }

  /** @returns the return code of CONNACK; when accepted, `peer` knows what it may do */
  check(peer: Peer, connect: Connect): number {
    const { counters } = this.#host;
    const code = this.#check(peer, connect);
    connect.password.fill(0);
    if (code === accepted) counters.signIns++;
    else counters.signInsRefused++;
    return code;
  }

  #check(peer: Peer, connect: Connect): number {
    const { access, isClosing, limits } = this.#host;
    const { clientId, isClean, will } = connect;
    if (isClosing) return notNow;
    // [MQTT-3.1.3-8] who wants to be remembered needs a name; and a name is not an essay.
    if ((!isClean && clientId === "") || Buffer.byteLength(clientId) > longestTopicBytes)
      return identifierRejected;
    const grant = access.authenticate(connect.username, connect.password, peer.remote);
    if (grant === undefined) return badCredentials;
    if (peer.entrance === "legacy" && grant.kind !== "device") return notAuthorised;
    const permissions = new Permissions(grant);
    if (!this.#isWillAllowed(connect, permissions)) return notAuthorised;
    if (!this.#host.admit(grant)) return notNow;
    peer.clientId = clientId;
    peer.permissions = permissions;
    peer.will = will;
    peer.silenceMs = silenceMs(connect.keepAlive, limits.keepAlive);
    this.#host.enter(grant, peer);
    return accepted;
  }

  #isWillAllowed({ will }: Connect, permissions: Permissions): boolean {
    if (will === undefined) return true;
    const isAllowed =
      isTopicName(will.topic) &&
      permissions.mayPublish(will.topic) &&
      will.payload.length <= this.#host.limits.payloadBytes;
    if (!isAllowed) this.#host.counters.publishesRefused++;
    return isAllowed;
  }
}

/** [MQTT-3.1.2-24] one and a half times what was promised; who promised nothing, or too much, is held to the limit. */
const silenceMs = (keepAliveSeconds: number, limitMs: number): number => {
  const promised = keepAliveSeconds * 1_000;
  const isTooLong = limitMs > 0 && (promised === 0 || promised > limitMs);
  return 1.5 * (isTooLong ? limitMs : promised);
};
