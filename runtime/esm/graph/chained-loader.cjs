// @ts-check
"use strict";

// The addon's loader of ES modules, which asks the other loaders in the chain, if there are any, where
// a request leads and what a file's text is. What they serve as JavaScript modules for a file of the
// project runs on our runtime, and is reloaded; everything else they serve is native.

const { resolvedAs } = require("../hooks/asked-by-importer.cjs");
const { takeLoader } = require("../begin.cjs");
const chain = require("../hooks/chain.cjs");
const { SafeMap, queueMicrotask } = require("../../intrinsics.cjs");
const { registered } = require("../../commonjs/plain-loader.cjs");
const { isTypeScript } = require("../../typescript-file.cjs");
const { leftToNode } = require("./project-file.cjs");
const { likeness, recordOf, recordsOf, unlikeAny } = require("./record.cjs");
const { ServedByOthers } = require("../hooks/served-by-others.cjs");

/** @typedef {import("../../../native/addon").JsEsm} JsEsm */
/** @typedef {import("../../../native/addon").JsProblem} JsProblem */
/** @typedef {import("../../../native/addon").JsRequest} JsRequest */

const { parse } = JSON;

/** The code, where nothing else is new. @param {import("../../../native/addon").JsText | JsProblem} loaded @param {string} like */
const codeLike = (loaded, like) =>
  "record" in loaded && likeness(loaded.record) === like ? loaded.code : null;

class ChainedLoader {
  #loader = takeLoader();
  /** How often what was resolved was forgotten. */
  generation = 0;
  /** Of what was loaded ahead, what nobody has asked for yet, in this turn of the event loop. @type {Map<string, JsEsm>} */
  #ahead = new SafeMap();

  #onServed;
  #isKnown;

