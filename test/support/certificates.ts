import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TlsIdentity } from "../../hub/ports/network.ts";
import { requireProgram } from "./programs.ts";

/** A fresh self-signed identity, valid for a day; its certificate is its own authority. */
export const testIdentity = (names = "IP:127.0.0.1,DNS:localhost"): TlsIdentity => {
  const openssl = requireProgram("openssl");
  const folder = mkdtempSync(join(tmpdir(), "lampkeeper-"));
  const key = join(folder, "key.pem");
  const certificate = join(folder, "certificate.pem");
  try {
    execFileSync(
      openssl,
      [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=localhost",
        "-addext",
        `subjectAltName=${names}`,
        "-keyout",
        key,
        "-out",
        certificate,
      ],
      { stdio: "ignore" },
    );
    return { certificate: readFileSync(certificate, "utf8"), key: readFileSync(key) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
