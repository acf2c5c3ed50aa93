// @ts-check
"use strict";

// Who imports a module of the graph natively. Node's loader runs CommonJS files, and its `import()` in them is Node's
// own; but hooks in the program's thread are told who asks, so that a CommonJS file can accept what it imports.

const { fileURLToPath } = require("node:url");
const { isOfBridge } = require("./bridge.cjs");
const { CommonJsModule } = require("./commonjs-module.cjs");
const { SourceTextModule } = require("./module-record.cjs");
const { takesPart } = require("./project-file.cjs");

/** @typedef {import("./graph.cjs").Graph} Graph */
/** @typedef {import("./module-record.cjs").Module} Module */

class ImportedNatively {
  /** Who asked for a file, since the last look. @type {[from: string | undefined, file: string][]} */
  #asked = [];
  /**
   * Node asks once for each importing URL, whatever version it has: what a file has imported it goes on importing, as
   * far as anybody can tell.
   * @type {Map<string, Set<string>>}
   */
  #importers = new Map();
  /** Files that somebody else imports: the program's entry point, a package, code in eval. @type {Set<string>} */
  #others = new Set();

  /** @param {string | undefined} from a URL @param {string} url */
  note(from, url) {
    // With a query it is another module, which stays a root.
    if (!url.startsWith("file:") || url.includes("/node_modules/") || /[?#]/.test(url)) return;
    const file = fileURLToPath(url);
    // A facade imports itself, and a module of ours asks Node what is wrong with it.
    if (from === url || !takesPart(file) || isOfBridge(from)) return;
    this.#asked.push([from?.startsWith("file:") ? fileURLToPath(from) : undefined, file]);
  }

  /** Modules that CommonJS files of the graph alone have imported are theirs to accept. @param {Graph} graph */
  link(graph) {
    for (const [from, file] of this.#asked.splice(0)) this.#add(graph, from, file);
    for (const [file, importers] of this.#importers) {
      const module = graph.modules.get(file);
      // One that failed is Node's for good; versions of a boundary are exchanged by import() itself.
      if (graph.isBoundary(file)) continue;
      if (!(module instanceof SourceTextModule) || module.status !== "evaluated" || module.evaluationError)
        continue;
      const known = [...importers].flatMap((from) => graph.modules.get(from) ?? []);
      for (const importer of known) {
        if (!(importer instanceof CommonJsModule) || importer.dynamicImports.has(module)) continue;
        importer.dynamicImports.set(module, new Set());
        module.dynamicImporters.add(importer);
      }
      if (known.length > 0 && !this.#others.has(file)) graph.roots.delete(module);
      else graph.roots.add(module);
    }
  }

  /** Is somebody who is not in the graph known to import it? @param {Module} module */
  isOfOthers(module) {
    return module instanceof SourceTextModule && this.#others.has(module.file);
  }

  /** @param {Graph} graph @param {string | undefined} from @param {string} file */
  #add(graph, from, file) {
    if (from === undefined || !(graph.modules.get(from) instanceof CommonJsModule)) {
      this.#others.add(file);
      return;
    }
    const importers = this.#importers.get(file);
    if (importers) importers.add(from);
    else this.#importers.set(file, new Set([from]));
  }
}

module.exports = { ImportedNatively };
