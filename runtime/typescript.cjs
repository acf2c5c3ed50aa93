// @ts-check
"use strict";

// TypeScript and JSX in Node's CommonJS loader: what is required is compiled by the addon, and a
// TypeScript file requires as TypeScript resolves. Once for each thread.

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { fileURLToPath, pathToFileURL } = require("node:url");
const addon = require("../native/load.cjs");
const { isProjectFile } = require("./project-files.cjs");
const { isAskingFor } = require("./esm/commonjs/resolve-required.cjs");
const { asked } = require("./esm/hooks/asked-hooks.cjs");
const { openCache } = require("./esm/code/code-cache.cjs");
const { conditions } = require("./flags.cjs");
const { hasCondition } = require("./older-hooks.cjs");
const { answeredBy, forgetAnswers, noteAnswer } = require("./commonjs/answers.cjs");
const { found: foundByNow, requiredInVain } = require("./commonjs/gone-without.cjs");
const { noteLacked, wasLacked } = require("./commonjs/installed-since.cjs");
const { createDataProperty, inPlaceOf, insist } = require("./intrinsics.cjs");
const { isName, requiredAnew } = require("./commonjs/named-anew.cjs");
const { keptPlace, lookAgain, whenMoved } = require("./commonjs/node-places.cjs");
const { noteOwnHandler } = require("./commonjs/plain-loader.cjs");
const plannedText = require("./commonjs/planned-text.cjs");
const { noteLoaded } = require("./runner/link.cjs");
const { EXTENSIONS, isTypeScript, transformsTypes } = require("./typescript-file.cjs");

/** @typedef {import("../native/addon").EsmLoader} EsmLoader */
/** @typedef {import("./commonjs/commonjs.cjs").LoaderModule} LoaderModule */
/** @typedef {(module: LoaderModule, file: string) => void} Handler */
/** What a `resolve` hook is told. @typedef {{ parentURL?: string, conditions?: string[] }} Asked */

const { defineProperty, deleteProperty } = Reflect;
const extensions = /** @type {Record<string, Handler>} */ (/** @type {any} */ (Module)._extensions);

let isInstalled = false;
/** What a required ES module is compiled as under register. @type {((file: string) => string | null) | null} */
let facadeOf = null;
/**
 * `isRequired`: it is not for `require.resolve()`, as Node 20 shows. `isMain`: what Node says of that, and we do not.
 * @typedef {(file: string, parent: LoaderModule | undefined, isRequired: boolean, isMain?: unknown) => void} OnResolved
 */
/** Who wants to know what Node is asked to require. @type {OnResolved | null} */
let resolved = null;
/** Made when it is needed. @type {EsmLoader | null} */
let ownLoader = null;

function loader() {
  ownLoader ??= new addon.EsmLoader(conditions);
  return ownLoader;
}

/** Files that were compiled: one that is compiled again was edited, and its tsconfig may have been. @type {Set<string>} */
const compiledFiles = new Set();

/** @param {string} file @param {boolean} isModule */
function compile(file, isModule) {
  const isFirst = !compiledFiles.has(file);
  if (isFirst) {
    openCache(file);
    noteLoaded(file);
  } else {
    loader().clearCache();
  }
  if (!isFirst || addon.configsWereEdited()) forgetAnswers(file);
  compiledFiles.add(file);
  const compiled = loader().javascript(file, isModule, isFirst, plannedText.take(file) ?? undefined);
  if ("message" in compiled) throw syntaxError(compiled);
  return compiled;
}

/** @param {(file: string) => string | null} [facade] the text of an ES module's facade */
function installTypeScript(facade) {
  if (facade) facadeOf = facade;
  if (isInstalled) return;
  isInstalled = true;
  for (const extension of EXTENSIONS) install(extension);
  whenMoved(() => ownLoader?.clearCache());
  answeredBy((request, file) => loader().resolvePackage(request, file));
  const { _resolveFilename: before } = /** @type {any} */ (Module);
  /** @this {unknown} @param {any[]} given */
  function _resolveFilename(...given) {
    /** @type {{ 0: string, 1: LoaderModule | undefined }} */
    const { 0: request, 1: parent } = /** @type {any} */ (given);
    const from = parent?.filename;
    const found = isTypeScript(from) && isProjectFile(from) && resolveRequired(request, from);
    let file = found || installedSince(request, from, given[3]);
    // No `catch`: Node shows the line that has thrown last.
    try {
      if (from && !given[3]?.paths) {
        const resolve = (/** @type {string} */ it) => asked(before, this, [it, parent]);
        file ||= requiredAnew(loader(), request, from, resolve) || keptPlace(request, parent);
        if (!file) lookAgain(request, from);
      }
      file ||= /** @type {string} */ (asked(before, this, given));
    } finally {
      if (!file && !given[3]?.paths) insist(() => isInVain(request, parent));
    }
    if (from && (found ? mayMove(request, file) : isLed(request, from, file)))
      noteAnswer(from, request, file);
    // What it accepts is looked up by us, too: nobody has it for that.
    if (!isAskingFor(parent, given[2])) foundByNow(from, request, false);
    resolved?.(file, parent, given.length < 4, given[2]);
    return file;
  }
  /** @type {any} */ (Module)._resolveFilename = inPlaceOf(_resolveFilename, before);
}

