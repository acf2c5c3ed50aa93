// @ts-check
"use strict";

// Where specifiers led that a tsconfig's `paths` or a package.json has to do with, and those that TypeScript looks for in its own way. Node
// remembers for a folder where a specifier led, as long as that file is in its cache, and asks nobody meanwhile.

const fs = require("node:fs");
const path = require("node:path");
const addon = require("../../native/load.cjs");
const { forgetRelative } = require("./node-places.cjs");
const { isTypeScript } = require("../typescript-file.cjs");

/** By folder, specifier → the file. @type {Map<string, Map<string, string>>} */
const answers = new Map();

/** @type {(request: string, file: string) => string | null | undefined} */
let find = () => null;

/** @param {typeof find} callback says where a specifier leads by now */
function answeredBy(callback) {
  find = callback;
}

/** @param {string} from @param {string} request @param {string} file */
function noteAnswer(from, request, file) {
  const folder = path.dirname(from);
  const known = answers.get(folder);
  if (known) known.set(request, file);
  else answers.set(folder, new Map([[request, file]]));
}

/**
 * Other `paths`, and other files, are there for what is compiled anew, and for what comes only now, and asks for what another file of its
 * folder has asked for.
 * @param {string} file
 */
function forgetAnswers(file) {
  const folder = path.dirname(file);
  const known = answers.get(folder);
  for (const [request, before] of known ?? []) {
    // Of a folder's relative requests there may be hundreds, and to find where each leads takes longer than to see that it is there.
    if (request.startsWith(".") && fs.existsSync(before)) continue;
    if (find(request, file) === before) continue;
    forgetRelative(request, folder, before);
    known?.delete(request);
  }
}

/** The same of JavaScript, whose names only a package.json may lead elsewhere. @param {string} file it is evaluated anew, or comes with an update */
function forgetNames(file) {
  if (answers.size > 0 && !isTypeScript(file) && addon.manifestsWereEdited()) forgetAnswers(file);
}

module.exports = { answeredBy, forgetAnswers, forgetNames, noteAnswer };