  /**
   * @param {(file: string) => void} onServed called with each file that the chain was asked for: Rust does not follow it
   * @param {(key: string) => boolean} isKnown is this file, with its suffix, in the graph?
   */
  constructor(onServed, isKnown) {
    this.#onServed = onServed;
    this.#isKnown = isKnown;
    this.others = new ServedByOthers(this.#loader, onServed, isKnown);
  }

  /** Node 20's hooks are on another thread, which can't be asked for a text: see served-plainly.cjs. */
  #canLoad = "registerHooks" in require("node:module");

  /**
   * @param {string} file
   * @param {import("./module-map.cjs").ModuleMap} known
   * @param {(record: import("../../../native/addon").JsEsmAhead) => void} each is called with what comes, while other threads load the rest
   */
  loadAhead(file, known, each) {
    if (chain.hasOthers) return;
    const { come, gone } = known.takeNews();
    if (come.length + gone.length > 0) this.#loader.knows(come, gone);
    this.#loader.loadAhead(file);
    for (let next = this.#loader.nextAhead(); next; next = this.#loader.nextAhead()) {
      if (this.#ahead.size === 0) queueMicrotask(() => this.#ahead.clear());
      for (const record of recordsOf(next)) {
        this.#ahead.set(record.file, record);
        each(record);
      }
    }
  }

  /**
   * Has a session watch a file and what it imports, by one walk for both: `loadAhead` comes before.
   * @param {import("../../../native/addon").Session} session
   * @param {string} file
   */
  prepare(session, file) {
    session.prepareWith(file, this.#loader);
  }

  /** Changed modules are made ready for this loader by the thread that sees them. @param {import("../../../native/addon").Session} session */
  compileFor(session) {
    session.compileWith(this.#loader);
  }

  forgetAhead() {
    this.#loader.forgetAhead();
    this.#ahead.clear();
    this.others.forget();
  }

  /**
   * @param {string} file
   * @param {string} url
   * @param {boolean} cyclic
   * @param {import("../../../native/addon").JsLiveImport[]} live
   * @returns {JsEsm | JsProblem}
   */
  load(file, url, cyclic, live) {
    if (!chain.hasOthers || !this.#canLoad)
      return this.#own(this.#takeAhead(file, cyclic, live) ?? this.#read(file, cyclic, live), file);
    const record = this.others.load(file, url, cyclic, live);
    if (!("parameters" in record)) return record;
    const requests = record.requests.map(({ specifier, attributes }) =>
      this.#requested(/** @type {[string, string][]} */ (attributes), (rest) =>
        this.target(specifier, rest, file, url),
      ),
    );
    return { ...record, requests };
  }

  /** What `loadLike` has read in vain. @type {{ file: string, loaded: import("../../../native/addon").JsText | JsProblem } | null} */
  #unlike = null;

  /** @param {string} file @param {boolean} cyclic @param {import("../../../native/addon").JsLiveImport[]} live */
  #read(file, cyclic, live) {
    const isPlain = !cyclic && live.length === 0;
    const unlike = isPlain && this.#unlike?.file === file ? this.#unlike : null;
    this.#unlike = null;
    const loaded = unlike?.loaded ?? this.#loader.load(file, cyclic, live);
    const record = recordOf(loaded);
    return isPlain ? record : unlikeAny(record);
  }

  /**
   * What a file holds now, if nothing of its record is new but the code: then nothing is read of it, and what is known
   * of the module goes on being true.
   * @param {string} file
   * @param {JsEsm} known its record
   * @returns {JsEsm | null} null: `load` knows
   */
  loadLike(file, known) {
    if (chain.hasOthers || known.like === undefined) return null;
    const loaded = this.#loader.load(file, false, null, known.like);
    const code = typeof loaded === "string" ? loaded : codeLike(loaded, known.like);
    if (typeof code === "string") {
      // The key is the old code's: what the cache has of that is not to be run for this.
      const next = { ...known };
      next.code = code;
      next.key = undefined;
      next.cachedStart = undefined;
      return next;
    }
    this.#unlike = { file, loaded: /** @type {Exclude<typeof loaded, string>} */ (loaded) };
    queueMicrotask(() => {
      this.#unlike = null;
    });
    return null;
  }

  /** @param {string} file @param {boolean} cyclic @param {import("../../../native/addon").JsLiveImport[]} live */
  #takeAhead(file, cyclic, live) {
    if (cyclic || live.length > 0) return undefined;
    const record = this.#ahead.get(file);
    this.#ahead.delete(file);
    return record;
  }

  /** @param {JsEsm | JsProblem} record @param {string} file */
  #own(record, file) {
    if (!("parameters" in record)) return record;
    record.requests = record.requests.map((request) => {
      if (request.attributes.length === 0) return leftToNode(request);
      return this.#requested(/** @type {[string, string][]} */ (request.attributes), (rest, isSame) =>
        isSame ? leftToNode(request) : this.#found(request.specifier, rest, file),
      );
    });
    return record;
  }

