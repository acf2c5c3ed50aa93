// @ts-check
"use strict";

// Node 22.15 and newer: a package that is required, and imports a module of the project which is being evaluated. Node refuses that as a
// cycle where it links it (`#checkCachedJobForRequireESM`, lib/internal/modules/esm/loader.js); of ours it has a facade, which is not
// being evaluated, or nothing yet. What import() leads to may wait for it, and what a bridge of ours links is for such a one.

const path = require("node:path");
const { fileURLToPath } = require("node:url");
const { cycle } = require("./require-cycle.cjs");
const { sitesHere } = require("../positions/sites-here.cjs");

const BY_CALL = "node:internal/modules/esm/utils";
const BRIDGE = path.join(__dirname, "..", "..", "commonjs", "native-compile.cjs");

/**
 * @param {string} specifier that leads to a module which is being evaluated
 * @param {import("node:module").ResolveHookContext} context
 */
function refuse(specifier, { parentURL }) {
  if (!parentURL?.startsWith("file:") || !isLinkedByRequire()) return;
  throw cycle("Module", specifier, fileURLToPath(parentURL));
}

function isLinkedByRequire() {
  const sites = sitesHere(1000);
  const at = sites.findIndex(
    (site) => site.getFileName() === BY_CALL || site.getFunctionName() === "loadESMFromCJS",
  );
  if (at < 0 || sites[at].getFileName() === BY_CALL) return false;
  // `_compile` stands between.
  return !sites.slice(at, at + 4).some((site) => site.getFileName() === BRIDGE);
}

module.exports = { refuse };
