// @ts-check
"use strict";

// The lines around a place in code whose file holds another text by now: what a dispose handler throws is the old version's. Nobody
// keeps its source; but what was made of that is there, line by line, and where the new version's line is the same, so is its source.
// Of CommonJS V8 has it, and tells it to a debugger: for this once there is one.

const { pathToFileURL } = require("node:url");
const { isTypeScript } = require("../../typescript-file.cjs");
const { frame, frameAt, linesOf, textIn } = require("./code-frame.cjs");
const { fileOf } = require("../update/outcome.cjs");

/** Lines on either side, as any frame has. */
const AROUND = 2;

/**
 * @param {import("../graph/chained-loader.cjs").ChainedLoader} loader
 * @param {import("../graph/module-record.cjs").Module} module
 * @param {{ record?: import("../../../native/addon").JsEsm }} former the version that threw; that of CommonJS has no record
 * @returns {(place: import("../update/outcome.cjs").Place) => string | undefined} nothing: the line itself is not there any more
 */
const formerFrames =
  (loader, module, { record }) =>
  (place) => {
    const { file, line, column } = place;
    if (file !== fileOf(module)) return frameAt(place);
    if (!record && line && column && !isTypeScript(file)) return frameOfCommonJs(file, line, column);
    // Or its lines are not those of its source.
    if (!record || record.mappings || !line || !column) return undefined;
    try {
      const present = loader.load(file, module.url, false, []);
      if (!("code" in present)) return undefined;
      const sources = linesOf(textIn(file));
      const [before, now] = [linesOf(record.code), linesOf(present.code)];
      const moved = movedBy(before, now, line);
      if (moved === undefined) return undefined;
      const isSame = (/** @type {number} */ index) => index > 0 && before[index] === now[index + moved];
      let around = 0;
      while (around < AROUND && isSame(line - 1 - around) && isSame(line + 1 + around)) around++;
      // Before the source is a line of the transform's, and behind it what it makes of exports (src/transform/preamble.rs).
      const behind = now.length - 1 - sources.length;
      const shown = before.slice(1, before.length - behind).map((_, index) => sources[index + moved] ?? "");
      return column > shown[line - 1].length ? undefined : frame(shown.join("\n"), line, column, 1, around);
    } catch {
      return undefined;
    }
  };

/** @param {string} file @param {number} line @param {number} column */
function frameOfCommonJs(file, line, column) {
  try {
    const present = textIn(file);
    // What is checked before an update is compiled, too.
    const [text] = textsInV8(file).filter((it) => it !== present && column <= linesOf(it)[line - 1]?.length);
    return text === undefined ? undefined : frame(text, line, column, 1);
  } catch {
    return undefined;
  }
}

/** Of versions that are not collected yet. @param {string} file @returns {string[]} the newest first */
function textsInV8(file) {
  const { Session } = require("node:inspector");
  /** @type {string[]} */
  const scripts = [];
  const names = [file, pathToFileURL(file).href];
  const session = new Session();
  session.connect();
  try {
    session.on("Debugger.scriptParsed", ({ params }) => {
      if (names.includes(params.url)) scripts.unshift(params.scriptId);
    });
    session.post("Debugger.enable");
    /** @type {string[]} */
    const texts = [];
    for (const scriptId of scripts) {
      session.post("Debugger.getScriptSource", { scriptId }, (_, it) => void texts.push(it.scriptSource));
    }
    return texts;
  } finally {
    session.disconnect();
  }
}

/** How far away the nearest line is that is the same. @param {string[]} before @param {string[]} now @param {number} index */
function movedBy(before, now, index) {
  const line = before[index];
  if (!line?.trim()) return undefined;
  for (let by = 0; by < now.length; by++) {
    if (now[index + by] === line) return by;
    if (now[index - by] === line) return -by;
  }
  return undefined;
}

module.exports = { formerFrames };
