// @ts-check
"use strict";

// Node 22.15 and newer: packages that import() one another. What we have had linked synchronously, Node's `ModuleJobSync.run`
// (lib/internal/modules/esm/module_job.js) gives at once while it is being evaluated because of another one that imports it, and of
// what did not link, 22 fails an assertion. V8 has a static importer wait (ECMA-262 16.2.1.6.1.3.1, step 12.b), and says what is
// wrong. So Node gets one: a module that imports the package, and gives its namespace to whoever asks for `then` (27.2.1.3.2), as
// import() does.

const { fileURLToPath } = require("node:url");
const { SafeMap, SafeSet } = require("../../intrinsics.cjs");
const { dataUrl, isLinkingOnly, isOfBridge, linkOnly } = require("./bridge.cjs");
const { isAnyUnderWay, isUnlinked } = require("./native-import.cjs");
const { sitesHere } = require("../positions/sites-here.cjs");

/** URLs of what was linked synchronously. @type {Set<string>} */
const linked = new SafeSet();

/** What is known of them: must one wait for them, or hear what is wrong? @type {Map<string, "sync" | "async" | "unlinked">} */
const kinds = new SafeMap();

/** Node is about to load a native module. @param {string} url */
function noteLoad(url) {
  if (isLinkingOnly() && url.startsWith("file:")) linked.add(url);
}

/**
 * What Node is to load in place of a package that import() has resolved to; null: that.
 * @param {import("node:module").ResolveHookContext} context
 * @param {string} url
 */
function insteadOfMeanwhile({ importAttributes, parentURL }, url) {
  if (!linked.has(url) || isLinkingOnly() || Object.keys(importAttributes ?? {}).length > 0) return null;
  // `nativeImport` waits itself.
  if (!parentURL?.startsWith("file:") || isOfBridge(parentURL) || !isImportCall()) return null;
  const kind = kindOf(url, parentURL);
  if (kind === "sync" || (kind === "async" && !isAnyUnderWay())) return null;
  const source = `import * as namespace from ${JSON.stringify(url)};export const then=(resolve)=>resolve(namespace)`;
  return { url: dataUrl(source), format: "module", importAttributes: {}, shortCircuit: true };
}

/** @param {string} url @param {string} parentURL */
function kindOf(url, parentURL) {
  const known = kinds.get(url);
  if (known) return known;
  /** @type {"sync" | "async" | "unlinked"} */
  let kind = "sync";
  try {
    linkOnly(fileURLToPath(parentURL), `import ${JSON.stringify(url)};`);
  } catch (error) {
    const code = /** @type {any} */ (error)?.code;
    // It is on V8's stack, and whether it awaits is not to be had.
    if (code === "ERR_REQUIRE_CYCLE_MODULE") return "async";
    if (code === "ERR_REQUIRE_ASYNC_MODULE") kind = "async";
    else if (isUnlinked(error)) kind = "unlinked";
    // What another import() has just begun to load is Node's to wait for.
    else return "sync";
  }
  kinds.set(url, kind);
  return kind;
}

const BY_CALL = "node:internal/modules/esm/utils";
const BY_IMPORTER = "node:internal/modules/esm/module_job";

/** Has import() led here? Linking an importer does, too, and `import.meta.resolve`. */
function isImportCall() {
  const site = sitesHere(32).find((it) => [BY_CALL, BY_IMPORTER].includes(it.getFileName() ?? ""));
  return site?.getFileName() === BY_CALL;
}

module.exports = { insteadOfMeanwhile, isImportCall, noteLoad };
