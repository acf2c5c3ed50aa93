// @ts-check
"use strict";

// What Node has loaded of a project's ES modules is everybody's first version, also of one that nobody follows, and of
// one that was linked for an importer which failed. It may have been saved since, and export more.

const { isProjectFile } = require("../../project-files.cjs");
const { namesOfPackage } = require("../link/names-of-package.cjs");
const { NativeModule } = require("../native/native.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */

/**
 * Something does not link: what lacks names that its file exports by now is not Node's any more.
 * @param {import("../graph/graph.cjs").Graph} graph
 * @param {Map<string, Module>} fresh modules that are not in the graph yet
 */
function leaveOutdated(graph, fresh) {
  for (const modules of [fresh, graph.modules]) {
    for (const [key, module] of modules) {
      if (!(module instanceof NativeModule) || !isOutdated(graph, module)) continue;
      graph.renewed.add(/** @type {string} */ (module.request.file));
      modules.delete(key);
    }
  }
}

/** @param {import("../graph/graph.cjs").Graph} graph @param {NativeModule} module */
function isOutdated({ loader }, module) {
  const { attributes, file } = module.request;
  if (attributes.length > 0 || !isProjectFile(file) || !loader.isModule(file)) return false;
  return namesOfPackage(loader, file)?.some((name) => !module.has(name)) ?? false;
}

module.exports = { leaveOutdated };
