const { sync } = require("../sync.js");

// The same in every version of this file.
const counts = sync.remember(() => new Map());

exports.name = "count";
/** @param {string[]} args */
exports.execute = async ([word = "it"]) => {
  counts.set(word, (counts.get(word) ?? 0) + 1);
  return `${word}: ${counts.get(word)} (1)`;
};
