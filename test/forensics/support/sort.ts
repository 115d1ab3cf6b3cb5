/**
 * Sorts and rebuilds a database that does not fit into its memory. Arguments: data folder, plant: `temp_store` takes away
 * what keeps sorts off the disk.
 */
import { join } from "node:path";
import { openEncrypted } from "../../../hub/platform/node/sqlite-file.ts";
import { drawCanaries } from "./canaries.ts";

const [folder = "", plant = ""] = process.argv.slice(2);
const rows = 20_000;
const names = drawCanaries(1).filter(({ kind }) => kind === "room");

const connection = openEncrypted(join(folder, "sorted.db"), Buffer.alloc(32, 7));
if (plant === "temp_store") connection.pragma("temp_store = FILE");
connection.exec("CREATE TABLE names (name TEXT)");
const put = connection.prepare("INSERT INTO names VALUES (?)");
connection.transaction(() => {
  for (let row = 0; row < rows; row++)
    put.run(`${names[row % names.length]?.text} ${row} ${"and so on ".repeat(20)}`);
})();
connection.prepare("SELECT name FROM names ORDER BY substr(name, 20) DESC").all();
connection.exec("VACUUM");
connection.close();
