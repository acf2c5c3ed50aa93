// @ts-check
"use strict";

// Node's own command line, as far as one must read it to find the script in it.

/** Options whose value may be a word of its own (`node --help`). V8's take theirs with `=` only. */
const WITH_VALUE = new Set([
  "-C",
  "-r",
  "--conditions",
  "--cpu-prof-dir",
  "--cpu-prof-interval",
  "--cpu-prof-name",
  "--debug-port",
  "--diagnostic-dir",
  "--disable-warning",
  "--dns-result-order",
  "--env-file",
  "--env-file-if-exists",
  "--experimental-config-file",
  "--experimental-default-type",
  "--experimental-loader",
  "--experimental-sea-config",
  "--heap-prof-dir",
  "--heap-prof-interval",
  "--heap-prof-name",
  "--heapsnapshot-near-heap-limit",
  "--heapsnapshot-signal",
  "--icu-data-dir",
  "--import",
  "--inspect-port",
  "--inspect-publish-uid",
  "--loader",
  "--localstorage-file",
  "--max-http-header-size",
  "--network-family-autoselection-attempt-timeout",
  "--openssl-config",
  "--redirect-warnings",
  "--report-dir",
  "--report-directory",
  "--report-filename",
  "--report-signal",
  "--require",
  "--secure-heap",
  "--secure-heap-min",
  "--title",
  "--tls-cipher-list",
  "--tls-keylog",
  "--trace-event-categories",
  "--trace-event-file-pattern",
  "--trace-require-module",
  "--unhandled-rejections",
]);

/** Options that run something else than a script, or that do what the runner does. */
const UNFIT = new Set([
  "-c",
  "-e",
  "-i",
  "-p",
  "-pe",
  "--check",
  "--eval",
  "--interactive",
  "--print",
  "--run",
  "--test",
  "--watch",
  "--watch-path",
]);

/**
 * @param {string} word an option
 * @returns {boolean} the next word is its value
 */
const takesNextWord = (word) => WITH_VALUE.has(word);

/** @param {string} word */
const isUnfit = (word) => UNFIT.has(word.replace(/=.*$/s, ""));

/**
 * The files Node reads variables from when it starts.
 * @param {string[]} words Node's options
 * @returns {string[]}
 */
function envFilesOf(words) {
  /** @type {string[]} */
  const files = [];
  for (const [index, word] of words.entries()) {
    const [, own] = /^--env-file(?:-if-exists)?=(.+)$/s.exec(word) ?? [];
    if (own) files.push(own);
    else if (/^--env-file(-if-exists)?$/.test(word) && words[index + 1]) files.push(words[index + 1]);
  }
  return files;
}

module.exports = { envFilesOf, isUnfit, takesNextWord };
