// @ts-check
"use strict";

// Whatever imports a module of the project natively, Node's entry point, a package, import() in
// eval, gets a facade, and the module runs on our runtime.

const { fileURLToPath } = require("node:url");
const { enableHot, graph, loader, onRoot, updateFiles, updates } = require("./index.cjs");
const { LoadError } = require("./graph.cjs");
const { SourceTextModule } = require("./module-record.cjs");
const { Facade, claim } = require("./namespace.cjs");
const { projectModule } = require("./project-file.cjs");
const { Watch } = require("./watch.cjs");

enableHot();
const watch = new Watch({ updateFiles, updates, loader });
onRoot((file) => watch.root(file));

/** Facades whose text another thread made. @type {Map<string, Facade>} */
const entered = new Map();

/**
 * @param {string} url
 * @param {import("node:module").LoadHookContext} context
 * @returns {string | null} null: Node is to load the file itself
 */
function facadeFor(url, context) {
  const file = projectModule(loader, url, context);
  if (!file) return null;
  try {
    return prepare(url, file)?.entered() ?? null;
  } catch (error) {
    // Node finds the same, and has the words, the frame and the line for it.
    if (error instanceof LoadError) return null;
    return Facade.thrower(error);
  }
}

/**
 * The host of a facade whose text another thread made (loader.cjs).
 * @param {string} url
 * @param {string[][]} names
 */
function enter(url, names) {
  const known = entered.get(url);
  if (known) return known;
  const file = fileURLToPath(url.replace(/[?#].*$/, ""));
  try {
    const facade = prepare(url, file)?.enteredAs(names);
    if (!facade) throw new Error(`heatsync-rs: ${url} is not a module that it can run`);
    entered.set(url, facade);
    return facade;
  } catch (error) {
    // What V8 alone finds: our parser found nothing, in the other thread.
    throw error instanceof LoadError ? (error.cause ?? error) : error;
  }
}

/**
 * @param {string} url
 * @param {string} file
 */
function prepare(url, file) {
  const suffix = /[?#].*$/.exec(url)?.[0] ?? "";
  watch.root(file);
  const request = { specifier: url, attributes: [], target: /** @type {const} */ ("module"), file, suffix };
  const module = graph.prepare(request, file);
  if (!(module instanceof SourceTextModule)) return null;
  graph.roots.add(module);
  if (suffix === "") claim(file);
  module.facade ??= new Facade(module, false);
  return module.facade;
}

module.exports = { enter, facadeFor, watch };
