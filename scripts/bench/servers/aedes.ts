/** Bare aedes, as its documentation starts it: the peer that every broker in JavaScript has to beat. */
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { Aedes } from "aedes";

const [certificate, key] = process.argv.slice(2);

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });

const broker = await Aedes.createBroker();
const port = await listening(createServer({ noDelay: true }, broker.handle));
const tls =
  certificate === undefined || key === undefined
    ? undefined
    : createTlsServer(
        { cert: readFileSync(certificate), key: readFileSync(key), minVersion: "TLSv1.3" },
        broker.handle,
      );
const tlsPort = tls === undefined ? null : await listening(tls);
process.stdout.write(`${JSON.stringify({ port, tlsPort })}\n`);
process.on("SIGTERM", () => process.exit());
