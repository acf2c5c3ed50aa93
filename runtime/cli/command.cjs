// @ts-check
"use strict";

const { version } = require("../../package.json");

/**
 * @param {string[]} words
 * @param {"heatsync" | "hot-runner"} command
 * @returns {number | Promise<number>} the exit code
 */
function main(words, command) {
  const [first = "--help", ...rest] = words;
  const { refuse, runCommand } = require("./run.cjs");
  // As in `heatsync inspect --help`.
  const isOfOurs = command === "heatsync" && (first === "doctor" || first === "inspect");
  const word = isOfOurs && (rest[0] === "--help" || rest[0] === "-h") ? "--help" : first;
  switch (word) {
    case "doctor":
      if (command !== "heatsync") break;
      if (rest.length > 0) return refuse(command, `doctor takes no arguments, but got ${rest.join(" ")}`);
      return require("./doctor.cjs").doctor();
    case "inspect":
      if (command !== "heatsync") break;
      return runCommand(["--page", ...rest], command);
    case "--version":
    case "-v":
      console.log(version);
      return 0;
    case "--help":
    case "-h":
    case "help": {
      const help = require("./help.cjs");
      process.stdout.write(command === "heatsync" ? help.heatsync(version) : help.hotRunner(version));
      return 0;
    }
  }
  return runCommand(words, command);
}

/** @param {"heatsync" | "hot-runner"} command */
function start(command) {
  const code = main(process.argv.slice(2), command);
  if (typeof code === "number") process.exitCode = code;
  // Standard input would hold it open.
  else code.then((value) => process.exit(value));
}

module.exports = { start };
