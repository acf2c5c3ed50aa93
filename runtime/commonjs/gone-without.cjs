// @ts-check
"use strict";

// What modules ask for in vain while they are evaluated, and go on without: a require() in a `try`, an import() whose
// rejection is caught. In a process that is started now they might have it. The engine waits for it, and has them evaluated
// anew, once they have been evaluated: they may ask again before.

const path = require("node:path");
const { Loader } = require("./commonjs.cjs");
const { legible } = require("../error-text.cjs");
const { resolveRequired } = require("../esm/commonjs/resolve-required.cjs");
const { isProjectFile } = require("../project-files.cjs");
const { stateOf } = require("../file-state.cjs");
const { SafeWeakMap, insist, queueMicrotask } = require("../intrinsics.cjs");
const { packageOf } = require("./installed-since.cjs");
const { listed, relative } = require("../report.cjs");
const { after } = require("../session/undisturbed.cjs");

/** @typedef {import("../../native/addon").Session} NativeSession */
/** @typedef {import("./commonjs.cjs").LoaderModule} LoaderModule */
/**
 * `request`: what leads nowhere; null: something leads to a file that can't be loaded.
 * @typedef {object} Lack
 * @property {string} file who lacks it
 * @property {number} version of it, by a number: it is not to be kept
 * @property {string | null} request
 * @property {boolean} isImport
 * @property {string} [failed] that file
 * @property {string} [wasThere] as what (`stateOf`), when it could not be loaded
 * @property {Imported} [imported] by an ES module
 * @property {string} [state] what the file held that could not be loaded
 * @property {() => boolean} isHad by now
 * @property {number} number
 */

/** What an ES module called what it has imported, and how. @typedef {{ specifier: string, attributes: [string, string][] }} Imported */

/** Milliseconds between two looks whether a body that awaits has ended. */
const NOW_AND_THEN = 20;

/** @type {NativeSession[]} */
const sessions = [];
/** Of files that are being evaluated. @type {Lack[]} */
let lacks = [];
let lastNumber = 0;
/** By file, what its last evaluation went on without. @type {Map<string, Lack[]>} */
const missed = new Map();
/** Is asking for that again, for who accepts it: the last number before. @type {Map<string, number>} */
const askingAgain = new Map();
/** Has asked in the update before, and was not evaluated for that. @type {Set<string>} */
let asked = new Set();
/** … in the one in flight. @type {Set<string>} */
let askedNow = new Set();
/** What the update in flight is about, though it was not edited. @type {Set<string>} */
let unedited = new Set();
/** The same by version, all that it has gone on without: what an import() is not given is noted at any time. @type {WeakMap<object, Lack[]>} */
const missedBy = new SafeWeakMap();
/** Versions that have asked. @type {WeakMap<object, number>} */
const numbers = new SafeWeakMap();
let lastVersion = 0;
/** Is a file's ES module being evaluated? @type {(file: string) => boolean} */
let isEvaluatedAsModule = () => false;
/** What stands for the version of it. @type {(file: string) => object | null | undefined} */
let versionAsModule = () => null;

/** @param {NativeSession} session */
function waitWith(session) {
  sessions.push(session);
}

/** @param {typeof isEvaluatedAsModule} isEvaluated @param {typeof versionAsModule} versionOf */
function answerForModules(isEvaluated, versionOf) {
  isEvaluatedAsModule = isEvaluated;
  versionAsModule = versionOf;
}

/**
 * The file that is being evaluated as `module`. What a function asks for later is asked for at each call.
 * @param {LoaderModule | null | undefined} module
 * @returns {string | null}
 */
function evaluatedAs(module) {
  const file = module?.filename;
  if (!module || !isProjectFile(file) || (module.loaded && !askingAgain.has(file))) return null;
  return Loader._cache[file] === module || isEvaluatedAsModule(file) ? file : null;
}

/** @param {string} file */
function isEvaluated(file) {
  const module = Loader._cache[file];
  const isLoading = module !== undefined && !module.loaded;
  return isLoading || askingAgain.has(file) || isEvaluatedAsModule(file);
}

/** What stands for the version that is being evaluated, or was last. @param {string} file */
const versionOf = (file) => Loader._cache[file] ?? versionAsModule(file);

/** @param {string} file */
function numberOf(file) {
  const version = versionOf(file);
  if (!version) return 0;
  const number = numbers.get(version) ?? ++lastVersion;
  numbers.set(version, number);
  return number;
}

/** @param {unknown} request @param {LoaderModule | null | undefined} module who requires it, and is not given it */
function requiredInVain(request, module) {
  const file = evaluatedAs(module);
  if (file && typeof request === "string") askedInVain(file, request, false);
}

