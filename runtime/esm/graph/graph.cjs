// @ts-check
"use strict";

// The module graph as it runs: what is in it, and how modules, or new versions of them, get there linked (Link, ECMA-262 16.2.1.6.1.2).

const { pathToFileURL } = require("node:url");
const { everybody } = require("../../hot-events.cjs");
const { SafeMap } = require("../../intrinsics.cjs");
const { beingLinked, isComing, keepGiven, noteBrought } = require("./being-linked.cjs");
const { openCache } = require("../code/code-cache.cjs");
const { checkedCommonJs } = require("../commonjs/commonjs-check.cjs");
const { CommonJsModule, isNameless, wasRequired } = require("../commonjs/commonjs-module.cjs");
const { compileAhead } = require("../evaluate/environment.cjs");
const { firstError } = require("../link/first-error.cjs");
const { formersOf } = require("../namespace/former-facades.cjs");
const { withdrawShown } = require("../namespace/left-shown.cjs");
const { whoShow } = require("../namespace/shown-by.cjs");
const { link } = require("../link/link.cjs");
const { loadImported, loadRequested } = require("./load-requested.cjs");
const { linkModules } = require("../link/link-modules.cjs");
const { ModuleMap, shownModules } = require("./module-map.cjs");
const { NativeModule } = require("../native/native.cjs");
const { JsonModule } = require("./json-module.cjs");
const { SourceTextModule } = require("./module-record.cjs");
const { versionOf } = require("../versions/renewed-version.cjs");
const { keyOf } = require("./request-key.cjs");
const { jsonOf, sourceOf } = require("./source.cjs");
const { PresentOfModules } = require("../namespace/variables.cjs");

/** @typedef {import("./chained-loader.cjs").ChainedLoader} ChainedLoader */
/** @typedef {import("../../../native/addon").JsEsm} JsEsm */
/** @typedef {import("../../../native/addon").JsProblem} JsProblem */
/** @typedef {import("../../../native/addon").JsRequest} JsRequest */
/** @typedef {import("../evaluate/environment.cjs").Realm} Realm */
/** @typedef {import("./module-record.cjs").Module} Module */

/**
 * What is loaded anew (`changed`: from another text than before), and what it was before.
 * @typedef {{ files: Set<string>, changed: Set<string>, versions: Map<Module, import("../versions/renewed-version.cjs").Version>, fresh: Map<string, Module>, facades: Facades, tellOfRead?: (file: string) => void,
 *   jsonOfNode: Set<string> }} Renewal `jsonOfNode`: what Node reads for it
 *
 * Facades as they were.
 * @typedef {Map<Module, Exclude<Module["facade"], null>>} Facades
 */

class Graph {
  /** File and suffix, or what Node knows it by → module. */
  modules = new ModuleMap();
  /** What is imported from outside or by import(): never pruned. @type {Set<Module>} */
  roots = new Set();
  /** What is below them is evaluated anew by import(). @type {import("../../boundaries/boundaries.cjs").Boundaries | null} */
  boundaries = null;
  /** What CommonJS below a boundary had required before it was superseded: who does so now shows once it is evaluated. @type {Set<Module>} */
  expected = new Set();
  /** While what is loaded takes the place of older versions: texts of those that have not changed. @type {Map<string, JsEsm> | null} */
  superseding = null;
  /** Of which kind they are, where their names do not say that. @type {Map<string, import("../../boundaries/other-kind.cjs").Kind> | null} */
  kinds = null;
  /** And these versions, by URL. @type {Map<string, import("./module-record.cjs").SourceTextModule> | null} */
  predecessors = null;
  /** Adds to what is compiled. @type {((record: JsEsm, url: string) => void) | null} */
  instrument = null;
  /** CommonJS files that Node loads, under register. @type {import("../commonjs/commonjs-graph.cjs").CommonJsGraph | null} */
  commonJs = null;
  /** What else is known to be wrong with a file. @type {(file: string) => JsProblem[]} */
  problemsOf = () => [];
  /** What `require()` gives of ES modules that Node has in an old version. @type {import("../commonjs/required-again.cjs").RequiredAgain | null} */
  requiredAgain = null;
  /** Called with each file of which nothing is in the graph any more. @type {(file: string) => void} */
  hasLeft = () => {};
  /** Is what is loaded requested by a version that an update brings? */
  isReading = false;
  /** Called before an update reads a file of which nothing was in the graph. @type {(file: string) => void} */
  willRead = () => {};
  /** … and before it reads one again of which nothing is new. @type {(file: string) => void} */
  willReadAgain = () => {};
  /** Called with what is known, and imported by who is loaded anew. It may be of sync.*, of which an update awaits. @type {(module: Module, from: string) => void} */
  isGivenOut = () => {};
  /** Called once that has ended. @type {(file: string, session: import("../../../native/addon").Session) => void} */
  isShared = () => {};
  /** … and was put back before any of it ran. @type {(file: string) => void} */
  readInVain = () => {};
  /** Called before versions are linked beside those that run, and when that has ended: are they linked, or is all as it was before? */
  willSupersede = () => {};
  /** @type {(isLinked: boolean) => void} */
  hasSuperseded = () => {};
  /** Called with a file that an update was to read, and did not find. @type {(file: string) => void} */
  wasGone = () => {};
  /** Called with what is imported, and is Node's. @type {(file: string, why: "deferred" | "midway" | "phases" | "syntax" | "wasm") => void} */
  leavesToNode = () => {};
  /** Called with the files of modules that threw when they were imported, and with what finds those that were read on the way. @type {(files: string[], attempted: () => string[]) => void} */
  hasThrown = () => {};

