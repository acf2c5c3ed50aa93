// @ts-check
"use strict";

// What other loaders in the chain serve: of a file of the project, a JavaScript module that runs on our runtime; of anything else,
// what is Node's to ask for.

const fs = require("node:fs");
const { fileURLToPath, pathToFileURL } = require("node:url");
const { asResolved } = require("./asked-by-importer.cjs");
const chain = require("./chain.cjs");
const { formatToAskWith, isLeftToNode, isRefusedByNode } = require("./left-to-node.cjs");
const { isByLoader } = require("../../flags.cjs");
const { SafeMap, queueMicrotask } = require("../../intrinsics.cjs");
const { isProjectFile } = require("../../project-files.cjs");
const { stateOf } = require("../../file-state.cjs");
const { isTypeScript } = require("../../typescript-file.cjs");
const { leftToNode } = require("../graph/project-file.cjs");
const { recordOf, unlikeAny } = require("../graph/record.cjs");

/** @typedef {import("../../../native/addon").JsEsm} JsEsm */
/** @typedef {import("../../../native/addon").JsProblem} JsProblem */
/** @typedef {import("../../../native/addon").JsRequest} JsRequest */

class ServedByOthers {
  #loader;
  #onServed;
  #isKnown;
  /** What was loaded to see whether it is a module: given out when the module is loaded. @type {Map<string, { loaded: chain.Loaded, state: string }>} */
  #loaded = new SafeMap();

  /**
   * @param {import("../../../native/addon").EsmLoader} loader
   * @param {(file: string) => void} onServed called with each file that the chain was asked for: Rust does not follow it
   * @param {(key: string) => boolean} isKnown is this file, with its suffix, in the graph?
   */
  constructor(loader, onServed, isKnown) {
    this.#loader = loader;
    this.#onServed = onServed;
    this.#isKnown = isKnown;
  }

