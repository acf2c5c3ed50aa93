// @ts-check
"use strict";

// How an update of a save ended, for whoever reads the console, or the runner, if there is one.

const events = require("../../hot-events.cjs");
const { hasCome } = require("../../commonjs/gone-without.cjs");
const { SafeSet } = require("../../intrinsics.cjs");
const { failLater, mended } = require("../../report.cjs");
const { askForFullReload, isRunners } = require("../../runner/link.cjs");
const { GONE } = require("../../runner/words.cjs");
const { Gone } = require("../graph/load-error.cjs");
const { adviceBesideHooks } = require("../../session/unreloaded.cjs");
const { otherKind } = require("./other-kind.cjs");
const { GivenUp } = require("../update/patience.cjs");

/** @typedef {import("../update/outcome.cjs").Outcome} Outcome */

/** What the runner starts the program anew for. @type {Partial<Record<Outcome["type"], string>>} */
const RESTARTS = {
  declined: "was declined",
  unaccepted: "is accepted by nobody",
  fatalError: "could not replace its old version",
};

/** What a save was accepted of. @type {Set<string>} */
const accepted = new SafeSet();

/**
 * Was a save of it accepted? The version that is there now may accept a moment later only (NestJS has `await app.listen()` before).
 * @param {string} file
 */
const wasAccepted = (file) => accepted.has(file);

/** @param {Outcome} outcome @param {import("./chosen.cjs").Host & { passing: import("./passing.cjs").Passing }} host */
function report(outcome, { graph, passing, refusals, session }) {
  const { files, message, type } = outcome;
  const other = type === "accepted" ? null : otherKind(outcome, graph);
  const advice = () => (type === "unaccepted" ? adviceBesideHooks(files) : "");
  const say = () => events.say(other?.advice ? `${message}\n${other.advice}` : message + advice());
  const wasUntold = mended(files);
  if (type === "accepted") {
    for (const file of files) {
      refusals.forget(file);
      accepted.add(file);
    }
    // Renamed, and only now imported by its new name: that the old one is gone is no longer worth a word.
    if ("pruned" in outcome) mended(outcome.pruned);
    say();
    return;
  }
  const isLinkError = type === "linkError";
  const isGivenUp = "error" in outcome && outcome.error instanceof GivenUp;
  const come = type === "unaccepted" ? hasCome(files) : null;
  const lacked = come?.isSaved ? undefined : come?.what;
  const since = come?.isSaved ? "saved since" : "which can be loaded now";
  const why = come ? `went on without ${come.what}, ${since}` : RESTARTS[type];
  const reason = isGivenUp ? undefined : (other?.reason ?? why);
  // What has come the runner does not watch.
  if (reason && ((!come && isRunners(files)) || askForFullReload(files, reason, { lacked }))) {
    if (type === "fatalError") say();
    return;
  }
  // The runner ends this process for it, as soon as it hears of it: no old version goes on.
  const gone = isLinkError && outcome.error instanceof Gone ? [outcome.error.file] : [];
  if (isRunners(gone) && askForFullReload(gone, GONE)) return;
  // The runner tells of it, too.
  if (isLinkError && outcome.error instanceof SyntaxError && isRunners(files)) return;
  if (!refusals.note(outcome) && !wasUntold) return;
  if (gone.length > 0 && files.length === 1 && passing.has(gone[0], graph)) return;
  // What does not link is mended by the next save of a moment later, often enough. The engine has
  // waited for what does not parse or resolve already.
  const file = isLinkError ? outcome.file : undefined;
  // But not of what has just come, and may be half written.
  const isKnown = file !== undefined && graph.modules.ofFile(file).length > 0;
  const wasHeld = isKnown && session.problems(file).length > 0;
  failLater(say, { error: /** @type {any} */ (null), file: files[0], isLinkError, wasHeld }, files, true);
}

module.exports = { report, wasAccepted };
