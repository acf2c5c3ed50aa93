// @ts-check
"use strict";

// Whatever imports a module of the project natively, Node's entry point, a package, import() in
// eval, gets a facade, and the module runs on our runtime.

const fs = require("node:fs");
const NodeModule = require("node:module");
const { fileURLToPath, pathToFileURL } = require("node:url");
const { goAfter } = require("../../session/environment.cjs");
const { hasCondition } = require("../../older-hooks.cjs");
const { importedModule, rewrittenModule } = require("../../typescript.cjs");
const { isTypeScript } = require("../../typescript-file.cjs");
const { Boundaries } = require("../../boundaries/boundaries.cjs");
const { SafeSet, programRuns, putBack } = require("../../intrinsics.cjs");
const { isLinkingOnly } = require("../native/bridge.cjs");
const { keepLater, keepStartup, saveFirst } = require("../code/code-cache.cjs");
const codeLater = require("../code/code-later.cjs");
const { CommonJsGraph } = require("../commonjs/commonjs-graph.cjs");
const { enableHot, graph, loader, onRoot, updates } = require("../index.cjs");
const { noteAtUrl, noteImportedAtUrl } = require("../namespace/at-file-url.cjs");
const { leaveOutdatedEntrance } = require("../namespace/former-facades.cjs");
const { claim } = require("../namespace/facade-url.cjs");
const { comes } = require("../import-call/in-flight.cjs");
const { isUnlinked } = require("../link/link.cjs");
const { isHalfLoaded, isOfScheme } = require("../link/linking-words.cjs");
const { LoadError } = require("../graph/load-error.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");
const { isAsync } = require("../namespace/how-to-enter.cjs");
const { Facade } = require("../namespace/facade.cjs");
const { EnteredLater } = require("../native/entered-later.cjs");
const { evaluated, nativeImport } = require("../native/native-import.cjs");
const { AS_IT_IS, options, projectModule } = require("../graph/project-file.cjs");
const requireCycle = require("../commonjs/require-cycle.cjs");
const { isRefused, refuseAwaiting, refuseCycle, refuseImports, refuseRace } = requireCycle;
const { RequiredAgain, inNodesWords } = require("../commonjs/required-again.cjs");
const { endGivenUp } = require("../update/prune.cjs");
const { Watch } = require("../watch/watch.cjs");

enableHot();
keepLater(codeLater);
const boundaries = new Boundaries({ graph, updates });
graph.boundaries = boundaries;
const watch = new Watch({ boundaries, updates, graph });
onRoot((file) => watch.root(file));
goAfter(watch);
const commonJs = new CommonJsGraph(graph, {
  loading: (file) => {
    watch.requires(file);
    keepStartup();
  },
  gone: (file) => watch.forgets(file),
  hotOf: (module) => updates.hotOf(module),
  end: (module, hot) => void endGivenUp(graph, [{ module, hot, data: undefined }]),
});
graph.commonJs = commonJs;
commonJs.install();
const prepareRequired = (/** @type {string} */ file) => {
  const url = pathToFileURL(file).href;
  const known = graph.modules.get(file);
  if (known) refuseCycle(known, file, commonJs.requirerOf(file));
  prepare(url, file, true);
};
graph.requiredAgain = new RequiredAgain(graph, prepareRequired, (file) => watch.root(file));

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
  const giveBack = putBack();
  try {
    return facadeOf(url, file, context);
  } finally {
    programRuns();
    giveBack?.();
  }
}

/**
 * @param {string} url
 * @param {string} file
 * @param {import("node:module").LoadHookContext} context
 */
function facadeOf(url, file, context) {
  const isRequired = hasCondition(context.conditions, "require");
  /** @type {Map<string, import("../graph/module-record.cjs").Module>} */
  const fresh = new Map();
  if (isRequired && !url.includes("?")) {
    const known = graph.modules.get(file);
    const requirer = commonJs.requirerOf(file);
    if (known) {
      refuseCycle(known, file, requirer);
      refuseAwaiting(known, file, requirer);
    }
    refuseRace(file, requirer);
  }
  try {
    const facade = prepare(url, file, isRequired, fresh);
    if (isRequired) refuseImports(fresh);
    const text = facade?.entered(url) ?? null;
    if (facade) (isRequired ? noteAtUrl : noteImportedAtUrl)(url, facade, false);
    // Node refuses that to require() for good, and may link it in vain.
    if (facade?.awaits && isLinkingOnly()) graph.requiredAgain?.left(facade.module);
    return text;
  } catch (error) {
    if (isRefused(error)) {
      graph.withdraw(fresh);
      throw error;
    }
    if (isRequired) {
      // Node finds this while it loads what it is to link (`ModuleJobSync.link`).
      if (isUnlinked(error)) refuseImports(fresh);
      return refused(error, url, file, context.format !== "module");
    }
    if (isRunning(error)) {
      const { facadeToEnter } = require("../native/imported-in-cycle.cjs");
      return facadeToEnter(loader, url, file);
    }
    if (isBeingLinked(error)) {
      // It comes first of an import cycle, or is loaded by another import(): in the midst of that Node can't wait for it, but run this.
      options.deferred ??= new SafeSet();
      options.deferred.add(url);
      graph.leavesToNode(file, "midway");
      return null;
    }
    // Node finds the same, and has the words, the frame and the line for it.
    if (error instanceof LoadError || isOfScheme(error))
      return isTypeScript(file) ? rewrittenModule(file) : null;
    if (isLinkingOnly() || commonJs.imported.packageOf(file) || unlinked?.has(url))
      return leftUnlinked(url, file);
    return isUnlinked(error)
      ? Facade.thrower(error, () => told(/** @type {SyntaxError} */ (error), url))
      : Facade.thrower(error);
  }
}