/** It may be there, and throw, since not all of it is. @param {unknown} request @param {LoaderModule} module */
function packageRequiredInVain(request, module) {
  if (packageOf(request)) requiredInVain(request, module);
}

/** @param {string} file it is being evaluated @param {string} request @param {boolean} isImport @param {Imported} [imported] */
function askedInVain(file, request, isImport, imported = undefined) {
  // Who waits for it itself asks again and again. Another version may ask before the one before is known to have ended.
  const version = numberOf(file);
  const isSame = (/** @type {Lack} */ lack) =>
    isOf(lack, file, request, isImport) && lack.version === version && !lack.isHad();
  if (lacks.some(isSame)) return;
  const number = note({ file, request, isImport, imported, isHad: () => false });
  for (const session of sessions) session.askedInVain(file, request, isImport, number);
}

/** @param {Lack} lack @param {string | null | undefined} file @param {string} request @param {boolean} isImport */
const isOf = (lack, file, request, isImport) =>
  lack.file === file && lack.request === request && lack.isImport === isImport;

/** It leads somewhere by now. @param {string | null | undefined} file @param {string} request @param {boolean} isImport */
function found(file, request, isImport) {
  for (const lack of lacks) if (isOf(lack, file, request, isImport)) lack.isHad = () => true;
}

/** @param {string} failed its load has thrown @param {LoaderModule | null | undefined} module who requires it */
function requiredAsItFails(failed, module) {
  const file = evaluatedAs(module);
  if (file) goesWithoutFailed(file, () => [failed], isRequired(failed), { of: failed });
}

/** @param {string} file */
const isRequired = (file) => () => Loader._cache[file] !== undefined;

/**
 * @param {string} file it is being evaluated
 * @param {(session: NativeSession) => string[]} failed which may be why
 * @param {() => boolean} isHad was it loaded after all?
 * @param {{ imported?: Imported, of?: string }} [what] `of`: the file that was asked for
 */
function goesWithoutFailed(file, failed, isHad, { imported, of } = {}) {
  const state = of && stateOf(of);
  const number = note({ file, request: null, isImport: false, isHad, imported, state });
  const last = lacks[lacks.length - 1];
  for (const session of sessions) {
    const files = failed(session);
    last.failed ??= files[files.length - 1];
    if (last.failed) last.wasThere ??= stateOf(last.failed);
    session.goesWithoutFailed(file, files, number);
  }
}

/**
 * Its first load has failed for that reason, and who has asked for it shows nowhere: Node has run the `import()` of a computed name, or the
 * `createRequire()`. Should it come, the file is evaluated anew.
 * @param {string} file
 * @param {unknown} error
 */
function failedInVain(file, error) {
  const lacked = lackedOf(error);
  if (!lacked) return;
  const number = ++lastNumber;
  for (const session of sessions) {
    session.askedInVain(file, lacked.request, lacked.isImport, number);
    // It has come meanwhile, maybe.
    session.wasEvaluated(file, []);
  }
}

/**
 * What an error of Node's says of what was not found, by a name that means the same to all.
 * @param {any} error
 * @returns {{ request: string, isImport: boolean } | null}
 */
function lackedOf(error) {
  try {
    const { code, message, requireStack, url } = error;
    if (code === "ERR_MODULE_NOT_FOUND")
      return typeof url === "string" ? { request: url, isImport: true } : null;
    const [, request = ""] = /^Cannot find module '(\.{0,2}\/[^'\n]*)'/.exec(String(message)) ?? [];
    const from = code === "MODULE_NOT_FOUND" && requireStack?.[0];
    if (!from || !request) return null;
    // With a slash at its end it means a folder.
    const slash = request.endsWith("/") ? "/" : "";
    return { request: path.resolve(path.dirname(from), request) + slash, isImport: false };
  } catch {
    return null; // its getters throw, so that it is none of Node's
  }
}

/** @param {Omit<Lack, "number" | "version">} lack */
function note(lack) {
  const number = ++lastNumber;
  lacks.push({ ...lack, number, version: numberOf(lack.file) });
  if (lacks.length === 1) queueMicrotask(look);
  return number;
}

/** Whose evaluation has ended? */
function look() {
  insist(() => {
    for (const file of new Set(lacks.map((lack) => lack.file))) if (!isEvaluated(file)) end(file);
  });
  if (lacks.length > 0) after(NOW_AND_THEN, look);
}

