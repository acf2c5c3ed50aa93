// @ts-check
"use strict";

// How files are watched, as whoever starts the program has it. The engine is one for the whole process: what its first
// session says counts, whichever way of reloading opens that.

/** @param {string | undefined} text */
function number(text) {
  const value = Number(text);
  return text && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** @param {boolean | number} [asked] by the program: polling, or every how many milliseconds */
function watchOptions(asked) {
  const { HEATSYNC_POLL, HEATSYNC_MAX_WATCHES } = process.env;
  const poll = asked ?? (HEATSYNC_POLL ? (number(HEATSYNC_POLL) ?? true) : false);
  return {
    poll: poll !== false && poll !== 0,
    // HEATSYNC_POLL=1 means "yes", not "every millisecond".
    pollInterval: typeof poll === "number" && poll > 1 ? poll : undefined,
    maxWatches: number(HEATSYNC_MAX_WATCHES),
  };
}

module.exports = { watchOptions };