/**
 * What was found before may have gone when nobody was told, and another file be meant by now.
 * @param {string} request
 * @param {string} from
 */
function resolveRequired(request, from) {
  const file = loader().resolveRequired(request, from);
  if (!file || require.cache[file] || fs.existsSync(file)) return file;
  loader().clearCache();
  return loader().resolveRequired(request, from);
}

/** Is it a package.json of the project that says where it leads? @param {string} request @param {string} from @param {string} file */
const isLed = (request, from, file) =>
  isName(request) && (request.startsWith("#") || isProjectFile(file)) && isProjectFile(from);

/** May TypeScript's request lead to another file some day? With its extension a path leads there for good. @param {string} request @param {string} file */
const mayMove = (request, file) => !request.startsWith(".") || path.extname(request) !== path.extname(file);

/** @param {string} request @param {LoaderModule | undefined} parent */
function isInVain(request, parent) {
  noteLacked(request);
  requiredInVain(request, parent);
}

/** @param {string} request @param {string | undefined} from @param {{ paths?: string[] } | undefined} options */
function installedSince(request, from, options) {
  if (!from || options?.paths || !wasLacked(request)) return null;
  loader().refresh();
  return loader().resolvePackage(request, from);
}

/** Once `installTypeScript` was called. @param {OnResolved} callback */
function onResolved(callback) {
  resolved = callback;
}

/** @param {string} extension */
function install(extension) {
  const before = Object.getOwnPropertyDescriptor(extensions, extension)?.value;
  // tsx, ts-node and the like go on compiling what they did. Node's own handler only strips.
  if (before && !/^load(C?TS|MTS)$/.test(before.name)) return;
  /** @type {Handler} */
  function value(module, file) {
    if (!isProjectFile(file)) return (before ?? extensions[".js"])(module, file);
    const isModule = loader().isModule(file);
    const facade = isModule ? facadeOf?.(file) : null;
    if (facade) return void (/** @type {any} */ (module)._compile(facade, file, "module"));
    // Somebody may have been put in front, who compiles what we hand on.
    const isAlone = isModule || extensions[extension] === value;
    const text = isAlone ? null : require("./commonjs/typescript-hooks.cjs").textForHandler(file);
    if (!isModule)
      return void (/** @type {any} */ (module)._compile(text ?? commonJsOf(file), file, "commonjs"));
    const { code, mappings } = compile(file, isModule);
    if (mappings) notePlaces(file, code, mappings);
    /** @type {any} */ (module)._compile(code, file, "module");
  }
  noteOwnHandler(value);
  if (before) extensions[extension] = value;
  else hide(extension, value);
}

/**
 * What Node appends to a path that names no file are the enumerable ones: JavaScript resolves as it did, until somebody puts a handler
 * of his own in the place of ours, which comes last then.
 * @param {string} extension
 * @param {Handler} own
 */
function hide(extension, own) {
  let handler = own;
  let isPlaced = false;
  const get = () => handler;
  /** @param {Handler} given */
  const put = (given) => {
    const place = Object.getOwnPropertyDescriptor(extensions, extension);
    // Accessors of somebody else, who calls ours.
    if (isPlaced && place?.get && place.get !== get) {
      handler = given;
      return;
    }
    if (handler === own && given !== own) deleteProperty(extensions, extension);
    handler = given;
    isPlaced = true;
    const enumerable = given !== own;
    defineProperty(extensions, extension, {
      __proto__: null,
      configurable: true,
      enumerable,
      get,
      /** @this {object | undefined} @param {Handler} it */
      set(it) {
        // What inherits from them gets one of its own. Who has taken the function out of its descriptor calls it of anything.
        if (this && this !== extensions && extension in this) createDataProperty(this, extension, it);
        else put(it);
      },
    });
  };
  put(own);
}

/** @param {string} file @param {string} code @param {string} mappings */
function notePlaces(file, code, mappings) {
  // Loaded when they are needed: most TypeScript has its places.
  require("./esm/positions/stack.cjs").installStack();
  require("./esm/positions/positions.cjs").noteCommonJs(file, code, mappings);
}

/**
 * As V8 words a file's errors: place and frame in the stack. Where Node has frames of its loader, the place stands once more: a stack
 * without any `console.error` puts into brackets, and no tool finds a place in it.
 * @param {import("../native/addon").JsProblem} problem
 */
function syntaxError(problem) {
  const { isUnreadable, problems } = require("./esm/graph/load-error.cjs");
  const error = isUnreadable(problem) ? new Error(problem.message) : new SyntaxError(problem.message);
  const place = problem.line > 0 ? `${problem.file}:${problem.line}:${problem.column}` : problem.file;
  const lines = [place, problem.frame, "", `${error.name}: ${problem.message}`, `    at ${place}`];
  error.stack = lines.filter((it) => it !== undefined).join("\n");
  problems.set(error, problem);
  return error;
}

