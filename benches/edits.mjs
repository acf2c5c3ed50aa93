// Random edits of a server under constant load from a second process: no request may fail, and none may be answered by an
// older version than the one before it on its connection (__test__/boundary-load.test.mjs has a short form).
//
//   node edits.mjs [--edits=200] [--seed=N] [--connections=8] [--plain]
//
// The server is the Fastify example, with its handlers behind boundaries; --plain: bare node:http, whose main file is edited
// as well and keeps its server through hot.keep. Ends with 1 when something failed.
import fs from "node:fs";
import path from "node:path";
import { editsUnderLoad, FILES } from "../__test__/support/edits-under-load.mjs";
import { Project, project } from "../__test__/support/project.mjs";
import { ensureBuilt, ensureInstalled, root } from "../scripts/support.mjs";
import { machine, parseArguments, random } from "./support.mjs";

const { options } = parseArguments(process.argv.slice(2));
const edits = Number(options.edits ?? 200);
const seed = Number(options.seed ?? Date.now() % 1_000_000);
const connections = Number(options.connections ?? 8);
const examples = path.join(root, "examples", "frameworks");
/** @type {(() => unknown)[]} */
const endings = [];
const t = /** @type {any} */ ({ after: (/** @type {() => unknown} */ ending) => void endings.push(ending) });

await ensureBuilt();
try {
  const self = options.plain ? project(t, FILES) : await fastify();
  const program = self.run("main.js", {
    nodeArguments: ["--import", "heatsync-rs/register"],
    env: { PORT: "0" },
  });
  const port = /\d+$/.exec(await program.line(/^(port |listening on .*:)\d+$/))?.[0];
  console.log(`seed ${seed}, ${edits} edits, ${connections} connections; ${machine()}`);
  const { answered, failures, latency, kinds } = await editsUnderLoad({
    ...{ self, program, url: `http://127.0.0.1:${port}/`, edits, connections },
    ...{ chance: random(seed), withMain: Boolean(options.plain) },
  });
  console.log(`${answered} requests, ${failures.length} failed or old`);
  console.log(
    `waited p50 ${latency.p50.toFixed(2)}, p99 ${latency.p99.toFixed(2)}, at most ${latency.max.toFixed(0)} ms`,
  );
  console.log(kinds);
  for (const failure of failures.slice(0, 10)) console.log(failure);
  if (failures.length > 0) process.exitCode = 1;
} finally {
  for (const ending of endings) await ending();
}

/** A copy of the example, below its folder so that its packages are found. */
async function fastify() {
  await ensureInstalled(examples);
  const self = new Project(fs.mkdtempSync(path.join(examples, ".run-")));
  t.after(() => self.remove());
  fs.cpSync(path.join(examples, "fastify"), self.directory, { recursive: true });
  return self;
}