/** @param {string} file @param {number[]} [former] numbers of what is done with */
function end(file, former = []) {
  const own = lacks.filter((lack) => lack.file === file);
  lacks = lacks.filter((lack) => lack.file !== file);
  const had = own.filter(({ isHad }) => isHad()).map(({ number }) => number);
  const without = own.filter(({ number }) => !had.includes(number));
  const version = versionOf(file);
  if (version) {
    const isOther = (/** @type {Lack} */ { request, isImport, failed }) =>
      without.every((it) => it.request !== request || it.isImport !== isImport || it.failed !== failed);
    for (const lack of missedBy.get(version) ?? [])
      if (!former.includes(lack.number) && !lack.isHad() && isOther(lack)) without.push(lack);
    missedBy.set(version, without);
  }
  if (without.length > 0) missed.set(file, without);
  else missed.delete(file);
  asked.delete(file);
  for (const session of sessions) session.wasEvaluated(file, [...had, ...former]);
}

/** Has the version of a file that runs gone on without one of these, which it has asked for? @param {string} file @param {string[]} requests */
function goesWithout(file, requests) {
  const all = [...lacks.filter((lack) => lack.file === file), ...(missed.get(file) ?? [])];
  return all.some((lack) => lack.request !== null && requests.includes(lack.request) && !lack.isHad());
}

/** An update begins. @param {import("../../native/addon").JsModule[]} changed */
function noteUnedited(changed) {
  if (unedited.size === 0 && !changed.some((it) => it.unedited)) return;
  unedited = new Set(changed.flatMap((it) => (it.unedited ? it.file : [])));
}

/** Is the update that has begun about it though nobody has saved it? @param {string} file */
function isUnedited(file) {
  return unedited.has(file);
}

/**
 * Is an update about files for no other reason than that what they went on without can be loaded now?
 * @param {string[]} files
 * @returns {{ what: string, isSaved: boolean } | null} that, in words; `isSaved`: all of it was there, and was saved
 */
function hasCome(files) {
  if (files.length === 0 || !files.every((file) => unedited.has(file) && missed.has(file))) return null;
  const lacked = files.flatMap((file) => missed.get(file) ?? []);
  const come = lacked.filter(mayBeLoaded);
  const reasons = come.length > 0 ? come : lacked;
  const names = new Set(reasons.map(({ failed, request }) => request ?? (failed ? relative(failed) : "")));
  names.delete("");
  const what = listed([...names], String) || "what was missing";
  return { what, isSaved: reasons.every(isSaved) };
}

/** Not all that a file lacks has come, it may be. @param {Lack} lack */
function mayBeLoaded({ failed, file, request, wasThere }) {
  if (request === null) return wasThere !== undefined && stateOf(/** @type {string} */ (failed)) !== wasThere;
  try {
    return Boolean(resolveRequired(request, file));
  } catch (error) {
    // An `import()` finds what is exported for it alone.
    return /** @type {any} */ (legible(error))?.code === "ERR_PACKAGE_PATH_NOT_EXPORTED";
  }
}

/** @param {Lack} lack */
const isSaved = ({ failed, wasThere = "gone" }) =>
  failed !== undefined && wasThere !== "gone" && stateOf(failed) !== wasThere;

function updateHasEnded() {
  noteUnedited([]);
  asked = askedNow;
  askedNow = new Set();
}

/**
 * What it lacks, some of which may have come, if that is why an update is about `file`.
 * @param {string} file
 * @returns {Lack[] | null} null: it is about it for another reason; none: it has all of it, and was not evaluated anew for that
 */
function lackedBy(file) {
  if (!unedited.has(file)) return null;
  return missed.get(file) ?? (asked.has(file) ? [] : null);
}

/** It is about to ask once more for all that it lacks, though it is not evaluated. @param {string} file */
function asksAgain(file) {
  askingAgain.set(file, lastNumber);
}

/** It goes on without what it has asked for in vain once more. @param {string} file */
function hasAskedAgain(file) {
  const begun = askingAgain.get(file) ?? lastNumber;
  askingAgain.delete(file);
  // Its evaluation may not have been seen to end before; what had come by then it has now, or has asked for in vain.
  const isFormer = (/** @type {Lack} */ lack) => lack.file === file && lack.number <= begun;
  const former = [...(missed.get(file) ?? []), ...lacks.filter(isFormer)].map(({ number }) => number);
  lacks = lacks.filter((lack) => !isFormer(lack));
  // Else it would not be evaluated in the engine's eyes.
  const last = ++lastNumber;
  for (const session of sessions) session.goesWithoutFailed(file, [], last);
  end(file, [...former, last]);
  // The engine may have planned to have it evaluated.
  askedNow.add(file);
}

module.exports = {
  answerForModules,
  askedInVain,
  asksAgain,
  evaluatedAs,
  failedInVain,
  found,
  goesWithout,
  goesWithoutFailed,
  hasAskedAgain,
  hasCome,
  isRequired,
  isUnedited,
  lackedBy,
  noteUnedited,
  packageRequiredInVain,
  requiredAsItFails,
  requiredInVain,
  updateHasEnded,
  waitWith,
};