  /**
   * @param {string} file
   * @param {string} url
   * @param {boolean} cyclic
   * @param {import("../../../native/addon").JsLiveImport[]} live
   */
  load(file, url, cyclic, live) {
    this.#onServed(file);
    const known = this.#loaded.get(url);
    this.#loaded.delete(url);
    // Saved between that look and now, when it begins to be watched: nobody else would notice.
    const isPresent = known?.state === stateOf(file);
    const loaded = known && isPresent ? known.loaded : this.#ask(file, url, this.#resolvedAgain(file, url));
    if (loaded.source === undefined && isTypeScript(file))
      return unlikeAny(recordOf(this.#loader.load(file, cyclic, live)));
    return unlikeAny(recordOf(this.#loader.loadText(file, textOf(loaded.source), cyclic, live)));
  }

  /** Who was the last to ask for what is served, by file and suffix. @type {Map<string, [specifier: string, from: string]>} */
  #asked = new SafeMap();
  #mostAsked = 1000;

  /** @param {JsRequest} request @param {string} from */
  noteAsked({ file, suffix, specifier }, from) {
    this.#asked.set(`${file}${suffix}`, [specifier, from]);
    if (this.#asked.size < this.#mostAsked) return;
    // Imports with another query each time: of most there is nothing left.
    this.#asked.forEach((_, key) => void (this.#isKnown(key) || this.#asked.delete(key)));
    this.#mostAsked = Math.max(1000, 2 * this.#asked.size);
  }

  /**
   * Node never loads what it has not just resolved, and loaders count on it: import-in-the-middle forgets a module that it
   * has put itself around, and would give the file's own text for a new version. The format is the one that they have resolved to,
   * which need not be that of what they serve: by it import-in-the-middle tells whether it has put itself around CommonJS.
   * @param {string} file
   * @param {string} url
   * @returns {string | null | undefined} the format
   */
  #resolvedAgain(file, url) {
    const asked = this.#asked.get(`${file}${/[?#].*$/.exec(url)?.[0] ?? ""}`);
    if (!asked) return "module";
    try {
      const resolved = chain.resolve(asked[0], asked[1], {});
      if (resolved.url === url) return resolved.format;
    } catch {
      // Whoever links it hears of that.
    }
    return "module";
  }

  /**
   * Node asks the chain for what it is to have a facade of: nobody is to be asked for that again.
   * @template {chain.Loaded | null} T
   * @param {string} url
   * @param {() => T} load
   * @returns {T}
   */
  served(url, load) {
    // By `--loader` what comes is a facade: hooks of ours are on the other thread, too.
    if (isByLoader || !url.startsWith("file:")) return load();
    const state = stateOf(fileURLToPath(url));
    const loaded = load();
    if (loaded?.format === "module") this.#noteLoaded(url, loaded, state);
    return loaded;
  }

  /** @param {string} url @param {chain.Loaded} loaded @param {string} state of the file before that */
  #noteLoaded(url, loaded, state) {
    // A module that is known is not loaded for being requested: what was seen of it is old by the next update. `import()` loads in
    // the microtask after that in which it looks where it leads.
    if (this.#loaded.size === 0) queueMicrotask(() => queueMicrotask(() => this.#loaded.clear()));
    this.#loaded.set(url, { loaded, state });
  }

  /**
   * What the chain makes of a file. TypeScript that it has left to Node has no source: it is ours.
   * @param {string} file
   * @param {string} url
   * @param {string | null | undefined} format
   * @returns {chain.Loaded}
   */
  #ask(file, url, format) {
    if (!isTypeScript(file)) return chain.load(url, format);
    try {
      const loaded = chain.load(url, formatToAskWith(this.#loader, url, format));
      if (!isLeftToNode(loaded) && !isTextOf(file, loaded.source)) return loaded;
    } catch (error) {
      if (!isRefusedByNode(error)) throw error;
    }
    return { format: this.#loader.isModule(file) ? "module" : "commonjs", source: undefined };
  }

  /**
   * CommonJS that nobody serves, as it is found without others: an importer that is evaluated anew is to get what Node's
   * loader makes of it then. Node's ES loader keeps what that made of it first.
   * @param {JsRequest} native
   * @param {string} from
   * @param {string} file that the chain was led to
   * @param {chain.Loaded} loaded
   */
  #commonJs({ specifier, attributes }, from, file, { format, source }) {
    if (format !== "commonjs") return null;
    const own = this.#found(specifier, attributes, from, file);
    if (own === null) return null;
    // What TypeScript is compiled to comes from `require()`, too.
    return source == null || isTypeScript(file) || isTextOf(file, source) ? own : null;
  }

  /**
   * Others lead where we would not: Yarn's Plug'n'Play to a package of the workspace, aliases.
   * @param {string} specifier
   * @param {[string, string][]} attributes
   * @param {string} from
   * @param {string} file
   */
  #found(specifier, attributes, from, file) {
    for (const name of [specifier, pathToFileURL(file).href]) {
      const own = leftToNode(this.#loader.target(name, attributes, from));
      if (own.target === "commonjs" && own.file === file) return { ...own, specifier };
    }
    return null;
  }

  /** @param {JsRequest} native @param {string} from @param {string} fromUrl @param {chain.Resolved} resolved @returns {JsRequest} */
  requested(native, from, fromUrl, { url, format }) {
    if (!url.startsWith("file:")) return { ...asResolved(native, fromUrl, url), file: url };
    const suffix = /[?#].*$/.exec(url)?.[0] ?? "";
    const file = fileURLToPath(url.slice(0, url.length - suffix.length));
    if (!isProjectFile(file)) return { ...asResolved(native, fromUrl, url), file: file + suffix };
    const [attribute] = native.attributes;
    if (attribute) {
      const isJson = native.attributes.length === 1 && attribute.join() === "type,json" && format === "json";
      // What another loader makes of it is Node's to ask for.
      const isOwn = isJson && isTextOf(file, chain.load(url, format, { type: "json" }).source);
      return isOwn ? { ...native, target: "json", file, suffix, url } : { ...native, file: file + suffix };
    }
    const state = stateOf(file);
    const loaded = this.#ask(file, url, format);
    if (loaded.format !== "module") {
      const own = suffix === "" ? this.#commonJs(native, from, file, loaded) : null;
      return own ?? { ...native, specifier: url, file: file + suffix };
    }
    this.#noteLoaded(url, loaded, state);
    return { ...native, target: "module", file, suffix, url };
  }

  /** What was seen of modules is old. */
  forget() {
    this.#loaded.clear();
  }
}

/** @param {string} file @param {chain.Loaded["source"]} source */
function isTextOf(file, source) {
  return source != null && textOf(source) === fs.readFileSync(file, "utf8");
}

/** @param {chain.Loaded["source"]} source */
function textOf(source) {
  if (typeof source === "string") return source;
  return new TextDecoder().decode(/** @type {any} */ (source ?? ""));
}

module.exports = { ServedByOthers };
