// @ts-check
"use strict";

// Where a name leads by the package.json files as they are now: PACKAGE_RESOLVE (https://nodejs.org/api/esm.html#resolution-algorithm).
// Asked where our resolver finds nothing, and Node, which reads each package.json once for good, would go by what it said before.

const fs = require("node:fs");
const { builtinModules } = require("node:module");
const path = require("node:path");
const { fileURLToPath, pathToFileURL } = require("node:url");
const addon = require("../../native/load.cjs");
const { conditions } = require("../flags.cjs");
const { isProjectFile } = require("../project-files.cjs");
const words = require("./package-words.cjs");

/** @typedef {{ name?: unknown, imports?: unknown, exports?: unknown, main?: unknown }} Manifest */
/** What a package.json says. @typedef {{ file: string, manifest: Manifest }} Package */
/** What it is to hold of one. @typedef {(file: string) => string | null} Texts */
/** `base`: who asks, if Node's words have it. `none`: what is thrown of a name that nobody has. @typedef {{ texts: Texts, holding: Set<string>, base: string | undefined, none: () => Error }} Look */
/** `matched`: what the `*` of the key stands for, if it has one. @typedef {{ key: string, matched: string | null, isOfImports: boolean, file: string }} Match */
/** Of `require()`: `path` is what its errors name beside it, `base` who asks, if they say that. @typedef {{ url: URL, path?: string, base?: string }} Place */

/** As in `src/resolve/packages.rs`. */
const ALWAYS = ["node", "module-sync", "node-addons", "default"];

const [MAJOR, MINOR] = process.versions.node.split(".").map(Number);

/** `#/a`: https://github.com/nodejs/node/pull/60864 */
const TAKES_SLASH = MAJOR > 25 || (MAJOR === 25 && MINOR >= 4) || (MAJOR === 24 && MINOR >= 14);

/** A segment that leads out of the package, or to one within; its letters may be encoded. */
const LEADS_OUT =
  /(^|[\\/])((\.|%2e){1,2}|(n|%[46]e)(o|%[46]f)(d|%[46]4)(e|%[46]5)(_|%5f)(m|%[46]d)(o|%[46]f)(d|%[46]4)(u|%[57]5)(l|%[46]c)(e|%[46]5)(s|%[57]3))([\\/]|$)/i;

/** @param {any} value @returns {value is Record<string, unknown>} */
const isMap = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Throws what Node says of a name that leads nowhere.
 * @param {Texts} texts
 * @param {string} specifier
 * @param {string} from
 * @returns {string | null} a URL; null: no package.json of the project says where it leads
 */
function importedPlace(texts, specifier, from) {
  const none = () => words.noPackage(packageName(specifier), from);
  const look = { texts, holding: new Set([...ALWAYS, "import", ...conditions]), base: from, none };
  const place = specifier.startsWith("#")
    ? byImports(look, specifier, from)
    : byName(look, specifier, from, true);
  if (!place) return null;
  importable(place, from);
  return place.url.href;
}

/**
 * The same of `require()`.
 * @param {Texts} texts
 * @param {string} request
 * @param {string} from
 * @param {() => Error} none what Node says of a name that nobody has
 */
function requiredPlace(texts, request, from, none) {
  const look = { texts, holding: new Set([...ALWAYS, "require", ...conditions]), base: from, none };
  const place = required(look, request, from);
  if (!place) return null;
  requirable(place);
  return place.url.href;
}

/** @param {Look} look @param {string} request @param {string} from @returns {Place | null} */
function required(look, request, from) {
  const scope = scopeOf(look, from);
  if (request.startsWith("#")) {
    if (!isLookedInto(scope?.manifest.imports)) throw look.none();
    return requiredByImports(look, request, from);
  }
  const [, name, rest = ""] = /^((?:@[^/\\%]+\/)?[^./\\%][^/\\%]*)(\/.*)?$/.exec(request) ?? [];
  const self = scope && selfOf(scope, request);
  if (scope && self !== null)
    return { url: byExports(look, scope, self), path: toldBy(scope, 24), base: from };
  for (const folder of name === undefined ? [] : foldersAbove(from)) {
    const found = packageIn(look, path.join(folder, "node_modules", name));
    if (!found) continue;
    if (!isOfProject(found)) return null;
    if (hasExports(found))
      return { url: byExports({ ...look, base: undefined }, found, `.${rest}`), path: toldBy(found, 22) };
    const main = rest === "" || rest === "/" ? mainOf(found) : null;
    throw main === null ? look.none() : words.noRequiredMain(main, found.file, request);
  }
  if (isNodes(scope, request)) return null;
  throw look.none();
}

/** Is it for Node to say that nobody has it? It goes by what a package of the project was called, or said before. @param {Package | null} scope @param {string} specifier */
function isNodes(scope, specifier) {
  const name = packageName(specifier);
  return scope?.manifest.name !== name && !addon.isFormerName(name);
}

/** @param {string} specifier */
const packageName = (specifier) => /^(?:@[^/]*\/)?[^/]*/.exec(specifier)?.[0] ?? "";