/** URLs of what can't be linked, and leads a package to what can't. @type {Set<string> | null} */
let unlinked = null;

/**
 * A package that imports it is not to be linked, nor what stands beside it evaluated (ECMA-262 16.2.1.6.1.2): Node finds the same.
 * @param {string} url
 * @param {string} file
 */
function leftUnlinked(url, file) {
  unlinked ??= new SafeSet();
  unlinked.add(url);
  // Once it has linked that in vain, it refuses it to require().
  if (isLinkingOnly() && !/[?#]/.test(url)) graph.requiredAgain?.linkedInVain(file);
  return isTypeScript(file) ? /** @type {string} */ (importedModule(file).source) : null;
}

/** It imports a package that is being evaluated, and Node links that for nobody who can't wait. @param {any} error */
const isRunning = (error) => error?.code === "ERR_REQUIRE_CYCLE_MODULE";

/** … or that Node is just linking, or, on Node 22, loading for an import() that waits for others' hooks. @param {any} error */
const isBeingLinked = (error) =>
  error?.code === "ERR_VM_MODULE_LINK_FAILURE" ||
  (error?.code === "ERR_INTERNAL_ASSERTION" && error.message.includes("is not yet fully loaded"));

/**
 * A file can't be required.
 * @param {unknown} error
 * @param {string} url
 * @param {string} file
 * @param {boolean} isOpen has nobody said that it is an ES module?
 * @returns {string | null} what Node is to compile, and to refuse, if the file itself does not parse: that is before Node
 *   takes note of it
 */
function refused(error, url, file, isOpen) {
  const isOwnSyntax = error instanceof LoadError && error.url === url && error.problem.line > 0;
  if (!isOwnSyntax || isTypeScript(file)) throw inNodesWords(error, file);
  // To Node it may be CommonJS: a program's entry point, given to it as a module, would then end without a word.
  if (isOpen) return null;
  for (let before = null; ; ) {
    const text = fs.readFileSync(file, "utf8");
    // Between two looks at it it was refused.
    if (text === before) return text;
    before = text;
    try {
      return prepare(url, file, true)?.entered(url) ?? null;
    } catch (again) {
      if (!(again instanceof LoadError)) throw again;
    }
  }
}

/**
 * The host of a facade whose text another thread made (loader.cjs).
 * @param {string} url
 * @param {string[][]} names
 */
function enter(url, names) {
  const known = entered.get(url);
  if (known && !known.isOutdated) return known;
  const giveBack = putBack();
  programRuns();
  const file = fileURLToPath(url);
  const facade = () => {
    const found = prepare(url, file, false, new Map(), "entered")?.enteredAs(names);
    if (!found) throw new Error(`heatsync-rs: ${url} is not a module that it can run`);
    entered.set(url, found);
    noteImportedAtUrl(url, found, true);
    return found;
  };
  try {
    return facade();
  } catch (error) {
    if (isOfScheme(error)) return new AsNodeHasIt(file, url, names);
    if (isHalfLoaded(error)) return new EnteredLater(facade);
    if (error instanceof LoadError && error.cause) {
      if (isTypeScript(error.problem.file)) throw error.cause;
      return { start() {}, enter: () => refusedByV8(/** @type {LoadError} */ (error), url, file) };
    }
    if (error instanceof LoadError) return new AsNodeHasIt(file, url, names);
    if (isUnlinked(error)) return { start() {}, enter: () => told(error, url).then(rethrow) };
    throw error;
  } finally {
    giveBack?.();
  }
}

/**
 * What `require()` gives of a module that was imported, when another thread made its facade: that may await, and Node
 * takes it for one that does.
 * @param {string} url
 */
function exportsEntered(url) {
  const { module } = entered.get(url) ?? {};
  if (!(module instanceof SourceTextModule) || module.status !== "evaluated" || isAsync(module)) return null;
  return { exports: graph.requiredAgain?.exportsOf(module) };
}

/** @param {SyntaxError} error @param {string} url */
function told(error, url) {
  const { framesBelow, toldByNode } = require("../link/unlinked.cjs");
  return toldByNode(error, url, framesBelow());
}

/**
 * What V8 alone finds: Node says it of the module that it is about, when that is all it loads. What stands beside that is not evaluated.
 * @param {LoadError} error
 * @param {string} url of what was to be entered
 * @param {string} file
 */
async function refusedByV8(error, url, file) {
  const { nodesUrl } = error;
  // Of what another module imports the stack has no import().
  await (error.url === url ? nativeImport(file)(nodesUrl) : evaluated(JSON.stringify(nodesUrl)));
  throw error.cause;
}

/** @param {unknown} error @returns {never} */
function rethrow(error) {
  throw error;
}

/** In place of a facade: has Node load the module itself, and say what is wrong with what it imports, if anything is. */
class AsNodeHasIt {
  /** @type {Record<string, unknown>} */
  #namespace = {};
  #file;
  #url;
  #names;
  /** @param {string} file @param {string} url @param {string[][]} names */
  constructor(file, url, names) {
    this.#file = file;
    this.#url = url;
    this.#names = names;
  }
  start() {}
  async enter() {
    this.#namespace = await nativeImport(this.#file)(`${this.#url}${AS_IT_IS}`);
  }
  /** @param {number} index */
  next(index) {
    return this.#namespace[this.#names[index][0]];
  }
  end() {}
}

/**
 * @param {string} url
 * @param {string} file
 * @param {boolean} [isRequired] by `require()`
 * @param {Map<string, import("../graph/module-record.cjs").Module>} [fresh] gets what was not there
 * @param {import("./as-node-warns.cjs").By} [by]
 */
function prepare(
  url,
  file,
  isRequired = false,
  fresh = new Map(),
  by = isRequired ? requiredBy(file) : undefined,
) {
  const suffix = /[?#].*$/.exec(url)?.[0] ?? "";
  watch.root(file);
  const target = /** @type {const} */ ("module");
  const request = { specifier: url, attributes: [], target, file, suffix, by };
  const module = graph.prepare(request, file, fresh, () => watch.root(file));
  keepStartup();
  saveFirst();
  if (!(module instanceof SourceTextModule)) return null;
  if (isRequired) commonJs.required.note(module);
  const asked = () => void graph.roots.add(module);
  if (!isLinkingOnly()) asked();
  if (suffix === "") claim(file);
  // A namespace that shows what is not initialized is not one that Node evaluates.
  // Neither is one that the program has already, at no URL of a file: it goes on being set.
  leaveOutdatedEntrance(module);
  const { facade } = module;
  if (facade && (!(facade instanceof Facade) || facade.url !== null)) module.entrance ??= new Facade(module);
  else module.facade ??= new Facade(module);
  const entrance = /** @type {Facade} */ (module.entrance ?? module.facade);
  // Node keeps it: who imports it later need not load it.
  if (isLinkingOnly()) entrance.onEnter = asked;
  return entrance;
}

/**
 * A program's entry point, too, comes by Node's CommonJS loader, but nobody has required it.
 * @param {string} file
 * @returns {import("./as-node-warns.cjs").By}
 */
function requiredBy(file) {
  if (commonJs.requirerOf(file)) return "required";
  return "registerHooks" in NodeModule ? undefined : "entered";
}

/**
 * Node has found what a native `import` or `import()` asks for: the file, if it is one of the project.
 * @param {string | undefined} from
 * @param {string} url
 * @param {string} [specifier] of what another thread tells
 */
const noteImported = (from, url, specifier) => {
  if (unlinked && from !== undefined && unlinked.has(from)) unlinked.add(url);
  return commonJs.imported.note(from, url, specifier);
};

/** Is its module being evaluated? @param {string} file */
const isUnderWay = (file) => graph.modules.get(file)?.status === "evaluating";

/**
 * `require()` of a package leads to a file of the project.
 * @param {string} file
 * @param {string} specifier
 * @param {string} [from] the package's file
 */
const refuseImported = (file, specifier, from) => {
  if (isUnderWay(file)) throw requireCycle.cycle("Module", specifier, from);
};

/** CommonJS imports a file, and Node is to load what stands for it. @param {string} url */
function noteComing(url) {
  const file = fileURLToPath(url);
  if (loader.isModule(file)) comes(file, () => graph.prepare(loader.target(url, [], file, url), file));
}

/** Node is about to read a file. @param {string} url */
const noteRead = (url) => {
  commonJs.failed.readsUrl(url);
  if (url.startsWith("file:")) commonJs.isRead(fileURLToPath(url));
};

/**
 * Node's ES loader is about to load CommonJS, beside hooks on another thread: of what these have resolved its CommonJS loader resolves
 * nothing again (nodejs/node#61529), and nobody would hear of it.
 * @param {string} url
 */
const noteCommonJs = (url) => {
  if (url.startsWith("file:") && !/[?#]/.test(url)) commonJs.isImported(fileURLToPath(url));
};

/** CommonJS is about to run, where no hook of ours sees that it is read. @param {unknown} file */
function noteCompiled(file) {
  if (typeof file !== "string") return;
  const giveBack = putBack();
  commonJs.isRead(file);
  giveBack?.();
}

/** @param {() => void} callback called before it is looked what Node has loaded */
function onRefresh(callback) {
  commonJs.onRefresh = callback;
}

module.exports = {
  boundaries,
  enter,
  exportsEntered,
  facadeFor,
  isUnderWay,
  noteComing,
  noteCommonJs,
  noteCompiled,
  noteImported,
  noteRead,
  onRefresh,
  refuseImported,
  watch,
};
