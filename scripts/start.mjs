// `npm start`: the Fastify example on a fresh machine with Node.js and Rust. Sets up what is missing, then serves until
// Ctrl-C. `npm start -- --once` edits, asks and ends by itself.
import { createRequire } from "node:module";
import path from "node:path";
import { ensureBuilt, ensureInstalled, parseArguments, root } from "./support.mjs";

const example = path.join(root, "examples", "fastify");
const { options } = parseArguments(process.argv.slice(2));

try {
  await ensureInstalled(example);
  await ensureBuilt();
  // In this very process: no child to be left behind.
  const { once, serve } = createRequire(import.meta.url)(path.join(example, "server.js"));
  await (options.once ? once() : serve());
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
