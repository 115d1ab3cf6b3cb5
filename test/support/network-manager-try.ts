/**
 * Runs beside a real NetworkManager (network-manager-box.ts): tries to join a network of each name, and prints what
 * came of it and what NetworkManager and nmcli have in files afterwards. Arguments: nmcli, then password and names as
 * hexadecimal digits.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NetworkManagerRadio } from "../../hub/platform/node/network-manager.ts";

const folders = ["/run/NetworkManager", "/etc/NetworkManager", "/var/lib/NetworkManager", "/root"];
const contents = () =>
  folders
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
    .join("\n");

const [nmcli, password = "", ...names] = process.argv.slice(2);
const link = await new NetworkManagerRadio().link();
const radio = new NetworkManagerRadio(nmcli);
const outcomes: string[] = [];
for (const name of names) {
  outcomes.push(await radio.join({ ssid: Buffer.from(name, "hex"), password: Buffer.from(password, "hex") }));
}
process.stdout.write(JSON.stringify({ link, outcomes, left: contents() }));
