// A PostgreSQL server of the example's own, in a folder of its own, that ends with the program.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** Where Debian's packages, and most others, put the programs. @returns {string | undefined} */
export function programs() {
  const folders = [
    ...(process.env.PATH ?? "").split(path.delimiter),
    ...(fs.existsSync("/usr/lib/postgresql")
      ? fs
          .readdirSync("/usr/lib/postgresql")
          .sort((a, b) => Number(b) - Number(a))
          .map((version) => `/usr/lib/postgresql/${version}/bin`)
      : []),
  ];
  return folders.find((folder) => fs.existsSync(path.join(folder, "initdb")));
}

/**
 * PostgreSQL refuses to run as root; Debian's packages make a user for it.
 * @returns {{ uid?: number, gid?: number }}
 */
function user() {
  if (process.getuid?.() !== 0) return {};
  const entry = fs
    .readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .find(([name]) => name === "postgres");
  if (!entry) throw new Error("PostgreSQL does not run as root, and there is no user postgres");
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}

/** @returns {Promise<{ env: Record<string, string>, stop: () => Promise<void> }>} what clients are to be told */
export async function startPostgres() {
  const bin = programs();
  if (!bin) throw new Error("PostgreSQL is not installed (Debian: apt-get install postgresql)");
  const identity = user();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "heatsync-pg-"));
  if (identity.uid !== undefined) fs.chownSync(folder, identity.uid, identity.gid ?? identity.uid);
  const data = path.join(folder, "data");
  const options = { ...identity, cwd: folder, encoding: /** @type {const} */ ("utf8") };
  const made = spawnSync(path.join(bin, "initdb"), ["-D", data, "-U", "postgres", "-A", "trust"], options);
  if (made.status !== 0) throw new Error(made.stderr || String(made.error));

  // A socket in the folder is all there is to connect to: no port is taken.
  const args = ["-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"];
  const server = spawn(path.join(bin, "postgres"), args, {
    ...identity,
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const stop = async () => {
    server.kill("SIGINT"); // its "fast" shutdown
    await ended;
    fs.rmSync(folder, { recursive: true, force: true });
  };
  let log = "";
  await new Promise((resolve, reject) => {
    server.stderr.setEncoding("utf8").on("data", (text) => {
      log += text;
      if (log.includes("ready to accept connections")) resolve(undefined);
    });
    server.once("error", reject);
    server.once("exit", () => reject(new Error(log)));
  });
  return { env: { PGHOST: folder, PGUSER: "postgres", PGDATABASE: "postgres" }, stop };
}

if (process.argv[1] === import.meta.filename) {
  const { env, stop } = await startPostgres();
  const main = path.join(import.meta.dirname, "main.js");
  const app = spawn(process.execPath, ["--import", "heatsync-rs/register", main], {
    env: { ...process.env, ...env },
    stdio: "inherit",
  });
  process.on("SIGINT", () => {}); // the program has got it, too
  app.once("exit", () => void stop());
}
