// @ts-check
"use strict";

// The command line of `heatsync` and `hot-runner`: our options and Node's in any order, the script, its arguments.

const { isPort } = require("../inspect/settings.cjs");
const { isUnfit, takesNextWord } = require("../runner/node-options.cjs");

/**
 * @typedef {Omit<import("../../runner").RunOptions, "input" | "log">} Options
 * @typedef {{ options: Options } | { error: string }} Parsed
 */

/** @type {Record<string, (options: Options, value: string) => string | void>} with a value; an answer is what is wrong */
const VALUES = {
  "--signal": (options, value) => {
    const name = /** @type {NodeJS.Signals} */ (
      /^SIG/i.test(value) ? value.toUpperCase() : `SIG${value.toUpperCase()}`
    );
    if (!(name in require("node:os").constants.signals)) return `there is no signal ${JSON.stringify(value)}`;
    options.signal = name;
  },
  "--grace": (options, value) => {
    const milliseconds = { off: 0, forever: Number.POSITIVE_INFINITY }[value] ?? Number(value);
    if (value === "" || !(milliseconds >= 0)) {
      return `--grace takes milliseconds, "off" or "forever", not ${JSON.stringify(value)}`;
    }
    options.gracePeriod = milliseconds;
  },
  "--page-port": (options, value) => {
    const port = Number(value);
    if (value === "" || !isPort(port)) return `--page-port takes a port, not ${JSON.stringify(value)}`;
    options.inspect = { ...pageOf(options), port };
  },
  "--restart": (options, value) => {
    if (value === "") return `--restart takes a glob, not ""`;
    const fault = require("../globs.cjs").faultOf(value, process.cwd());
    if (fault) return `--restart: ${fault}`;
    options.restart?.push(value);
  },
  "--node-args": (options, value) => {
    options.nodeArguments?.push(...words(value));
  },
  "--script-args": (options, value) => {
    options.scriptArguments?.push(...words(value));
  },
};

/** @type {Record<string, (options: Options) => void>} */
const FLAGS = {
  "--clear-screen": (options) => {
    options.clearScreen = true;
  },
  "--no-clear-screen": (options) => {
    options.clearScreen = false;
  },
  "--page": (options) => {
    options.inspect = pageOf(options);
  },
  "--page-source": (options) => {
    options.inspect = { ...pageOf(options), source: true };
  },
  "--no-register": (options) => {
    options.register = false;
  },
  "--no-spare": (options) => {
    options.spare = false;
  },
  "--wait": (options) => {
    options.wait = true;
  },
};

/**
 * @param {string[]} given
 * @param {boolean} [isHotRunner] our options may come after the script, too
 * @returns {Parsed}
 */
function parse(given, isHotRunner = false) {
  // hot-hook's runner starts every program so; what is given with --node-args comes after it, and counts.
  /** @type {string[]} */
  const nodeArguments = isHotRunner ? ["--enable-source-maps"] : [];
  /** @type {string[]} */
  const scriptArguments = [];
  /** @type {Options} */
  const options = { script: "", nodeArguments, scriptArguments, restart: [] };
  const rest = [...given];
  while (rest.length > 0) {
    const word = /** @type {string} */ (rest.shift());
    const [, name, inline] = /^(--[^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name && Object.hasOwn(VALUES, name)) {
      const value = inline ?? rest.shift();
      if (value === undefined) return { error: `${name} needs a value` };
      const error = VALUES[name](options, value);
      if (error) return { error };
    } else if (name && Object.hasOwn(FLAGS, name)) {
      // hot-hook's runner takes its one flag so, too.
      if (name === "--clear-screen" && /^(?:true|false)$/.test(inline ?? "")) {
        options.clearScreen = inline === "true";
        continue;
      }
      if (inline !== undefined) return { error: `${name} takes no value, but got ${JSON.stringify(inline)}` };
      FLAGS[name](options);
    } else if (word === "--") {
      options.script ||= rest.shift() ?? "";
      scriptArguments.push(...rest.splice(0));
    } else if (options.script) {
      scriptArguments.push(word);
    } else if (word.startsWith("-") && word !== "-") {
      if (isUnfit(word))
        return { error: `${word} does not go together with running a script again and again` };
      nodeArguments.push(word);
      if (takesNextWord(word) && rest.length > 0) nodeArguments.push(/** @type {string} */ (rest.shift()));
    } else {
      options.script = word;
      if (!isHotRunner) scriptArguments.push(...rest.splice(0));
    }
  }
  if (!options.script) return { error: "no script to run is named" };
  if (options.script === "-")
    return { error: "a script from standard input can't be run twice: name a file" };
  return { options };
}

/** @param {Options} options */
const pageOf = ({ inspect }) => (typeof inspect === "object" ? inspect : {});

/**
 * The words of a text, as a shell would find them: at spaces, but not within quotes. A quote that is alone is itself.
 * @param {string} text
 * @returns {string[]}
 */
function words(text) {
  const parts = text.match(/(?:[^\s"']+|"[^"]*"|'[^']*'|["'])+/g) ?? [];
  return parts.map((part) => part.replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single));
}

module.exports = { parse, words };