/** Newer Nodes see nothing else. @param {unknown} value */
const isLookedInto = (value) =>
  (typeof value === "object" || MAJOR < 22) && value !== undefined && value !== null;

/** @param {Package} found */
const hasExports = ({ manifest: { exports } }) => typeof exports === "string" || isLookedInto(exports);

/** Newer Nodes tell the folder, where they had told the package.json. @param {Package} found @param {number} since */
const toldBy = ({ file }, since) => (MAJOR >= since ? path.dirname(file) : file);

/** @param {Package} found */
const mainOf = ({ file, manifest: { main } }) =>
  typeof main === "string" && main !== "" ? path.resolve(path.dirname(file), main) : null;

/** @param {Look} look @param {string} request @param {string} from */
function requiredByImports(look, request, from) {
  try {
    return byImports(look, request, from);
  } catch (error) {
    // Of a package that is not there.
    if (/** @type {any} */ (error).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw words.notRequired(request);
  }
}

/** PACKAGE_IMPORTS_RESOLVE. @param {Look} look @param {string} name @param {string} from @returns {Place} */
function byImports(look, name, from) {
  if (name === "#" || name.endsWith("/") || (name.startsWith("#/") && !TAKES_SLASH))
    throw words.invalidImportsName(name, look.base);
  const scope = scopeOf(look, from);
  const imports = scope?.manifest.imports;
  if (scope && isMap(imports)) {
    const found = keyed(look, imports, name, scope.file, true);
    if (found) return { url: found, path: scope.file, base: from };
  }
  throw words.importNotDefined(name, scope?.file, look.base);
}

/** @param {Package} scope @param {string} request @returns {string | null} what of the package's is asked for by its own name */
function selfOf(scope, request) {
  const { name } = scope.manifest;
  if (typeof name !== "string" || !hasExports(scope)) return null;
  if (request === name) return ".";
  return request.startsWith(`${name}/`) ? `.${request.slice(name.length)}` : null;
}

/**
 * PACKAGE_RESOLVE.
 * @param {Look} look
 * @param {string} specifier
 * @param {string} from
 * @param {boolean} isAsked by a module, and not by a target
 * @returns {Place | null}
 */
function byName(look, specifier, from, isAsked) {
  if (builtinModules.includes(specifier)) return { url: new URL(`node:${specifier}`) };
  const name = packageName(specifier);
  const rest = specifier.slice(name.length);
  if (/^\.|[%\\]/.test(name) || (name.startsWith("@") && !name.includes("/")))
    throw words.invalidSpecifier(specifier, "is not a valid package name", look.base);
  const scope = scopeOf(look, from);
  const self = scope && selfOf(scope, specifier);
  if (scope && self !== null) return { url: byExports(look, scope, self) };
  for (const folder of foldersAbove(from)) {
    const place = path.join(folder, "node_modules", name);
    if (!statOf(place)?.isDirectory()) continue;
    const found = packageIn(look, place) ?? { file: path.join(place, "package.json"), manifest: {} };
    if (isAsked && !isOfProject(found)) return null;
    if (hasExports(found)) return { url: byExports(look, found, `.${rest}`) };
    if (rest !== "") return { url: new URL(`.${rest}`, pathToFileURL(found.file)) };
    throw words.noImportedMain(
      mainOf(found) ?? path.join(place, "index.js"),
      /** @type {string} */ (look.base),
    );
  }
  if (isAsked && isNodes(scope, specifier)) return null;
  throw words.noPackage(name, /** @type {string} */ (look.base));
}

/** PACKAGE_EXPORTS_RESOLVE. @param {Look} look @param {Package} from @param {string} subpath */
function byExports(look, { file, manifest: { exports } }, subpath) {
  const isMain = isMap(exports) ? isOfConditions(look, exports, file) : /^[so]/.test(typeof exports);
  const found = keyed(look, isMain ? { ".": exports } : /** @type {any} */ (exports), subpath, file, false);
  if (!found) throw words.notExported(subpath, file, look.base);
  return found;
}

/** @param {Look} look @param {Record<string, unknown>} exports @param {string} file */
function isOfConditions(look, exports, file) {
  const keys = Object.keys(exports);
  const named = keys.filter((key) => !key.startsWith("."));
  if (named.length > 0 && named.length < keys.length) throw words.mixedExports(file, look.base);
  return named.length > 0;
}

/** PACKAGE_IMPORTS_EXPORTS_RESOLVE. @param {Look} look @param {Record<string, unknown>} map @param {string} name @param {string} file @param {boolean} isOfImports */
function keyed(look, map, name, file, isOfImports) {
  if (Object.hasOwn(map, name) && !name.includes("*") && !name.endsWith("/"))
    return targetOf(look, map[name], { key: name, matched: null, isOfImports, file });
  let best = "";
  let matched = "";
  for (const key of Object.keys(map)) {
    const [before, after, more] = key.split("*");
    if (after === undefined || more !== undefined || !name.startsWith(before) || !name.endsWith(after))
      continue;
    if (name.length < key.length) continue;
    if (best && !isMoreSpecific(key, best)) continue;
    best = key;
    matched = name.slice(before.length, name.length - after.length);
  }
  return best ? targetOf(look, map[best], { key: best, matched, isOfImports, file }) : null;
}

/** PATTERN_KEY_COMPARE. @param {string} key @param {string} other */
function isMoreSpecific(key, other) {
  const difference = key.indexOf("*") - other.indexOf("*");
  return difference > 0 || (difference === 0 && key.length > other.length);
}

/**
 * PACKAGE_TARGET_RESOLVE.
 * @param {Look} look
 * @param {any} target
 * @param {Match} match
 * @returns {URL | null | undefined} null: it is not to be had; undefined: no condition holds
 */
function targetOf(look, target, match) {
  if (typeof target === "string") return placeOf(look, target, match);
  if (Array.isArray(target)) return firstOf(look, target, match);
  if (target === null) return null;
  if (!isMap(target)) throw words.invalidTarget(target, match, look.base);
  const keys = Object.keys(target);
  if (keys.some((key) => String(Number(key)) === key && Number(key) >= 0))
    throw words.numericKeys(match.file, look.base);
  for (const key of keys) {
    const found = look.holding.has(key) ? targetOf(look, target[key], match) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @param {Look} look @param {unknown[]} targets @param {Match} match */
function firstOf(look, targets, match) {
  /** @type {unknown} */
  let error = null;
  for (const target of targets) {
    try {
      const found = targetOf(look, target, match);
      if (found) return found;
      if (found === null) error = null;
    } catch (refusal) {
      if (/** @type {any} */ (refusal).code !== "ERR_INVALID_PACKAGE_TARGET") throw refusal;
      error = refusal;
    }
  }
  if (error) throw error;
  return null;
}

/** @param {Look} look @param {string} target @param {Match} match @returns {URL} */
function placeOf(look, target, match) {
  const { file, isOfImports, matched } = match;
  const filled = (/** @type {string} */ text) =>
    matched === null ? text : text.replaceAll("*", () => matched);
  if (isOfImports && !/^(?:\.\.?)?\//.test(target) && !URL.canParse(target)) {
    const place = byName({ ...look, base: file }, filled(target), file, false);
    return /** @type {Place} */ (place).url;
  }
  const base = pathToFileURL(file);
  if (!target.startsWith("./") || LEADS_OUT.test(target.slice(2)))
    throw words.invalidTarget(target, match, look.base);
  const url = new URL(target, base);
  if (!url.pathname.startsWith(new URL(".", base).pathname))
    throw words.invalidTarget(target, match, look.base);
  if (matched !== null && LEADS_OUT.test(matched))
    throw words.invalidMatch(filled(match.key), match, look.base);
  return matched === null ? url : new URL(filled(url.href));
}

/** Throws what Node's ES loader says of a place. @param {Place} place @param {string} from */
function importable({ url }, from) {
  if (url.protocol !== "file:") return;
  if (isEncoded(url)) throw words.encodedSeparator(url.pathname, from);
  const file = fileURLToPath(url);
  const there = statOf(file.replace(/[\\/]$/, ""));
  if (there?.isDirectory()) throw words.isFolder(file, from, url.href);
  if (!there?.isFile() || /[\\/]$/.test(file)) throw words.noModule(file, from, url.href);
}

/** The same of its CommonJS loader. @param {Place} place */
function requirable({ url, path: told, base }) {
  if (isEncoded(url)) throw words.encodedSeparator(url.href, base);
  const found = fileURLToPath(url);
  if (!statOf(found)?.isFile()) throw words.notRequired(found, told);
}

/** Undefined: it is not there. Node 20 would throw of what is below a file. @param {string} file */
function statOf(file) {
  try {
    return fs.statSync(file);
  } catch {
    return undefined;
  }
}

/** @param {URL} url */
const isEncoded = ({ pathname }) => /%2f|%5c/i.test(pathname);

/** LOOKUP_PACKAGE_SCOPE. @param {Look} look @param {string} from @returns {Package | null} */
function scopeOf(look, from) {
  for (const folder of foldersAbove(from)) {
    if (path.basename(folder) === "node_modules") return null;
    const found = packageIn(look, folder);
    if (found) return found;
  }
  return null;
}

/** @param {Look} look @param {string} folder @returns {Package | null} */
function packageIn({ texts }, folder) {
  const file = path.join(folder, "package.json");
  const text = texts(file);
  return text === null ? null : { file, manifest: manifestOf(text) };
}

/** @param {string} text @returns {Manifest} */
function manifestOf(text) {
  try {
    const manifest = JSON.parse(text.replace(/^\uFEFF/, ""));
    return isMap(manifest) ? manifest : {};
  } catch {
    return {};
  }
}

/** One that is linked into `node_modules` is a workspace's. @param {Package} found */
const isOfProject = ({ file }) => fs.existsSync(file) && isProjectFile(fs.realpathSync(file));

/** @param {string} file */
function* foldersAbove(file) {
  for (let folder = path.dirname(file), below = file; folder !== below; ) {
    yield folder;
    below = folder;
    folder = path.dirname(folder);
  }
}

module.exports = { importedPlace, requiredPlace };
