// @ts-check
"use strict";

// Which files they are, at a package and below, that await for ever: of native modules V8 alone knows who awaits, and tells nobody but
// Node. So those that may, by their texts, are imported once more, which what has ended answers at once; of the others those
// await that no other one keeps waiting.

const { pathToFileURL } = require("node:url");
const { SafeMap, SafeSet } = require("../../intrinsics.cjs");
const { SourceTextModule } = require("../graph/module-record.cjs");
const { placeOf } = require("../graph/request-key.cjs");

/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** In the order of evaluation. @typedef {{ file: string, ours: Module[], requested: string[], mayAwait: boolean }} Below */

/**
 * @param {import("../native/native.cjs").NativeModule} native
 * @param {(file: string) => Module[]} modulesOf those of the graph
 * @param {(file: string) => boolean} mayAwait by its text
 * @returns {Below[]}
 */
function filesBelow({ loader, request }, modulesOf, mayAwait) {
  /** @type {Below[]} */
  const found = [];
  const seen = new SafeSet();
  /** @param {string} file */
  const visit = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    const ours = modulesOf(file).filter((it) => it instanceof SourceTextModule);
    const isNative = ours.length === 0 && loader.isModule(file);
    const record = isNative ? loader.load(file, pathToFileURL(file).href, false, []) : null;
    const requests = record && "requests" in record ? record.requests : [];
    const requested = requests.flatMap((it) => (it.file && placeOf(it)) || []);
    requested.forEach(visit);
    found.push({ file, ours, requested, mayAwait: isNative && mayAwait(file) });
  };
  const file = placeOf(request);
  if (file) visit(file);
  for (const it of found) if (it.mayAwait) imported(it);
  return found;
}

/** @param {Below} below */
function imported(below) {
  const ended = () => {
    below.mayAwait = false;
  };
  require("../../startup.cjs").importUrl(pathToFileURL(below.file).href).then(ended, ended);
}

/**
 * Some microtasks later.
 * @param {Below[]} found
 * @param {(module: Module) => Module[]} awaitingOf those of ours that await
 * @returns {(Module | string)[]} modules of ours, and files of packages
 */
function awaitingAmong(found, awaitingOf) {
  const byFile = new SafeMap(found.map((it) => [it.file, it]));
  /** @param {Below} it */
  const isOpen = (it) => it.mayAwait || it.ours.some((module) => awaitingOf(module).length > 0);
  /** @param {string} from @param {string} to @param {Set<string>} [seen] @returns {boolean} */
  const leadsTo = (from, to, seen = new SafeSet()) => {
    if (seen.has(from)) return false;
    seen.add(from);
    return (byFile.get(from)?.requested ?? []).some(
      (/** @type {string} */ it) => it === to || leadsTo(it, to, seen),
    );
  };
  const open = found.filter(isOpen);
  return open.flatMap(
    /** @returns {(Module | string)[]} */ ({ file, ours }) => {
      if (ours.length > 0) return ours.flatMap(awaitingOf);
      const waits = open.some((it) => it.file !== file && leadsTo(file, it.file) && !leadsTo(it.file, file));
      return waits ? [] : [file];
    },
  );
}

module.exports = { awaitingAmong, filesBelow };
