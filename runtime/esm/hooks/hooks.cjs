// @ts-check
"use strict";

// Node 22.15 and newer: hooks in the program's own thread, which see require(), too.

const Module = require("node:module");
const { fileURLToPath, pathToFileURL } = require("node:url");
const { standIn } = require("../../boundaries/native-boundary.cjs");
const {
  asksNoHandler,
  importedCommonJs,
  importedModule,
  installTypeScript,
  projectFile,
  resolveTypeScript,
} = require("../../typescript.cjs");
const { isTypeScript } = require("../../typescript-file.cjs");
const { importedAnew } = require("../../commonjs/named-anew.cjs");
const { hasCondition, namelessBuiltin } = require("../../older-hooks.cjs");
const { mocksModules } = require("../../flags.cjs");
const { SafeSet, putBack } = require("../../intrinsics.cjs");
const { asked } = require("./asked-hooks.cjs");
const chain = require("./chain.cjs");
const { facadeFor, isUnderWay, noteComing, noteCommonJs, noteImported, noteRead } = require("./entered.cjs");
const { refuseCome } = require("../import-call/in-vain.cjs");
const { insteadOfMeanwhile, noteLoad } = require("../native/imported-meanwhile.cjs");
const { isMainFile, loader } = require("../index.cjs");
const { renewAtUrl } = require("../namespace/at-file-url.cjs");
const { hasFacade } = require("../namespace/facade-url.cjs");
const { internalText } = require("../native/internal-source.cjs");
const { insteadOfKept } = require("./kept-by-node.cjs");
const { formatToAskWith, isLeftToNode, isRefusedByNode } = require("./left-to-node.cjs");
const { entryForLoader, isByRequire } = require("./run-by-es-loader.cjs");
const { AS_IT_IS_KEY, markOf, projectCommonJs, projectModule } = require("../graph/project-file.cjs");

const { registerHooks } = Module;

/** Node 22 takes what mocks CommonJS for a file. @type {typeof import("../commonjs/mocked-commonjs.cjs").mockedAsModule | null} */
let mockedAsModule = null;

/** Ours come first in the chain: what they ask is asked of all others, and nobody is given a facade to work on. */
function install() {
  installTypeScript((file) => noted(pathToFileURL(file).href, REQUIRED));
  const isNode22 = process.versions.node.startsWith("22.");
  if (mocksModules && isNode22) mockedAsModule = require("../commonjs/mocked-commonjs.cjs").mockedAsModule;
  const own = { load, resolve };
  let hooks = registerHooks(own);
  chain.watchForOthers(() => {
    hooks.deregister();
    hooks = registerHooks(own);
  });
}

/** @type {any} */
const REQUIRED = { format: "module", importAttributes: {}, conditions: ["require"] };

/** What Node has been given facades for. @type {Set<string>} */
const facades = new SafeSet();

