// @ts-check
"use strict";

// What each import() of a module that does not link is rejected with: the same error, as long as nothing is new.

const { pathToFileURL } = require("node:url");
const { SafeMap } = require("../../intrinsics.cjs");
const { registered } = require("../../commonjs/plain-loader.cjs");
const { isUnlinked } = require("./link.cjs");
const { keyOf } = require("../graph/request-key.cjs");

/** @typedef {import("../../../native/addon").JsRequest} JsRequest */

/** Node 20 keeps what it could not load for good; later ones look at the files again, but keep what did not link. */
const keepsAll = Number.parseInt(process.versions.node, 10) < 22;

class UnlinkedImports {
  /**
   * What an import() failed with before its module was linked, by its request: what we say, and what Node does.
   * @type {Map<string, { message: string, error: Error | Promise<Error> }>}
   */
  #told = new SafeMap();

  /** It links. @param {JsRequest} request @param {string} from */
  forget(request, from) {
    if (this.#told.size > 0) this.#told.delete(keyOf(request, from));
  }

  /**
   * Node links a module once, and answers each import() with the same error. We look again, since its files may
   * have been mended; nothing being new, neither is the error.
   * @param {JsRequest} request
   * @param {string} from
   * @param {unknown} error
   */
  async again(request, from, error) {
    if (!(error instanceof Error) || !(keepsAll || isUnlinked(error))) return error;
    const key = keyOf(request, from);
    const { message } = error;
    const known = this.#told.get(key);
    if (known?.message === message) return known.error;
    const { file, suffix } = request;
    // Without our hooks the copies' own imports would be no copies.
    const isTold = registered() && isUnlinked(error) && request.target === "module" && file !== undefined;
    const told = isTold ? inNodesWords(error, pathToFileURL(file).href + suffix) : error;
    // Those who ask meanwhile get the same.
    this.#told.set(key, { message, error: told });
    return told;
  }
}

/** @param {SyntaxError} error @param {string} url */
function inNodesWords(error, url) {
  const { toldByNode } = require("./unlinked.cjs");
  return toldByNode(error, url);
}

module.exports = { UnlinkedImports };
