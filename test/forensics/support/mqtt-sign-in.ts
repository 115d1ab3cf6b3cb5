import { once } from "node:events";
import { generate, parser } from "mqtt-packet";
import type { Endpoint, Network } from "../../../hub/ports/network.ts";

/** Asks a broker for admission, and leaves. @returns its code: 0 is welcome [MQTT 3.1.1 3.2.2.3] */
export const signIn = async (
  network: Network,
  endpoint: Endpoint,
  clientId: string,
  username: string,
  password: Buffer,
): Promise<number | undefined> => {
  const stream = await network.connect(endpoint);
  stream.on("error", () => stream.destroy());
  const packet = {
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion: 4,
    clean: true,
    keepalive: 0,
  } as const;
  stream.write(generate({ ...packet, clientId, username, password }));
  const reader = parser();
  const answer = once(reader, "packet") as Promise<[{ readonly returnCode?: number }]>;
  stream.on("data", (bytes: Buffer) => reader.parse(bytes));
  const [{ returnCode }] = await answer;
  stream.destroy();
  return returnCode;
};
