// @ts-check
"use strict";

// Tsconfigs and package.json files that have to do with the program.

const path = require("node:path");
const native = require("../../native/load.cjs");

class Configs {
  /** Those that this process has read: from then on the engine compares. @type {Set<string>} */
  #read = new Set();

  /** Those that are read here for the first time. @param {string[]} files of the program */
  fresh(files) {
    const fresh = native.knownConfigs(files).filter((file) => !this.#read.has(file));
    for (const file of fresh) this.#read.add(file);
    return fresh;
  }
}

/** Those that may mend what has crashed, also if they are yet to come. @param {string} entry @param {string} folder the outermost */
function configsAround(entry, folder) {
  const files = native.knownConfigs([entry]);
  for (let at = path.dirname(entry); at.startsWith(folder); at = path.dirname(at)) {
    for (const name of ["package.json", "tsconfig.json"]) files.push(path.join(at, name));
    if (at === folder) break;
  }
  return files;
}

/** @param {string} file */
const isManifest = (file) => path.basename(file) === "package.json";

module.exports = { Configs, configsAround, isManifest };
