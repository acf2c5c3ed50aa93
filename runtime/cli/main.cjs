#!/usr/bin/env node
// @ts-check
"use strict";

const { version } = require("../../package.json");

const HELP = `heatsync ${version}: hot reloading for Node.js

Usage
  heatsync doctor     what is installed, how files are watched here, and what would be slow
  heatsync --version
  heatsync --help

Modules that reload are loaded in your program: require("heatsync-rs"); see the README.
`;

/** @param {string[]} words */
function main(words) {
  const [word = "--help", ...rest] = words;
  if (rest.length > 0) return refuse(`heatsync ${word} takes no arguments, but got ${rest.join(" ")}`);
  switch (word) {
    case "doctor":
      return require("./doctor.cjs").doctor();
    case "--version":
    case "-v":
      console.log(version);
      return 0;
    case "--help":
    case "-h":
    case "help":
      process.stdout.write(HELP);
      return 0;
    default:
      return refuse(`there is no command or option ${JSON.stringify(word)}`);
  }
}

/** @param {string} message */
function refuse(message) {
  console.error(`heatsync: ${message}\nTry heatsync --help.`);
  return 2;
}

process.exitCode = main(process.argv.slice(2));
