// @ts-check
"use strict";

// What a module has imported by import() in vain, and goes on without, having caught that: it is told to the engine, which has it evaluated
// anew once that may be mended.

const { goesWithoutFailed } = require("../../commonjs/gone-without.cjs");
const { insist } = require("../../intrinsics.cjs");
const { isUnlinked } = require("../link/link.cjs");

/** @typedef {import("../../../native/addon").JsRequest} JsRequest */
/** @typedef {import("../graph/module-record.cjs").SourceTextModule} SourceTextModule */

class GoesWithout {
  #graph;
  #rootIsKnown;

  /**
   * @param {import("../graph/graph.cjs").Graph} graph
   * @param {(file: string) => void} rootIsKnown called with a file that is imported, before it is loaded
   */
  constructor(graph, rootIsKnown) {
    this.#graph = graph;
    this.#rootIsKnown = rootIsKnown;
  }

  /**
   * What does not parse or resolve is of what came with it; what does not link may be of any other that it leads to.
   * @param {SourceTextModule} module
   * @param {JsRequest} request
   * @param {unknown} error
   */
  unlinked(module, request, error) {
    const { file } = request;
    // CommonJS is watched once it is evaluated, which TypeScript that does not parse never is.
    if (file !== undefined && request.target === "commonjs") {
      this.#rootIsKnown(file);
      this.#graph.loader.forgetAhead();
    }
    const mayBeWhy = (/** @type {string} */ it) =>
      isUnlinked(error) || it === file || this.#graph.modules.ofFile(it).length === 0;
    this.failed(module, request, (session) => session.reachable(file ?? "").filter(mayBeWhy));
  }

  /** @param {SourceTextModule} module @param {JsRequest} request @param {Parameters<typeof goesWithoutFailed>[1]} failed */
  failed(module, { attributes, file, specifier }, failed) {
    const all = () => (file === undefined ? [] : this.#graph.modules.ofFile(file));
    // Another one may have imported it meanwhile: that gives this one nothing.
    const isHad = () =>
      all().some((it) => it.status === "evaluated" && !it.evaluationError && module.dynamicImports.has(it));
    const imported = { specifier, attributes: /** @type {[string, string][]} */ (attributes) };
    insist(() => goesWithoutFailed(module.file, failed, isHad, { imported, of: file }));
  }
}

module.exports = { GoesWithout };
