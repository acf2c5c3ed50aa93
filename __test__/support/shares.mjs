// What a run on all Node.js versions asks of which: CI has 45 minutes for all four. Tests of what depends on the Node.js
// (scripts/test.mjs) are run on all. Of the other files each is run on two, an older and a newer one, and so are the programs of
// long tables. `npm run test:all`, and a test file by itself, ask everything of all.

const TWO = [
  ["20", "24"],
  ["22", "26"],
];
const THREE = [
  ["20", "22", "24"],
  ["20", "24", "26"],
];
const OLDER_AND_NEWER = [...TWO, ["20", "26"], ["22", "24"]];
const current = process.versions.node.split(".")[0];

/**
 * Whether others are asked: what `skip` of node:test takes.
 * @param {string} name of a program of a long table
 * @returns {string | false}
 */
export const elsewhere = (name) => asksOthers(name, TWO);

/** The same, of what three of four are asked. @param {string} name @returns {string | false} */
export const elsewhereOfThree = (name) => asksOthers(name, THREE);

/**
 * @param {string} file a test's
 * @param {string} major of the Node.js that would be asked
 * @returns {boolean}
 */
export const isFor = (file, major) => OLDER_AND_NEWER[bitsOf(file) & 3].includes(major);

/** @param {string} name @param {string[][]} shares two of them */
function asksOthers(name, shares) {
  if (!process.env.HEATSYNC_SHARED) return false;
  const asked = shares[bitsOf(name) & 1];
  return !asked.includes(current) && `on Node ${asked.join(", ")}`;
}

/** The same for the same name, whatever is added to the others. @param {string} name @returns {number} its lowest bits count */
function bitsOf(name) {
  let bits = 0;
  for (const character of name) bits = (bits * 31 + Number(character.codePointAt(0))) & 0xffff;
  return bits ^ (bits >> 3) ^ (bits >> 7);
}
