// @ts-check
"use strict";

// The hooks of `module.register` and `--loader`, on their own thread: Node 20's only way. They make the
// text of facades; where it is evaluated, the runtime is loaded and does the rest.

const fs = require("node:fs");
const addon = require("../../native/load.cjs");
const { conditions } = require("../flags.cjs");
const { facadeText } = require("./facade-text.cjs");
const { asInternal } = require("./internal-source.cjs");
const { AS_IT_IS, AS_IT_IS_KEY, options, projectModule } = require("./project-file.cjs");
const { survey } = require("./survey.cjs");

const loader = new addon.EsmLoader(conditions);
/** Options for the thread of the program. @type {{ silent?: boolean, teardown?: boolean, ignore?: string[] }} */
const forProgram = {};

/** @param {import("../../loader").LoaderOptions} [data] */
function initialize({ silent = false, teardown = false, ignore } = {}) {
  if (teardown) forProgram.teardown = true;
  if (silent) forProgram.silent = true;
  if (!ignore) return;
  options.ignore = ignore;
  forProgram.ignore = [ignore.source, ignore.flags];
}

/** @type {import("node:module").LoadHook} */
async function load(url, context, nextLoad) {
  if (url.endsWith(AS_IT_IS)) return nextLoad(url.slice(0, -AS_IT_IS.length), context);
  if (AS_IT_IS_KEY in context) return nextLoad(url, context);
  const file = projectModule(loader, url, context);
  if (!file) return nextLoad(url, context);
  const loaded = await nextLoad(url, context);
  // Another loader serves something else than the file: it is native.
  if (loaded.format !== "module" || !isTextOf(file, loaded.source)) return loaded;
  const found = survey(loader, file, url);
  if (!found) return loaded;
  const { variables, stars } = found;
  const names = variables.map((variable) => variable.names);
  const given = [url, names, forProgram].map((value) => JSON.stringify(value)).join();
  const host = `process.getBuiltinModule("module").createRequire(${JSON.stringify(__filename)})("./enter.cjs")(${given})`;
  const source = facadeText({ host, self: url, enter: "may wait", variables, stars });
  return { format: "module", source: asInternal(source, url), shortCircuit: true };
}

/**
 * @param {string} file
 * @param {import("node:module").ModuleSource | undefined} source
 */
function isTextOf(file, source) {
  if (source === undefined || source === null) return true;
  const bytes = typeof source === "string" ? Buffer.from(source) : Buffer.from(/** @type {any} */ (source));
  return bytes.equals(fs.readFileSync(file));
}

module.exports = { initialize, load };