/**
 * What Node's own loaders are to evaluate, without register.
 * @param {string} url
 * @param {{ conditions?: string[] }} context
 * @returns {import("node:module").LoadFnOutput | null} null: not ours to say
 */
function nativeSource(url, context) {
  const file = facadeOf ? null : projectFile(url);
  if (!file) return null;
  return loader().isModule(file) ? importedModule(file) : importedCommonJs(file, context);
}

/**
 * What a `load` hook gives for a TypeScript file that is an ES module and is Node's to evaluate, or to link.
 * @param {string} file
 * @returns {import("node:module").LoadFnOutput}
 */
function importedModule(file) {
  return { format: "module", source: compile(file, true).code, shortCircuit: true };
}

/**
 * What Node itself, which only strips types, would refuse for an enum before it comes to what is wrong.
 * @param {string} file
 * @returns {string | null} null: types are all that is to go
 */
function rewrittenModule(file) {
  const { code, mappings } = compile(file, true);
  return mappings ? code : null;
}

/**
 * Since nodejs/node#61529 Node asks no handler for what is imported, unless it is the entry point: it compiles what hooks give, and
 * its file if they give nothing.
 */
const asksNoHandler = /\.resolved\b/.test(String(/** @type {any} */ (Module)._load));

/**
 * What a `load` hook gives for CommonJS TypeScript.
 * @param {string} file
 * @param {{ conditions?: string[] }} context
 * @returns {import("node:module").LoadFnOutput}
 */
function importedCommonJs(file, { conditions }) {
  // Then it is Node's own handler that asks, for somebody else's.
  const isRequired = hasCondition(conditions, "require");
  const hooks = require("./commonjs/typescript-hooks.cjs");
  const text = isRequired || (asksNoHandler && hooks.isEntryPoint(file)) ? hooks.textForHandler(file) : null;
  const isRead = asksNoHandler || isRequired;
  return { format: "commonjs", source: text ?? (isRead ? commonJsOf(file) : undefined), shortCircuit: true };
}

/** @param {string} file */
function commonJsOf(file) {
  if (transformsTypes && facadeOf) require("./esm/hooks/as-node-warns.cjs").noteTransformed();
  const { code, mappings } = compile(file, false);
  if (mappings) notePlaces(file, code, mappings);
  return code;
}

/**
 * Where a TypeScript file's specifier leads, without register.
 * @param {string} specifier
 * @param {Asked} context
 */
function resolveNatively(specifier, context) {
  return facadeOf ? null : resolveTypeScript(specifier, context);
}

/** The same on the hooks' thread, which nobody tells of what comes and goes. @param {string} specifier @param {Asked} context */
function resolveUntold(specifier, context) {
  if (projectFile(context.parentURL)) loader().clearCache();
  return resolveTypeScript(specifier, context);
}

/** The TypeScript file of the project that a URL names. @param {string | undefined} url */
function projectFile(url) {
  if (!url?.startsWith("file:") || !/\.([mc]?ts|[tj]sx)([?#]|$)/.test(url)) return null;
  const file = fileURLToPath(url);
  return isProjectFile(file) && fs.existsSync(file) ? file : null;
}

/**
 * Where a TypeScript file's specifier leads, when that is a file of the project: TypeScript leaves out
 * extensions, and means `x.ts` by `./x.js`.
 * @param {string} specifier
 * @param {Asked} context
 * @returns {string | null} a URL; null for what is required, too: Node's own way of resolving that asks us, and then
 *   it is known who requires what
 */
function resolveTypeScript(specifier, { parentURL, conditions }) {
  if (hasCondition(conditions, "require")) return null;
  const from = projectFile(parentURL);
  if (!from) return sourceOf(specifier);
  const { file, suffix = "", target } = loader().target(specifier, [], from);
  if (!file || /^(node|data):/.test(file)) return null;
  const place = target === "native" ? file.slice(0, file.length - suffix.length) : file;
  return path.isAbsolute(place) && isProjectFile(place) ? pathToFileURL(place).href + suffix : null;
}

/**
 * The TypeScript file of the project that is meant by the URL of its output, where that is not there: frameworks
 * import a configuration by its URL (AdonisJS its `adonisrc.js`).
 * @param {string} specifier
 * @returns {string | null} a URL
 */
function sourceOf(specifier) {
  if (!/^file:[^?#]*\.[cm]?js([?#]|$)/.test(specifier)) return null;
  const file = fileURLToPath(specifier);
  if (!isProjectFile(file) || fs.existsSync(file)) return null;
  const sources = [file.replace(/js$/, "ts"), ...(file.endsWith(".js") ? [file.replace(/js$/, "tsx")] : [])];
  const source = sources.find((it) => fs.existsSync(it));
  return source ? pathToFileURL(source).href + specifier.replace(/^[^?#]*/, "") : null;
}

module.exports = {
  asksNoHandler,
  importedCommonJs,
  importedModule,
  installTypeScript,
  nativeSource,
  onResolved,
  projectFile,
  resolveNatively,
  resolveTypeScript,
  resolveUntold,
  rewrittenModule,
  syntaxError,
};
