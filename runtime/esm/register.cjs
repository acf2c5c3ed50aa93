// @ts-check
"use strict";

// `node --import …/register.cjs app.mjs`: whatever imports a module of the project natively, Node's
// entry point, a package, import() in eval, gets a facade, and the module runs on our runtime.
// Where Node has `module.registerHooks` (22.15 and newer).

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { fileURLToPath } = require("node:url");
const { enableHot, graph, loader, onRoot, setMain, updateFiles } = require("./index.cjs");
const { Watch } = require("./watch.cjs");
const { LoadError } = require("./graph.cjs");
const { Facade, claim } = require("./namespace.cjs");
const { SourceTextModule } = require("./module-record.cjs");

const PACKAGES = `${path.sep}node_modules${path.sep}`;
const OWN = path.join(__dirname, "..", path.sep);

if (process.argv[1]) setMain(realpath(path.resolve(process.argv[1])));
Module.registerHooks({ load });
enableHot();
const watch = new Watch(updateFiles);
onRoot((file) => watch.root(file));

/** @type {import("node:module").LoadHookSync} */
function load(url, context, nextLoad) {
  const file = projectFile(url, context);
  const source = file && facadeSource(url, file);
  return source ? { format: "module", source, shortCircuit: true } : nextLoad(url, context);
}

/**
 * @param {string} url
 * @param {import("node:module").LoadHookContext} context
 */
function projectFile(url, { format, importAttributes }) {
  if (!url.startsWith("file:") || Object.keys(importAttributes ?? {}).length > 0) return null;
  const file = fileURLToPath(url.replace(/[?#].*$/, ""));
  if (file.includes(PACKAGES) || file.startsWith(OWN)) return null;
  if (format === "module" || (!format && fs.existsSync(file) && loader.isModule(file))) return file;
  return null;
}

/**
 * @param {string} url
 * @param {string} file
 * @returns {string | null} null: Node is to load the file itself
 */
function facadeSource(url, file) {
  const suffix = /[?#].*$/.exec(url)?.[0] ?? "";
  try {
    watch.root(file);
    const request = { specifier: url, attributes: [], target: /** @type {const} */ ("module"), file, suffix };
    const module = graph.prepare(request, file);
    if (!(module instanceof SourceTextModule)) return null;
    graph.roots.add(module);
    if (suffix === "") claim(file);
    module.facade ??= new Facade(module, false);
    return module.facade.entered();
  } catch (error) {
    // Node finds the same, and has the words, the frame and the line for it.
    if (error instanceof LoadError) return null;
    return Facade.thrower(error);
  }
}

/** @param {string} file */
function realpath(file) {
  try {
    return fs.realpathSync(file);
  } catch {
    return file;
  }
}
