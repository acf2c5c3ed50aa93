// @ts-check
"use strict";

// `heatsync-rs/runner`: what the command `heatsync app.js` does, for programs.

const fs = require("node:fs");
const path = require("node:path");
const { inspect } = require("node:util");
const { faultOf } = require("../globs.cjs");
const { envFilesOf } = require("./node-options.cjs");
const { readInput } = require("./input.cjs");
const { Runner } = require("./runner.cjs");
const { RunnerPage } = require("../inspect/runner-page.cjs");
const { pageSettings } = require("../inspect/settings.cjs");

/** @typedef {import("../../runner").RunOptions} RunOptions */
/** @typedef {import("../inspect/wire").PageSettings} PageSettings */

/** @typedef {[what: string, fits: (value: any) => boolean]} Kind */

/** @type {Kind} */
const PATH = ["a path", (it) => typeof it === "string" && it !== ""];
/** @type {Kind} */
const STRINGS = [
  "an array of strings",
  (it) => Array.isArray(it) && it.every((/** @type {unknown} */ one) => typeof one === "string"),
];
/** @type {Kind} */
const SWITCH = ["true or false", (it) => typeof it === "boolean"];
/** @type {Record<keyof RunOptions, Kind>} */
const OPTIONS = {
  script: PATH,
  scriptArguments: STRINGS,
  nodeArguments: STRINGS,
  execPath: PATH,
  cwd: PATH,
  env: ["an object", (it) => typeof it === "object"],
  signal: ["the name of a signal", (it) => it in require("node:os").constants.signals],
  gracePeriod: [
    "a number of milliseconds (0: none, Infinity: no end)",
    (it) => typeof it === "number" && it >= 0,
  ],
  clearScreen: SWITCH,
  register: SWITCH,
  restart: STRINGS,
  spare: SWITCH,
  wait: SWITCH,
  inspect: ["", () => true], // looked at by pageSettings
  input: ["a readable stream", (it) => typeof it.on === "function"],
  log: ["a function", (it) => typeof it === "function"],
};

/**
 * @param {RunOptions} options
 * @param {RunnerPage} [served] the page, if it is served already
 * @returns {import("../../runner").Runner}
 */
function run(options, served) {
  check(options);
  const { script, input } = options;
  const cwd = path.resolve(options.cwd ?? ".");
  const nodeArguments = options.nodeArguments ?? [];
  const restart = options.restart ?? [];
  for (const glob of restart) {
    const fault = faultOf(glob, cwd);
    if (fault) throw new TypeError(`run: option restart: ${fault}`);
  }
  const inspected = pageSettings(options.inspect);
  if (typeof inspected === "string") throw new TypeError(`run: ${inspected}`);
  const log = options.log ?? ((text) => void process.stderr.write(`[heatsync] ${text}\n`));
  const openPage = (/** @type {PageSettings} */ settings) => {
    const page = new RunnerPage({ script, directory: cwd }, settings);
    page.listen(settings.port).then(
      () => tellPage(page),
      (error) => log(`no page: ${error.message}`),
    );
    return page;
  };
  const tellPage = (/** @type {RunnerPage} */ page) => {
    log(`page: ${page.url}`);
    runner.emit("page", { url: page.url });
  };
  const page = served ?? (inspected && openPage(inspected));
  const gracePeriod = asPeriod(options.gracePeriod ?? 5000);
  const runner = new Runner({
    page,
    openPage,
    command: {
      execPath: options.execPath ?? process.execPath,
      nodeArguments,
      script,
      scriptArguments: options.scriptArguments ?? [],
      cwd,
      env: options.env ?? process.env,
      register: options.register ?? true,
      stdin: input ? "pipe" : "inherit",
      page: inspected && { source: inspected.source },
      gracePeriod,
    },
    entry: entryOf(script, cwd),
    signal: options.signal ?? "SIGTERM",
    gracePeriod,
    wait: options.wait ?? false,
    spare: options.spare ?? true,
    restart,
    envFiles: envFilesOf(nodeArguments),
    // Also the part one could scroll back to.
    clear: () => void (options.clearScreen && process.stdout.write("\x1b[2J\x1b[3J\x1b[H")),
    log,
  });
  if (served) setImmediate(tellPage, served);
  const stopReading = input ? readInput(input, runner) : () => {};
  const onExit = () => runner.kill();
  process.on("exit", onExit);
  void runner.ended.then(() => {
    process.off("exit", onExit);
    stopReading();
  });
  return runner;
}

/** A timer that is to run longer than this fires at once. */
const LONGEST = 2 ** 31 - 1;

/** @param {number} milliseconds */
const asPeriod = (milliseconds) =>
  Number.isFinite(milliseconds) ? Math.min(milliseconds, LONGEST) : milliseconds;

/**
 * The file Node would run.
 * @param {string} script
 * @param {string} cwd
 */
function entryOf(script, cwd) {
  const file = path.resolve(cwd, script);
  try {
    return fs.realpathSync(fs.statSync(file).isFile() ? file : require.resolve(file));
  } catch {
    try {
      return require.resolve(file); // without its extension
    } catch {
      const error = new Error(`there is no file ${JSON.stringify(script)} in ${cwd}`);
      throw Object.assign(error, { code: "HEATSYNC_NO_SCRIPT" });
    }
  }
}

/** @param {RunOptions} options */
function check(options) {
  if (typeof options !== "object" || options === null) throw wrong("takes an object of options", options);
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(OPTIONS, name)) throw new TypeError(`run: there is no option ${JSON.stringify(name)}`);
  }
  for (const [name, [what, fits]] of Object.entries(OPTIONS)) {
    const value = options[/** @type {keyof RunOptions} */ (name)];
    const isLeftOut = value == null && name !== "script";
    if (!isLeftOut && !fits(value)) throw wrong(`option ${name} is ${what}`, value);
  }
}

/** @param {string} what @param {unknown} value */
const wrong = (what, value) => new TypeError(`run: ${what}, not ${inspect(value)}`);

/**
 * Serves the page before the program is started: what is wrong with its port is then known in time.
 * @param {RunOptions} options
 */
async function servePage({ script, cwd = ".", inspect: given }) {
  const settings = pageSettings(given);
  if (settings === null || typeof settings === "string") return undefined;
  const page = new RunnerPage({ script, directory: path.resolve(cwd) }, settings);
  await page.listen(settings.port);
  return page;
}

module.exports = { run, servePage };