  /** What an update of sync.* has loaded under a key, and is not in the graph yet. @type {(key: string) => Module | undefined} */
  freshOf = () => undefined;
  /** Does one evaluate it anew that has not ended? @type {(file: string) => boolean} */
  isBeingTried = () => false;
  /** What an update of sync.* or hmr() has read of JSON that is imported. @type {(key: string) => string | null} */
  jsonTextOf = () => null;
  /** Node runs modules of the project too, until they are evaluated anew; else it does so by our facades alone. */
  isSharedWithNode = false;
  /** Files of what versions that the last update has given up had imported by import(), and of what is below that. @type {string[]} */
  importedInVain = [];
  /** Files that were evaluated anew: what Node has of them is old. @type {Set<string>} */
  renewed = new Set();
  /**
   * The namespaces of modules that have left: Node keeps each it was given, so what comes back under the same key goes on with it.
   * @type {Map<string, NonNullable<Module["facade"]>>}
   */
  retired = new SafeMap();
  /** @type {Renewal | null} */
  renewal = null;

  /** @param {ChainedLoader} loader @param {Realm} realm @param {typeof everybody} [listeners] who is told of its updates */
  constructor(loader, realm, listeners = everybody) {
    this.loader = loader;
    this.realm = realm;
    this.listeners = listeners;
  }

  /**
   * Node looks for what is there by URL and type alone, and at other attributes only when it loads something.
   * @param {JsRequest} request
   * @param {string} from
   * @param {Map<string, Module>} [fresh]
   * @returns {JsRequest} of a module that is there, if it was Node's to refuse
   */
  asLoaded(request, from, fresh) {
    const { attributes, specifier, target } = request;
    if (target !== "native" || attributes.length === 0) return request;
    const type = attributes.find(([key]) => key === "type")?.[1] ?? "javascript";
    if (type !== "javascript" && type !== "json") return request;
    const plain = this.loader.target(
      specifier,
      type === "json" ? [["type", "json"]] : [],
      from,
      pathToFileURL(from).href,
    );
    if (plain.target === "native") return request;
    const key = keyOf(plain, from);
    return this.modules.has(key) || fresh?.has(key) ? plain : request;
  }

  /**
   * Loads a module and all it requests, and links them; nothing is evaluated. On an error the
   * graph is as before.
   * @param {JsRequest} request
   * @param {string} from
   * @param {Map<string, Module>} [fresh] gets what was not there
   * @param {() => void} [willReadAgain] called when what was missing has come: whoever watches has not been told that it is read
   * @returns {Module}
   */
  prepare(request, from, fresh = new Map(), willReadAgain = undefined) {
    const key = keyOf(request, from);
    const known = this.known(key) ?? this.freshOf(key) ?? beingLinked(this, key);
    if (known && !isNameless(known)) return known;
    for (let isAgain = false; ; isAgain = true) {
      try {
        return this.#prepareAll(request, from, fresh);
      } catch (error) {
        // Before Node is asked about anything: it would keep what has come.
        const hasCome =
          !isAgain && [...fresh.values()].some((it) => it instanceof NativeModule && it.hasCome());
        this.withdraw(fresh);
        if (!hasCome) throw firstError(error, fresh);
      }
      fresh.clear();
      willReadAgain?.();
    }
  }

