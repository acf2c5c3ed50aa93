// Random edits of a server under constant load from another process: no request may fail, none may be answered by a
// version older than the one before, and each edit becomes live. `benches/edits.mjs` has a long form.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { until } from "./project.mjs";

const LOAD = fileURLToPath(new URL("load.mjs", import.meta.url));

/** A server that keeps its socket when it is itself evaluated anew. @param {number} version */
const main = (version) => `
import { createServer } from "node:http";
const hot = import.meta.hot;
const server = hot.keep("server", () => {
  const made = createServer();
  made.listen(0, "127.0.0.1", () => console.log("port", made.address().port));
  return made;
});
server.removeAllListeners("request");
server.on("request", async (request, response) => {
  try {
    const { hello } = await import("./handlers/hello.js");
    response.end("m${version} " + (await hello(request)));
  } catch (error) {
    response.statusCode = 500;
    response.end(error.stack);
  }
});
hot.accept();
`;
const handler = (/** @type {number} */ version, more = "") =>
  `import { greet } from "../helpers/greet.js";${more}\nexport const hello = async (_request) => "h${version} " + greet();\n`;
const helper = (/** @type {number} */ version) => `export const greet = () => "g${version}";\n`;

/** The smallest such server. */
export const FILES = {
  "package.json": { type: "module", heatsync: { boundaries: ["./handlers/*.js"] } },
  "main.js": main(0),
  "handlers/hello.js": handler(0),
  "helpers/greet.js": helper(0),
};

/**
 * @param {object} options
 * @param {import("./project.mjs").Project} options.self
 * @param {{ stderr: string }} options.program runs already
 * @param {string} options.url
 * @param {number} options.edits
 * @param {() => number} options.chance from 0 to below 1
 * @param {boolean} [options.withMain] `main.js` is ours, and is edited too
 * @param {number} [options.connections]
 * @returns {Promise<{ answered: number, failures: string[], latency: { p50: number, p99: number, max: number }, answers: number, kinds: Record<string, number> }>}
 */
export async function editsUnderLoad({
  self,
  program,
  url,
  edits,
  chance,
  withMain = false,
  connections = 8,
}) {
  const versions = { m: 0, h: 0, g: 0 };
  const save = (/** @type {string} */ name, /** @type {string} */ text) => {
    if (chance() < 0.5) self.write(name, text);
    else self.writeAtomically(name, text);
  };
  const said = () => program.stderr.split("goes on").length;
  /** Saves what is refused, and waits until it was. @param {string} name @param {string} text */
  const refused = async (name, text) => {
    const before = said();
    save(name, text);
    await until(() => said() > before, `refusal of ${name}: ${text}\n${program.stderr.slice(-2000)}`);
  };
  /** @type {Record<string, () => unknown>} */
  const kinds = {
    helper: () => save("helpers/greet.js", helper(++versions.g)),
    handler: () => save("handlers/hello.js", handler(++versions.h)),
    both() {
      save("helpers/greet.js", helper(++versions.g));
      save("handlers/hello.js", handler(++versions.h));
    },
    burst() {
      for (let save = 0; save < 5; save++) self.write("helpers/greet.js", helper(++versions.g));
    },
    async broken() {
      await refused("helpers/greet.js", `export const greet = () => "g${versions.g + 1}`);
      save("helpers/greet.js", helper(++versions.g));
    },
    async missing() {
      await refused("handlers/hello.js", handler(versions.h + 1, ` import "./none.js";`));
      save("handlers/hello.js", handler(++versions.h));
    },
    gone() {
      self.delete("helpers/greet.js");
      save("helpers/greet.js", helper(++versions.g));
    },
    another() {
      const name = `more${versions.h + 1}.js`;
      self.write(`handlers/${name}`, "export const more = 1;");
      save("handlers/hello.js", handler(++versions.h, ` import "./${name}";`));
    },
  };
  if (withMain) kinds.main = () => save("main.js", main(++versions.m));
  const expected = () => `${withMain ? `m${versions.m} ` : ""}h${versions.h} g${versions.g}`;

  for (const name of ["helpers/greet.js", "handlers/hello.js"]) {
    self.write(name, name.startsWith("help") ? helper(0) : handler(0));
  }
  await answers(url, expected());
  const load = fork(LOAD, [url, String(connections)]);
  /** @type {(wanted: (message: any) => boolean) => Promise<any>} */
  const heard = (wanted) =>
    new Promise((resolve, reject) => {
      load.on("message", (message) => wanted(message) && resolve(message));
      load.once("exit", () => reject(new Error("the load ended")));
    });
  try {
    await heard((message) => message === "running");
    /** @type {Record<string, number>} */
    const counts = {};
    const names = Object.keys(kinds);
    for (let edit = 0; edit < edits; edit++) {
      // Each kind once, then by chance.
      const kind = edit < names.length ? names[edit] : names[Math.floor(chance() * names.length)];
      counts[kind] = (counts[kind] ?? 0) + 1;
      await kinds[kind]();
      await answers(url, expected(), `${edit}. ${kind}`);
    }
    const result = heard((message) => message?.answered !== undefined);
    load.send("end");
    return { ...(await result), kinds: counts };
  } finally {
    load.kill();
  }
}

/** @param {string} url @param {string} expected @param {string} [what] */
async function answers(url, expected, what = "") {
  let last = "";
  const isThere = async () => {
    last = await (await fetch(url)).text();
    return last === expected;
  };
  for (const end = Date.now() + 20_000; !(await isThere()); ) {
    if (Date.now() > end) throw new Error(`${what}: ${last} instead of ${expected} for 20 s`);
  }
}