/** @param {string} url */
function isFacade(url) {
  return facades.has(url) || (url.startsWith("file:") && !/[?#]/.test(url) && hasFacade(fileURLToPath(url)));
}

/** @param {string} url @param {import("node:module").LoadHookContext} context */
function noted(url, context) {
  const source = facadeFor(url, context);
  if (source !== null) facades.add(url);
  return source;
}

/** @type {import("node:module").ResolveHookSync} */
const resolve = (specifier, context, nextResolve) => twice(() => ownResolve(specifier, context, nextResolve));

/**
 * What the program has put in the place of built-ins may be what fails.
 * @template T
 * @param {() => T} work
 * @returns {T}
 */
function twice(work) {
  let isDone = false;
  // No `catch`: of an error that nobody catches Node shows the line that has thrown it last.
  try {
    const result = work();
    isDone = true;
    return result;
  } finally {
    const giveBack = isDone ? null : putBack();
    // biome-ignore lint/correctness/noUnsafeFinally: what comes of it takes the error's place
    if (giveBack) return again(work, giveBack);
  }
}

/** @template T @param {() => T} work @param {() => void} giveBack @returns {T} */
function again(work, giveBack) {
  try {
    return work();
  } finally {
    giveBack();
  }
}

/** @type {import("node:module").ResolveHookSync} */
function ownResolve(specifier, context, nextResolve) {
  if (context.parentURL !== undefined && typeof context.parentURL !== "string")
    return resolveFrom(specifier, context, nextResolve);
  const mark = markOf(context.parentURL);
  if (mark) {
    const parentURL = /** @type {string} */ (context.parentURL).slice(0, -mark.length);
    const resolved = resolveInTurn(specifier, { ...context, parentURL }, nextResolve);
    return projectModule(loader, resolved.url, /** @type {any} */ (resolved))
      ? { ...resolved, url: resolved.url + mark }
      : resolved;
  }
  // What other hooks would make of these is nobody's affair.
  if (chain.hasOthers && internalText(specifier) !== null)
    return { url: specifier, format: "module", shortCircuit: true };
  // A facade imports itself; what links lead to, and what other loaders put around a module, is another one.
  if (specifier === context.parentURL && isFacade(specifier)) return { url: specifier, shortCircuit: true };
  const resolved = resolveInTurn(specifier, context, nextResolve);
  if (hasCondition(context.conditions, "require")) return resolved;
  renewAtUrl(resolved.url);
  const file = noteImported(context.parentURL, resolved.url);
  if (file !== null && isUnderWay(file))
    require("../commonjs/linked-by-require.cjs").refuse(specifier, context);
  const isOurs = !chain.hasOthers && !chain.isAsking;
  if (!isOurs) return resolved;
  const kept = insteadOfKept(loader, specifier, context, resolved.url);
  const standIn = kept && !isByRequire() ? kept : null;
  if (standIn) noteComing(resolved.url);
  return standIn ?? insteadOfMeanwhile(context, resolved.url) ?? resolved;
}

/** @type {import("node:module").ResolveHookSync} */
function resolveInTurn(specifier, context, nextResolve) {
  const url = resolveTypeScript(specifier, context) ?? resolveName(specifier, context);
  if (url) return { url, shortCircuit: true };
  return chain.resolveAlias
    ? asked(chain.resolveAlias, undefined, [specifier, context, nextResolve])
    : asked(nextResolve, undefined, [specifier, context]);
}

/** Unless another one in the chain may know it. @param {string} specifier @param {import("node:module").ResolveHookContext} context */
const resolveName = (specifier, context) =>
  chain.hasOthers ? null : importedAnew(loader, specifier, context);

/**
 * With `--experimental-import-meta-resolve` the second argument of `import.meta.resolve()` comes as it was given: Node takes a URL, and
 * refuses, in its own words, what is none.
 * @type {import("node:module").ResolveHookSync}
 */
function resolveFrom(specifier, context, nextResolve) {
  const parent = /** @type {unknown} */ (context.parentURL);
  if (!(parent instanceof URL)) return asked(nextResolve, null, [specifier, context]);
  return ownResolve(specifier, { ...context, parentURL: parent.href }, nextResolve);
}

/** @type {import("node:module").LoadHookSync} */
const load = (url, context, nextLoad) => twice(() => ownLoad(url, context, nextLoad));

/** @type {import("node:module").LoadHookSync} */
function ownLoad(url, context, nextLoad) {
  if (chain.isAsking) return nextLoad(url, context);
  const internal = chain.hasOthers ? internalText(url) : null;
  if (internal !== null) return { format: "module", source: internal, shortCircuit: true };
  if (hasCondition(context.conditions, "require")) noteRead(url);
  const mark = markOf(url);
  if (mark) return loadCopy(url.slice(0, -mark.length), context, nextLoad);
  const boundary = standIn(url);
  if (boundary) return boundary;
  if (url.startsWith("data:")) return loadData(url, context, nextLoad);
  refuseCome(url);
  noteLoad(url);
  if (!chain.hasOthers) {
    const instead = entryForLoader(url, context, loader, isMainFile) ?? namelessBuiltin(url, context);
    return instead ?? own(url, context) ?? nextLoad(url, context);
  }
  const loaded = loader.others.served(url, () => loadedByOthers(url, context, nextLoad));
  if (!loaded) {
    if (isImportedCommonJs(url, context)) noteCommonJs(url);
    return own(url, context) ?? nextLoad(url, context);
  }
  const source = loaded.format === "module" ? noted(url, { ...context, format: "module" }) : null;
  if (source !== null) return { format: "module", source, shortCircuit: true };
  if (loaded.format === "commonjs" && !hasCondition(context.conditions, "require")) noteCommonJs(url);
  return mockedAsModule ? mockedAsModule(url, loaded) : loaded;
}

/**
 * What Node links to say what is wrong: of TypeScript, what we make of it.
 * @type {import("node:module").LoadHookSync}
 */
function loadCopy(url, context, nextLoad) {
  const file = projectFile(url);
  // By `--loader` hooks of ours are on another thread, too: they are not to give a facade, which would have it linked again.
  const asItIs = { ...context, [AS_IT_IS_KEY]: true };
  if (!file) return nextLoad(url, asItIs);
  return (chain.hasOthers && loadedByOthers(url, asItIs, nextLoad)) || importedModule(file);
}

/**
 * Node has no format for most media types. Without hooks it says so; with hooks it complains of the one they give, though
 * it is its own.
 * @type {import("node:module").LoadHookSync}
 */
function loadData(url, context, nextLoad) {
  try {
    return nextLoad(url, context);
  } catch (error) {
    if (/** @type {any} */ (error)?.code !== "ERR_INVALID_RETURN_PROPERTY_VALUE") throw error;
    return { format: MEDIA_TYPE.exec(url)?.[1] ?? "null", source: "", shortCircuit: true };
  }
}

/** As Node finds it for its own error. */
const MEDIA_TYPE = /^data:([^/]+\/[^;,]+)[^,]*?(?:;base64)?,/;

/**
 * @param {string} url
 * @param {import("node:module").LoadHookContext} context
 * @returns {import("node:module").LoadFnOutput | null}
 */
function own(url, context) {
  const source = noted(url, context);
  if (source !== null) return { format: "module", source, shortCircuit: true };
  const file = projectCommonJs(loader, url);
  return file ? importedCommonJs(file, context) : null;
}

/**
 * What other loaders make of a file; nothing when that is TypeScript, which they have left to Node.
 * @param {string} url
 * @param {import("node:module").LoadHookContext} context
 * @param {(url: string, context: import("node:module").LoadHookContext) => import("node:module").LoadFnOutput} nextLoad
 */
function loadedByOthers(url, context, nextLoad) {
  if (!isTypeScript(url.replace(/[?#].*$/, ""))) return nextLoad(url, context);
  const format = formatToAskWith(loader, url, context.format);
  try {
    if (isImportedCommonJs(url, context) && isLeftToNode(chain.load(url, format))) return null;
    const loaded = nextLoad(url, { ...context, format });
    return isLeftToNode(loaded) ? null : loaded;
  } catch (error) {
    if (!isRefusedByNode(error)) throw error;
    return null;
  }
}

/**
 * Is it CommonJS that Node's ES loader is to run? As soon as `nextLoad` has asked hooks on another thread for its text, that counts as theirs,
 * also where it is ours in the end, and has a `require` that is not CommonJS' own (`isSourceLoadedSynchronously`,
 * lib/internal/modules/esm/translators.js): so they are asked beforehand whether they serve it.
 * @param {string} url
 * @param {import("node:module").LoadHookContext} context
 */
function isImportedCommonJs(url, { conditions }) {
  if (!asksNoHandler || hasCondition(conditions, "require") || /[?#]/.test(url)) return false;
  return projectCommonJs(loader, url) !== null;
}

module.exports = { install };