  /** @param {JsRequest} request @param {string} from @param {Map<string, Module>} fresh */
  #prepareAll(request, from, fresh) {
    const module = this.#loadAll(request, from, fresh);
    if (fresh.size > 0) linkModules(this, [module], new Set(fresh.values()));
    // Of what is done for each module of a start a loop by iterator would be a fifth: interpreted, with garbage each step.
    fresh.forEach((member, key) => void this.modules.set(key, member));
    noteBrought(this, fresh);
    return module;
  }

  /** Modules that are not to be evaluated after all. @param {Map<string, Module>} fresh */
  withdraw(fresh) {
    for (const [key, member] of fresh) {
      if (wasRequired(member)) {
        member.unname();
      } else {
        if (this.modules.get(key) === member) this.modules.delete(key);
        keepGiven(this, key, member);
        this.roots.delete(member);
        withdrawShown(this, key, member);
        if (member instanceof CommonJsModule) member.withdraw();
      }
      // What never linked imports nothing: no change is to be refused because of it.
      for (const required of member.requested) required.importers.delete(member);
    }
  }

  /** Reads a file and what it leads to, which is about to be prepared. @param {string} file */
  loadAhead(file) {
    openCache(file);
    this.loader.loadAhead(file, this.modules, (record) => {
      // Else it is another text that is compiled, or none.
      if (!this.instrument && !record.usesPhases) compileAhead(record, record.url);
    });
  }

  /** @param {JsRequest} request @param {string} from @param {Map<string, Module>} fresh */
  #loadAll(request, from, fresh) {
    // Of a module whose text is known, most of what it leads to is known as well.
    const isKnown = this.superseding?.has(keyOf(request, from));
    if (isKnown || request.target !== "module") return loadImported(this, request, from, fresh);
    // A boundary that was saved leads to what it led to, but for a file or two: all that is there would be told for these.
    if (!this.superseding) this.loadAhead(/** @type {string} */ (request.file));
    try {
      return loadImported(this, request, from, fresh);
    } finally {
      this.loader.forgetAhead();
    }
  }

  /**
   * Begins a version of a module, from its file's present content, and loads what it requests.
   * @param {Module} module
   * @param {Map<string, Module>} fresh modules that are not in the graph yet; gets those this takes
   * @param {boolean} [isChanged] false: its text is what it was, only what it imports is not
   */
  read(module, fresh, isChanged = true) {
    const isRead = this.#begin(module, isChanged);
    if (isRead !== null) loadRequested(this, /** @type {SourceTextModule} */ (module), fresh, isRead);
  }

  /**
   * The same, but for what it requests.
   * @param {Module} module
   * @param {boolean} isChanged
   * @returns {boolean | null} was its file read? null: nothing of what it requests is to be loaded
   */
  #begin(module, isChanged) {
    if (module instanceof JsonModule) {
      module.adopt(jsonOf(this.loader, module.file, module.url));
    } else if (module instanceof CommonJsModule) {
      module.adopt(isChanged ? this.#commonJs(module) : this.#namesAgain(module));
    } else if (module instanceof SourceTextModule) {
      // A member of a cycle has another body, and so has who reads imports where they come from; whether
      // it is one is found again.
      if (isChanged || module.isCyclic || module.live.size > 0) {
        this.tellOfReadingAgain(module);
        const record = sourceOf(this, module.file, module.url, false);
        if (record.declaresPhases) require("../native/phases.cjs").refusePhases(module.file);
        module.adopt(record);
        return true;
      }
      module.adopt(module.record);
      // Some of what it requests may be renewed with it, or not be Node's any more.
      if (this.renewal) return false;
    }
    return null;
  }

  /** Links new versions. @param {Module[]} modules @param {Set<Module>} members what may be linked with them */
  link(modules, members) {
    linkModules(this, modules, members);
  }

  /**
   * Loads `root` and links it, with the present content of those of `renewal.files` that it leads
   * to. On an error nothing is linked; what was before is in `renewal`.
   * @param {JsRequest} root
   * @param {string} from
   * @param {Renewal} renewal
   */
  renew(root, from, renewal) {
    const linked = new Set([...renewal.versions.keys(), ...renewal.fresh.values()]);
    this.renewal = renewal;
    try {
      const module = loadImported(this, root, from, renewal.fresh);
      const members = [...renewal.versions.keys(), ...renewal.fresh.values()];
      const unlinked = new Set(members.filter((member) => !linked.has(member)));
      linkModules(this, [module], unlinked, renewal.facades);
      return module;
    } finally {
      this.renewal = null;
    }
  }

  /**
   * @param {Module} module
   * @param {Renewal} renewal
   * @param {string} key
   * @returns {boolean | null} was its file read? null: nothing of what it requests is to be loaded
   */
  renewModule(module, renewal, key) {
    const file = /** @type {any} */ (module).file;
    if (!renewal.files.has(file) || renewal.versions.has(module)) return null;
    // By its key first: there may be thousands.
    if (renewal.fresh.get(key) === module) return null;
    if (!this.modules.holds(module) && [...renewal.fresh.values()].includes(module)) return null;
    renewal.versions.set(module, versionOf(module));
    return this.#begin(module, renewal.changed.has(file));
  }

  /** Does every import of an evaluated module still lead somewhere? @param {Module} module */
  check(module) {
    if (module instanceof SourceTextModule) link(module);
  }

  /** Namespaces that Node sees. @param {Iterable<Module>} modules of which */
  *facades(modules = shownModules()) {
    for (const module of modules) {
      const { facade, entrance } = module;
      if (!this.modules.holds(module) && !isComing(this, module)) continue;
      if (facade?.namespace) yield facade;
      if (entrance?.isStarted) yield entrance;
      yield* formersOf(module);
    }
  }

  /** Namespaces show what these are now. @param {Set<Module>} members */
  show(members) {
    const shown = new PresentOfModules();
    for (const facade of this.facades(whoShow(members))) facade.refresh(members, shown);
  }

  /**
   * Namespaces of modules that were put back, and what passes on their exports, show them again: also those that were made meanwhile.
   * @param {Facades} facades
   * @param {Set<Module>} members
   */
  showAgain(facades, members) {
    for (const [module, facade] of facades) module.facade = facade;
    this.show(members);
  }

  /** Its text is what it was; it may pass on what another exports. @param {CommonJsModule} module */
  #namesAgain({ file, names }) {
    if (!names) return names;
    const present = this.loader.commonjsNames(file);
    return Array.isArray(present) ? present : names;
  }

  /**
   * What comes with an update, and is not what the update is about, is read as it is now, which may be no text that was
   * planned: what was saved, and is undone a moment later, is to be a change.
   * @param {string} file
   * @param {string} url
   * @returns {boolean} is it new, and was told of?
   */
  tellOf(file, url) {
    const isUpdate = this.isReading || this.superseding !== null;
    if (this.predecessors?.has(url)) {
      this.#tellAgainOf(file);
      return false;
    }
    if (!(isUpdate || this.renewal) || this.modules.ofFile(file).length > 0) return false;
    if (this.loader.plannedText(file) !== null) return false;
    // Whose update it is has a record of its own, which may be of what was there as that was planned.
    this.renewal?.tellOfRead?.(file);
    if (isUpdate) this.willRead(file);
    return isUpdate;
  }

  /**
   * The same of a module that was there before, and of which nothing is new but what it imports: in a cycle it has another body.
   * @param {SourceTextModule} module
   */
  tellOfReadingAgain(module) {
    if (this.predecessors?.has(module.url) || this.modules.holds(module)) this.#tellAgainOf(module.file);
  }

  /** @param {string} file */
  #tellAgainOf(file) {
    if (this.loader.hasPlannedText(file)) return;
    if (this.renewal) this.renewal.tellOfRead?.(file);
    else this.willReadAgain(file);
  }

  /** @param {string} key */
  known(key) {
    const module = this.modules.get(key);
    if (!module?.evaluationError || !this.isSharedWithNode) return module;
    return require("../versions/thrown-since.cjs").leaveSaved(this, module) ? undefined : module;
  }

  /**
   * A CommonJS file has changed: its names, if an ES module imports any. Before the version there is goes, all is
   * looked at that can be known to fail.
   * @param {CommonJsModule} module
   */
  #commonJs({ bindings, file, url }) {
    const names = checkedCommonJs(file, url, this.loader, this.problemsOf(file));
    return bindings && names;
  }

  /** @param {string} file */
  isBoundary(file) {
    return this.boundaries?.has(file) ?? false;
  }
}

module.exports = { Graph };
