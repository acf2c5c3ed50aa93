// A Fastify server whose handlers, helpers and configuration (everything in app/) reload while it serves. The server,
// its connections and its routes stay: they hold the objects that sync.require returned, whose functions are replaced.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const Heatsync = require("heatsync-rs");

/**
 * @param {string} app the folder with what reloads
 * @param {number} port 0 for a free one
 */
async function start(app, port) {
  const sync = new Heatsync();
  logReloads(sync, path.dirname(app));

  const server = require("fastify")({ forceCloseConnections: true });
  const [hello, status] = sync.require([
    path.join(app, "handlers", "hello.js"),
    path.join(app, "handlers", "status.js"),
  ]);
  // Not `server.get("/", hello.hello)`: that would be the first version for ever.
  server.get("/", (request) => hello.hello(request));
  server.get("/status", (request) => status.status(request));

  const address = await server.listen({ host: "127.0.0.1", port });
  const stop = async () => {
    await server.close();
    await sync.dispose();
  };
  return { address, stop };
}

/**
 * One line for each save: what was evaluated anew, or why nothing was.
 * @param {import("heatsync-rs")} sync
 * @param {string} base paths are printed from here
 */
function logReloads(sync, base) {
  /** @type {Set<string>} */
  const files = new Set(); // of one save: "any" comes just before each is evaluated
  sync.events.on("any", (file) => {
    if (files.size === 0) setImmediate(print);
    files.add(file);
  });
  const print = () => {
    if (files.size === 0) return; // it failed
    console.log(`${time()} reloaded ${[...files].map((file) => path.relative(base, file)).join(", ")}`);
    files.clear();
  };
  sync.events.on("error", (error) => {
    files.clear();
    console.error(
      `${time()} kept the old code: ${error.file ? `${path.relative(base, error.file)}: ` : ""}${error.message}`,
    );
  });
}

function time() {
  return new Date().toTimeString().slice(0, 8);
}

/** Serves until Ctrl-C. */
async function serve() {
  const app = path.join(__dirname, "app");
  const { address, stop } = await start(app, Number(process.env.PORT ?? 3000));
  const from = path.relative(process.cwd(), app);
  console.log(`Serving ${address}/?name=you and ${address}/status`);
  console.log(
    `Edit ${path.join(from, "config.json")}, or a file in ${path.join(from, "handlers")} or ${path.join(from, "helpers")}, and ask again. Ctrl-C ends it.`,
  );
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, stop);
}

/** Edits a copy of app/ by itself, prints the answer before and after, and ends. */
async function once() {
  const copy = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "heatsync-rs-fastify-")));
  const app = path.join(copy, "app");
  fs.cpSync(path.join(__dirname, "app"), app, { recursive: true });
  const { address, stop } = await start(app, 0);
  try {
    const ask = async () => (await (await fetch(address)).json()).message;
    const before = await ask();
    console.log(`Serving ${address}`);
    console.log(`old answer: ${before}`);

    const config = path.join(app, "config.json");
    fs.writeFileSync(config, fs.readFileSync(config, "utf8").replace('"Hello"', '"Good morning"'));
    const saved = performance.now();
    let after = before;
    while (after === before) {
      if (performance.now() - saved > 10_000) throw new Error("the edit was not live after 10 s");
      after = await ask();
    }
    console.log(`new answer: ${after}`);
    console.log(
      `live ${(performance.now() - saved).toFixed(1)} ms after the save, one HTTP request included`,
    );
  } finally {
    await stop();
    fs.rmSync(copy, { recursive: true, force: true });
  }
}

module.exports = { once, serve };

if (require.main === module) {
  const run = process.argv.includes("--once") ? once : serve;
  run().catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
}
