import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TlsIdentity } from "../../hub/ports/network.ts";
import { requireProgram } from "./programs.ts";

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
};

/** A real Mosquitto from Debian, with a password file, on a port of its own that it keeps over restarts. */
export class MosquittoServer {
  port = 0;
  readonly #folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  #child: ChildProcess | undefined;

  /**
   * @param users name -> password
   * @param acl lines of an access list (mosquitto.conf(5), acl_file); absent: whoever is in may do everything
   * @param known certificate (PEM) of the authority whose certificates it lets in, and nobody else; absent: passwords do
   */
  async start(
    users: Readonly<Record<string, string>>,
    tls?: TlsIdentity,
    acl?: readonly string[],
    known?: string,
  ): Promise<this> {
    const program = requireProgram("mosquitto");
    this.port ||= await freePort();
    const passwords = join(this.#folder, "passwords");
    writeFileSync(
      passwords,
      Object.entries(users)
        .map(([name, password]) => `${name}:${password}\n`)
        .join(""),
    );
    // -U turns the clear passwords of the file into hashes.
    execFileSync(requireProgram("mosquitto_passwd"), ["-U", passwords]);
    const lines = [
      "user root",
      `listener ${this.port} 127.0.0.1`,
      "allow_anonymous false",
      `password_file ${passwords}`,
      "persistence false",
      "set_tcp_nodelay true",
    ];
    if (acl !== undefined) {
      const file = join(this.#folder, "acl");
      writeFileSync(file, `${acl.join("\n")}\n`);
      lines.push(`acl_file ${file}`);
    }
    if (tls !== undefined) {
      writeFileSync(join(this.#folder, "cert.pem"), tls.certificate);
      writeFileSync(join(this.#folder, "key.pem"), tls.key);
      lines.push(`certfile ${join(this.#folder, "cert.pem")}`, `keyfile ${join(this.#folder, "key.pem")}`);
    }
    if (known !== undefined) {
      const file = join(this.#folder, "known.pem");
      writeFileSync(file, known);
      lines.push(`cafile ${file}`, "require_certificate true", "use_identity_as_username true");
    }
    const config = join(this.#folder, "mosquitto.conf");
    writeFileSync(config, `${lines.join("\n")}\n`);
    this.#child = spawn(program, ["-c", config, "-v"], { stdio: ["ignore", "ignore", "pipe"] });
    await new Promise<void>((done, fail) => {
      let text = "";
      this.#child?.stderr?.on("data", (chunk) => {
        text += String(chunk);
        if (text.includes(" running")) done();
      });
      this.#child?.once("exit", () => fail(new Error(`mosquitto did not start: ${text}`)));
    });
    return this;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    child.removeAllListeners("exit");
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