  /**
   * `with { hot: "true" }` is for us, not for Node: it marks a boundary, also where it stands in vain.
   * @param {[string, string][]} attributes
   * @param {(attributes: [string, string][], isSame: boolean) => JsRequest} target
   * @returns {JsRequest & { isHot?: boolean }}
   */
  #requested(attributes, target) {
    const rest = attributes.filter(([key, value]) => key !== "hot" || value !== "true");
    const isHot = rest.length < attributes.length;
    const request = target(rest, !isHot);
    if (!isHot) return request;
    // Rust's walk does not follow what Node would refuse.
    if (request.target === "module" && request.file) this.#onServed(request.file);
    return { ...request, isHot };
  }

  /**
   * Where a module's text names what it imports.
   * @param {string} file
   * @param {string} specifier
   * @param {string} name
   * @param {string[]} [exported] for a hint
   */
  importedAt(file, specifier, name, exported) {
    return this.#loader.importedAt(file, specifier, name, exported);
  }

  /**
   * Does a native module write this export after it was evaluated?
   * @param {string} file
   * @param {string} name
   */
  reassigns(file, name) {
    return this.#loader.reassigns(file, name);
  }

  /**
   * Where a module's text imports a specifier statically, if it does.
   * @param {string} file
   * @param {string} specifier
   */
  staticImportAt(file, specifier) {
    return this.#loader.staticImportAt(file, specifier);
  }

  /** Where requests lead is looked for anew. */
  clearCache() {
    this.generation++;
    this.#loader.clearCache();
  }

  /** Forgets what may be wrong of what was found on disk. */
  refresh() {
    this.#loader.refresh();
  }

  /** The text that holds of a package.json. @param {string} file */
  manifest(file) {
    return this.#loader.manifest(file);
  }

  /** @param {string} file */
  json(file) {
    return this.#loader.json(file);
  }

  /** Of which file they were asked last: as a save asks again and again, and mostly finds what there was. @type {{ file: string, text: string, names: string[] } | null} */
  #named = null;

  /** @param {string} file @returns {string[] | JsProblem} the names are for nobody to change */
  commonjsNames(file) {
    const text = this.#loader.commonjsNames(file);
    if (typeof text !== "string") return text;
    if (this.#named?.file !== file || this.#named.text !== text)
      this.#named = { file, text, names: parse(text) };
    return this.#named.names;
  }

  /** @param {string} file */
  leadsTo(file) {
    return this.#loader.leadsTo(file);
  }

  /** @param {string} file */
  plannedText(file) {
    return this.#loader.plannedText(file);
  }

  /** @param {string} file */
  hasPlannedText(file) {
    return this.#loader.hasPlannedText(file);
  }

  /** A require hook makes CommonJS of it. @param {string} file */
  takeAsCommonjs(file) {
    this.#loader.takeAsCommonjs(file);
  }

  /** @param {string} file */
  isModule(file) {
    return this.#loader.isModule(file);
  }

  /**
   * Where a request of the module `url` leads.
   * @param {string} specifier
   * @param {[string, string][]} attributes
   * @param {string} from the module's file
   * @param {string} url
   * @returns {JsRequest}
   */
  target(specifier, attributes, from, url) {
    // Without register Node has no facades to agree with, and what is asked for is to be evaluated anew.
    const isOurs = attributes.length > 0 || isTypeScript(from) || !registered();
    if (!chain.hasOthers || (!this.#canLoad && isOurs)) return this.#found(specifier, attributes, from);
    /** @type {JsRequest} */
    const native = { specifier, attributes, target: "native" };
    try {
      if (!this.#canLoad) return this.#known(native, from);
      const resolved = chain.resolve(specifier, url, Object.fromEntries(attributes));
      const request = leftToNode(this.others.requested(native, from, url, resolved));
      if (request.target === "module") this.others.noteAsked(request, url);
      return request;
    } catch {
      // Node says what is wrong with it, when it is linked. Where it has facades: else it has what the file was before.
      return registered() ? native : this.#found(specifier, attributes, from);
    }
  }

  /**
   * What others make of it for this very importer, which Node does not ask for.
   * @param {string} specifier
   * @param {string} url the importer's
   * @returns {string | null} null: Node says
   */
  resolvedFor(specifier, url) {
    if (!chain.hasOthers || !this.#canLoad) return null;
    return resolvedAs({ specifier, attributes: [], target: "native" }, url);
  }

  /** Where it leads without others. @param {string} specifier @param {[string, string][]} attributes @param {string} from */
  #found(specifier, attributes, from) {
    return leftToNode(this.#loader.target(specifier, attributes, from));
  }

  /**
   * The same of an import statement, as `load` has it.
   * @param {JsRequest} request
   * @param {string} from
   * @param {string} url
   */
  targetOf({ attributes, specifier }, from, url) {
    if (chain.hasOthers && this.#canLoad) return this.target(specifier, attributes, from, url);
    return this.#found(specifier, attributes, from);
  }

  /** What is in the graph was found to be the file's own text. @param {JsRequest} native @param {string} from */
  #known(native, from) {
    const request = this.#found(native.specifier, native.attributes, from);
    if (request.target !== "module" || !this.#isKnown(`${request.file}${request.suffix ?? ""}`))
      return native;
    const { nativeResolve } = require("../native/native-import.cjs");
    return nativeResolve(from)(native.specifier) === request.url ? request : native;
  }
}

module.exports = { ChainedLoader };
